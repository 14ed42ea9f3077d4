"""What the operators of the sandbox sell, and every vendor there resells in its own words.

A sample: sizes and prices of the kind that MTN Nigeria announced in February 2025 (techeconomy.ng,
nnu.ng), made up for the other operators. Codes are made from them, so that the same plan can be
recognised at several vendors and a test can name one.
"""

from dataclasses import dataclass

from app.domain.msisdn import Msisdn
from app.domain.operators import operator_of_prefix


@dataclass(frozen=True, slots=True)
class Plan:
    """A data plan: `price_minor` is the operator's own, in its currency's minor units."""

    operator: str
    size_mb: int
    days: int
    price_minor: int
    currency: str

    @property
    def slug(self) -> str:
        """Such as 1gb-7d."""
        size = f"{self.size_mb // 1024}gb" if self.size_mb % 1024 == 0 else f"{self.size_mb}mb"
        return f"{size}-{self.days}d"


_CURRENCIES = {"ng": "NGN", "ke": "KES", "gh": "GHS", "ug": "UGX", "tz": "TZS", "rw": "RWF"}
_PRICES = {
    "NGN": ((100, 1, 100_00), (1024, 1, 350_00), (1024, 7, 800_00), (6144, 7, 2_500_00),
            (1843, 30, 1_500_00), (15360, 30, 6_500_00), (20480, 30, 7_500_00)),
    "KES": ((100, 1, 20_00), (1024, 1, 99_00), (1024, 7, 250_00), (10240, 30, 1_000_00)),
    "GHS": ((200, 1, 3_00), (1024, 7, 12_00), (5120, 30, 45_00)),
    "UGX": ((100, 1, 1_000), (1024, 7, 10_000), (10240, 30, 50_000)),
    "TZS": ((200, 1, 1_000_00), (1024, 7, 5_000_00), (10240, 30, 20_000_00)),
    "RWF": ((200, 1, 200), (1024, 7, 1_000), (10240, 30, 5_000)),
}  # fmt: skip
_OPERATORS = (
    "mtn-ng airtel-ng glo-ng t2-ng smile-ng safaricom-ke airtel-ke telkom-ke mtn-gh telecel-gh"
    " at-gh mtn-ug airtel-ug vodacom-tz yas-tz mtn-rw"
).split()

PLANS = tuple(
    Plan(operator, size_mb, days, price, currency)
    for operator in _OPERATORS
    for currency in (_CURRENCIES[operator[-2:]],)
    for size_mb, days, price in _PRICES[currency]
)

_PORTED = {"+23470300009": "airtel-ng", "+25470000009": "airtel-ke", "+23324000009": "telecel-gh"}
"""Beginnings of numbers that were first another operator's and are at this one now."""


def plans_of(operator: str) -> tuple[Plan, ...]:
    return tuple(plan for plan in PLANS if plan.operator == operator)


def operator_at(msisdn: str) -> str | None:
    """Where a number really is, ported or not; None for a number of nobody's."""
    for beginning, operator in _PORTED.items():
        if msisdn.startswith(beginning):
            return operator
    first = operator_of_prefix(Msisdn(msisdn))
    return first.code if first else None
