"""What a subscriber may spend and hold, by how well we know them: dated data per country.

A country with fewer tiers than a subscriber's gives the highest it has. Sources are named in each
row; what is said to be ours is an operator's to change here.
"""

from dataclasses import dataclass
from datetime import date

LOWEST, HIGHEST = 1, 3


@dataclass(frozen=True, slots=True)
class Limits:
    """In minor units, None where there is none: of one purchase, transfer or withdrawal (its fee
    included), of all of them in a calendar day, and of what the wallet may hold."""

    transaction_minor: int | None
    day_minor: int | None
    balance_minor: int | None


NO_LIMITS = Limits(None, None, None)


@dataclass(frozen=True, slots=True)
class Tier:
    """The limits of tier `number` in a country (ISO 3166) from a day on."""

    country: str
    number: int
    since: date
    limits: Limits
    source: str


_FOUNDED = date(2026, 1, 1)
_NIGERIA = "wallet tiers as reported by businesspost.ng; the limit of one transaction is ours"
_M_PESA = "M-Pesa's own limits"
_OURS = "ours"
TIERS = (
    Tier("NG", 1, _FOUNDED, Limits(20_000_00, 50_000_00, 300_000_00), _NIGERIA),
    Tier("NG", 2, _FOUNDED, Limits(100_000_00, 200_000_00, 500_000_00), _NIGERIA),
    Tier("NG", 3, _FOUNDED, Limits(1_000_000_00, 5_000_000_00, None), _NIGERIA),
    Tier("KE", 1, _FOUNDED, Limits(250_000_00, 500_000_00, 500_000_00), _M_PESA),
    Tier("GH", 1, _FOUNDED, Limits(1_000_00, 2_000_00, 5_000_00), _OURS),
    Tier("UG", 1, _FOUNDED, Limits(400_000, 1_000_000, 2_000_000), _OURS),
    Tier("TZ", 1, _FOUNDED, Limits(250_000_00, 600_000_00, 1_200_000_00), _OURS),
    Tier("RW", 1, _FOUNDED, Limits(100_000, 300_000, 600_000), _OURS),
)


def limits_of_tier(country: str, number: int, day: date) -> Limits:
    """The limits in force on that day. Raises ValueError for a country without tiers."""
    rows = [
        tier
        for tier in TIERS
        if tier.country == country and tier.number <= number and tier.since <= day
    ]
    return max(rows, key=lambda tier: (tier.number, tier.since)).limits
