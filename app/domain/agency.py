"""What cash at an agent costs and earns, and how much cash may move.

Nigeria's limits are those of the CBN's agent banking circular of 6 October 2025 (customers NGN
100,000 a day and 500,000 a week, an agent's cash-out NGN 1,200,000 a day), as reported by
lagostelevision.com on 7 October 2025. The other countries' limits are ours to set, and an
operator's to change here. Tariffs are dated rows (app.db.tariffs) that two people change. They are
such that putting money in and taking it out again costs at least what it earns; an agent also earns
on a customer's cash-in once in 24 hours only, so that splitting an amount earns nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from app.domain.errors import BadTariff
from app.domain.licences import WalletAct

WITHDRAWAL_LASTS = timedelta(minutes=10)
WITHDRAWAL_TRIES = 3
FLOAT_REQUEST_LASTS = timedelta(hours=72)
EARNS_AGAIN_AFTER = timedelta(hours=24)
MOST_BANDS = 10
WRONG_PAYOUTS_AN_HOUR = 10
"""After so many an agent pays nothing out for the rest of the hour."""


@dataclass(frozen=True, slots=True)
class Band:
    """Amounts up to `up_to_minor`: the customer pays `fee_minor`; of our money the agent earns
    `agent_minor`, and the agent above, if there is one, `parent_minor`."""

    up_to_minor: int
    fee_minor: int
    agent_minor: int
    parent_minor: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """The bands of an act in a country from a moment on, smallest first. Above the last one the act
    isn't offered. `id` is 0 while it isn't stored; `first`: came with the program. Raises BadTariff
    for bands that make no sense."""

    country: str
    act: WalletAct
    bands: tuple[Band, ...]
    valid_from: datetime
    first: bool = False
    id: int = 0

    def __post_init__(self) -> None:
        if not 0 < len(self.bands) <= MOST_BANDS:
            raise BadTariff(f"a tariff has from 1 to {MOST_BANDS} bands")
        if any(min(b.fee_minor, b.agent_minor, b.parent_minor) < 0 for b in self.bands):
            raise BadTariff("neither a fee nor a commission is below zero")
        tops = [0, *(band.up_to_minor for band in self.bands)]
        if any(lower >= upper for lower, upper in pairwise(tops)):
            raise BadTariff("each band goes further than the one before")

    @property
    def figures(self) -> list[list[int]]:
        """Up to, fee, the agent's, the parent's, in minor units: a list for each band."""
        return [[b.up_to_minor, b.fee_minor, b.agent_minor, b.parent_minor] for b in self.bands]

    def band(self, amount_minor: int) -> Band | None:
        """What the act costs and earns at this amount; None where it isn't offered."""
        if amount_minor <= 0:
            return None
        return next((band for band in self.bands if amount_minor <= band.up_to_minor), None)


def earns_by_turning(into: Tariff, back: Tariff) -> int | None:
    """The amount (minor units) at which putting it in and taking it out again earns agents more
    than it costs in fees, so that somebody would do nothing else; None where there is none."""
    tops = (band.up_to_minor for band in (*into.bands, *back.bands))
    return next((top for top in sorted(tops) if _gain(into, back, top) > 0), None)


def _gain(into: Tariff, back: Tariff, amount_minor: int) -> int:
    put_in, taken_out = into.band(amount_minor), back.band(amount_minor)
    if put_in is None or taken_out is None:
        return 0
    return sum(
        band.agent_minor + band.parent_minor - band.fee_minor for band in (put_in, taken_out)
    )


@dataclass(frozen=True, slots=True)
class CashLimits:
    """How much cash a customer may move in 24 hours and in 7 days, in and out counted together,
    and how much an agent may pay out in 24 hours. Minor units."""

    country: str
    since: date
    customer_day_minor: int
    customer_week_minor: int
    agent_out_day_minor: int


_FOUNDED = date(2026, 1, 1)
LIMITS = (
    CashLimits("NG", _FOUNDED, 100_000_00, 500_000_00, 1_200_000_00),
    CashLimits("KE", _FOUNDED, 70_000_00, 350_000_00, 700_000_00),
    CashLimits("GH", _FOUNDED, 5_000_00, 25_000_00, 50_000_00),
    CashLimits("UG", _FOUNDED, 2_000_000, 10_000_000, 20_000_000),
    CashLimits("RW", _FOUNDED, 700_000, 3_500_000, 7_000_000),
    CashLimits("TZ", _FOUNDED, 1_500_000_00, 7_500_000_00, 15_000_000_00),
)


def cash_limits(country: str, day: date) -> CashLimits | None:
    """The country's cash limits on that day; None where no cash is moved."""
    rows = [limits for limits in LIMITS if limits.country == country and limits.since <= day]
    return max(rows, key=lambda limits: limits.since) if rows else None
