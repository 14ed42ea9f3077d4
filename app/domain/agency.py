"""What cash at an agent costs and earns, and how much cash may move: dated data per country.

Nigeria's limits are those of the CBN's agent banking circular of 6 October 2025 (customers NGN
100,000 a day and 500,000 a week, an agent's cash-out NGN 1,200,000 a day), as reported by
lagostelevision.com on 7 October 2025. Tariffs and the other countries' limits are ours to set, and
an operator's to change here. They are such that putting money in and taking it out again costs
more in fees than it earns; an agent also earns on a customer's cash-in once in 24 hours only, so
that splitting an amount earns nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from app.domain.licences import WalletAct
from app.domain.money import Money

WITHDRAWAL_LASTS = timedelta(minutes=10)
WITHDRAWAL_TRIES = 3
FLOAT_REQUEST_LASTS = timedelta(hours=72)
EARNS_AGAIN_AFTER = timedelta(hours=24)
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
    """The bands of an act in a country from a day on, smallest first. Above the last one the act
    isn't offered."""

    country: str
    act: WalletAct
    since: date
    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        if any(lower.up_to_minor >= upper.up_to_minor for lower, upper in pairwise(self.bands)):
            raise ValueError(f"bands of {self.country} {self.act} don't rise")


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
TARIFFS = (
    Tariff("NG", WalletAct.CASH_IN, _FOUNDED, (
        Band(1_000_00, 0, 5_00, 1_00), Band(5_000_00, 0, 10_00, 2_00),
        Band(20_000_00, 0, 25_00, 5_00), Band(50_000_00, 0, 38_00, 7_00),
        Band(100_000_00, 0, 50_00, 9_00),
    )),
    Tariff("NG", WalletAct.CASH_OUT, _FOUNDED, (
        Band(1_000_00, 20_00, 10_00, 2_00), Band(5_000_00, 50_00, 30_00, 5_00),
        Band(20_000_00, 100_00, 60_00, 10_00), Band(50_000_00, 150_00, 90_00, 15_00),
        Band(100_000_00, 200_00, 115_00, 20_00),
    )),
    Tariff("KE", WalletAct.CASH_IN, _FOUNDED, (
        Band(1_000_00, 0, 5_00, 1_00), Band(70_000_00, 0, 18_00, 4_00),
    )),
    Tariff("KE", WalletAct.CASH_OUT, _FOUNDED, (
        Band(1_000_00, 15_00, 7_00, 1_00), Band(70_000_00, 60_00, 30_00, 6_00),
    )),
    Tariff("GH", WalletAct.CASH_IN, _FOUNDED, (
        Band(500_00, 0, 1_00, 20), Band(5_000_00, 0, 3_50, 50),
    )),
    Tariff("GH", WalletAct.CASH_OUT, _FOUNDED, (
        Band(500_00, 3_00, 1_50, 30), Band(5_000_00, 10_00, 5_00, 1_00),
    )),
    Tariff("UG", WalletAct.CASH_IN, _FOUNDED, (
        Band(30_000, 0, 150, 30), Band(2_000_000, 0, 500, 100),
    )),
    Tariff("UG", WalletAct.CASH_OUT, _FOUNDED, (
        Band(30_000, 450, 220, 30), Band(2_000_000, 1_800, 900, 180),
    )),
    Tariff("RW", WalletAct.CASH_IN, _FOUNDED, (
        Band(10_000, 0, 50, 10), Band(700_000, 0, 180, 40),
    )),
    Tariff("RW", WalletAct.CASH_OUT, _FOUNDED, (
        Band(10_000, 150, 70, 10), Band(700_000, 600, 300, 60),
    )),
    Tariff("TZ", WalletAct.CASH_IN, _FOUNDED, (
        Band(20_000_00, 0, 100_00, 20_00), Band(1_500_000_00, 0, 360_00, 80_00),
    )),
    Tariff("TZ", WalletAct.CASH_OUT, _FOUNDED, (
        Band(20_000_00, 300_00, 140_00, 20_00), Band(1_500_000_00, 1_200_00, 600_00, 120_00),
    )),
)  # fmt: skip
LIMITS = (
    CashLimits("NG", _FOUNDED, 100_000_00, 500_000_00, 1_200_000_00),
    CashLimits("KE", _FOUNDED, 70_000_00, 350_000_00, 700_000_00),
    CashLimits("GH", _FOUNDED, 5_000_00, 25_000_00, 50_000_00),
    CashLimits("UG", _FOUNDED, 2_000_000, 10_000_000, 20_000_000),
    CashLimits("RW", _FOUNDED, 700_000, 3_500_000, 7_000_000),
    CashLimits("TZ", _FOUNDED, 1_500_000_00, 7_500_000_00, 15_000_000_00),
)


def band_of(act: WalletAct, country: str, amount: Money, day: date) -> Band | None:
    """What the act costs and earns at this amount; None where it isn't offered."""
    tariffs = [t for t in TARIFFS if (t.country, t.act) == (country, act) and t.since <= day]
    if not tariffs or amount.amount_minor <= 0:
        return None
    newest = max(tariffs, key=lambda tariff: tariff.since)
    fitting = (band for band in newest.bands if amount.amount_minor <= band.up_to_minor)
    return next(fitting, None)


def cash_limits(country: str, day: date) -> CashLimits | None:
    """The country's cash limits on that day; None where no cash is moved."""
    rows = [limits for limits in LIMITS if limits.country == country and limits.since <= day]
    return max(rows, key=lambda limits: limits.since) if rows else None
