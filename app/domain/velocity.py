"""How often something may be done in a while: dated data per country and tier, all of it ours.

A rule of a country replaces the one of everywhere, a later one an earlier. Subscribers without
limits have none of these either.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EVERYWHERE = ""


class Counted(StrEnum):
    """What is counted, of one subscriber: purchases; numbers that money was never sent to before;
    withdrawals, paid or not; withdrawals void after wrong codes; identity numbers given."""

    PURCHASES = "purchases"
    NEW_RECIPIENTS = "new_recipients"
    WITHDRAWALS = "withdrawals"
    FAILED_WITHDRAWALS = "failed_withdrawals"
    IDENTITY_NUMBERS = "identity_numbers"


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `most` of `counted` in any stretch of time as long as `within`."""

    counted: Counted
    country: str
    tier: int
    since: date
    most: int
    within: timedelta


_FOUNDED = date(2026, 1, 1)
_BY_TIER: tuple[tuple[Counted, timedelta, tuple[int, int, int]], ...] = (
    (Counted.PURCHASES, timedelta(minutes=10), (15, 30, 60)),
    (Counted.NEW_RECIPIENTS, timedelta(hours=1), (5, 10, 20)),
    (Counted.WITHDRAWALS, timedelta(hours=1), (10, 10, 20)),
    (Counted.FAILED_WITHDRAWALS, timedelta(hours=24), (3, 3, 3)),
    (Counted.IDENTITY_NUMBERS, timedelta(hours=24), (3, 3, 3)),
)
PACES = tuple(
    Pace(counted, EVERYWHERE, tier, _FOUNDED, most, within)
    for counted, within, by_tier in _BY_TIER
    for tier, most in enumerate(by_tier, start=1)
)


def pace_of(counted: Counted, country: str, tier: int, day: date) -> Pace:
    """The rule in force on that day."""
    rows = [
        pace
        for pace in PACES
        if (pace.counted, pace.tier) == (counted, tier)
        and pace.country in {country, EVERYWHERE}
        and pace.since <= day
    ]
    return max(rows, key=lambda pace: (pace.country, pace.since))
