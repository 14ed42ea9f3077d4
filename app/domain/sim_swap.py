"""What a SIM that was changed lately, or of which nobody has said yet, may move: dated data.

Whoever gets hold of a number by a SIM swap hasn't the PIN yet, and asks for a new one, or takes
cash out first. So a recent swap closes those two, and leaves small amounts for everything else.
All figures are our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.money import Money
from app.domain.second_factor import Act


class SimState(StrEnum):
    """RECENT: changed lately. UNKNOWN: no answer that is fresh enough."""

    CLEAR = "clear"
    RECENT = "recent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SwapRules:
    """From `since` on: the most an act may move in a state, in minor units (an act and state that
    aren't named: no ceiling), and above which amount a purchase or transfer has the network
    asked."""

    country: str
    since: date
    ceilings: Mapping[tuple[Act, SimState], int]
    asks_above_minor: int

    def refuses(self, act: Act, state: SimState, amount: Money) -> bool:
        ceiling = self.ceilings.get((act, state))
        return ceiling is not None and amount.amount_minor > ceiling

    def matters(self, act: Act, amount: Money) -> bool:
        """Can the answer decide anything here? If not, nobody needs to look."""
        return amount.amount_minor > self.asks_above_minor or any(
            self.refuses(act, state, amount) for state in SimState
        )

    def asks(self, act: Act, amount: Money) -> bool:
        """Should the network be asked when there is no fresh answer?"""
        return act is Act.WITHDRAWAL or amount.amount_minor > self.asks_above_minor


def _rules(country: str, low: int, unknown_cash: int, asks_above: int) -> SwapRules:
    """`low`: per act after a swap; `unknown_cash`: a withdrawal before the network has answered."""
    ceilings = {
        (Act.AIRTIME, SimState.RECENT): low,
        (Act.DATA, SimState.RECENT): low,
        (Act.TRANSFER, SimState.RECENT): low,
        (Act.WITHDRAWAL, SimState.RECENT): 0,
        (Act.WITHDRAWAL, SimState.UNKNOWN): unknown_cash,
    }
    return SwapRules(country, date(2026, 1, 1), ceilings, asks_above)


RULES = (
    _rules("NG", 2_000_00, 5_000_00, 10_000_00),
    _rules("KE", 200_00, 500_00, 1_000_00),
    _rules("GH", 20_00, 50_00, 100_00),
    _rules("UG", 5_000, 12_500, 25_000),
    _rules("TZ", 4_000_00, 10_000_00, 20_000_00),
    _rules("RW", 2_000, 5_000, 10_000),
)


def swap_rules(country: str, day: date) -> SwapRules | None:
    """The country's rules on that day."""
    rows = [rules for rules in RULES if rules.country == country and rules.since <= day]
    return max(rows, key=lambda rules: rules.since) if rows else None
