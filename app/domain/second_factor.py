"""Above which amount the PIN alone isn't enough, and how a second factor behaves: dated data.

Nigeria: the CBN's USSD framework (17 April 2018) wants a second factor above NGN 20,000, and one
that isn't sent to the same phone (as reported by guardian.ng and bounce.ng; one paper prints
200,000). The other countries' figures are our own, of about the same worth. So a code by SMS is no
second factor here: a printed list, a device of one's own, or an agent who sees the person is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.money import Money

CODES_ON_A_LIST = 50
FEW_CODES = 5
"""With fewer left, the subscriber is told to get a new list."""
WRONG_CODES_ALLOWED = 5
LOCKED_FOR = timedelta(hours=24)
PROOF_LASTS = timedelta(minutes=5)
REQUEST_LASTS = timedelta(minutes=10)
"""How long an agent may approve, counted from the wish."""
APPROVAL_LASTS = timedelta(minutes=10)
"""How long an approval may be used, counted from the agent's word."""
APPROVAL_TRIES = 3
WRONG_APPROVALS_AN_HOUR = 10
"""After so many an agent approves nothing for the rest of the hour."""


class FactorKind(StrEnum):
    """What a second factor can be."""

    LIST = "list"
    APP = "app"
    AGENT = "agent"


class Act(StrEnum):
    """What a proof is for."""

    AIRTIME = "airtime"
    DATA = "data"
    TRANSFER = "transfer"
    WITHDRAWAL = "withdrawal"
    REMOVE_APP = "remove_app"


PURCHASES = frozenset({Act.AIRTIME, Act.DATA})


@dataclass(frozen=True, slots=True)
class Subject:
    """What exactly is proven: another amount or recipient needs another proof. `recipient` is an
    MSISDN, or empty where the act has none."""

    act: Act
    amount: Money
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From `since` on, amounts above `above_minor` need a second factor; None: none does."""

    country: str
    since: date
    above_minor: int | None


_FOUNDED = date(2026, 1, 1)
THRESHOLDS = (
    Threshold("NG", _FOUNDED, 20_000_00),
    Threshold("KE", _FOUNDED, 2_000_00),
    Threshold("GH", _FOUNDED, 200_00),
    Threshold("UG", _FOUNDED, 50_000),
    Threshold("TZ", _FOUNDED, 40_000_00),
    Threshold("RW", _FOUNDED, 20_000),
)


def needs_second_factor(amount: Money, country: str, day: date) -> bool:
    """Is the amount above the country's threshold on that day? The threshold itself is free."""
    rows = [row for row in THRESHOLDS if row.country == country and row.since <= day]
    above = max(rows, key=lambda row: row.since).above_minor if rows else None
    return above is not None and amount.amount_minor > above
