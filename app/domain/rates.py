"""What money of one currency costs in another, from dated rates. Integers, and the rounding is
always the same way: whatever a buyer pays, the rate on the screen included, is rounded up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Context, Decimal
from itertools import permutations

from app.domain.errors import BadRate
from app.domain.money import MINOR_DIGITS, Money

RATE_DIGITS = 10
"""Decimal places of a stored rate."""

_SCALE = 10**RATE_DIGITS
_BASIS_POINTS = 10_000
MOST_MARGIN_BP = 2_000
_MOST_SCALED = 10**6 * _SCALE
_SHOWN_DIGITS = 5
_WRITTEN = re.compile(rf"(?a:([0-9]{{1,6}})(?:\.([0-9]{{1,{RATE_DIGITS}}}))?)")


@dataclass(frozen=True, slots=True)
class Rate:
    """From `valid_from` on, one unit of `base` (the wallet's currency) is worth `scaled` /
    10**RATE_DIGITS units of `quote`; buyers pay `margin_bp` hundredths of a per cent more. A
    `sample` is made up and is used in demo mode only. `id` is 0 while it isn't stored."""

    base: str
    quote: str
    scaled: int
    margin_bp: int
    valid_from: datetime
    sample: bool = False
    id: int = 0

    def __post_init__(self) -> None:
        if self.base == self.quote or not {self.base, self.quote} <= MINOR_DIGITS.keys():
            raise BadRate(f"{self.base} to {self.quote} is no pair of currencies we know")
        if not 0 < self.scaled < _MOST_SCALED:
            raise BadRate("a rate must be above zero and below a million")
        if not 0 <= self.margin_bp <= MOST_MARGIN_BP:
            raise BadRate(f"a margin must be from 0 to {MOST_MARGIN_BP} basis points")

    def sell(self, amount: Money) -> "SaleAbroad":
        """What `amount`, in the quote currency, costs somebody who pays in the base currency.
        Raises BadRate for an amount in another currency."""
        if amount.currency != self.quote:
            raise BadRate(f"{amount.currency} isn't bought at a rate of {self.base} {self.quote}")
        minor, units = amount.amount_minor, self._base_for_quote()
        return SaleAbroad(
            self, amount,
            worth=Money(_up(minor * units[0], units[1]), self.base),
            price=Money(
                _up(minor * units[0] * (_BASIS_POINTS + self.margin_bp), units[1] * _BASIS_POINTS),
                self.base,
            ),
        )  # fmt: skip

    def shown(self) -> str:
        """`KES 1 = NGN 12.118`: what one unit abroad costs the buyer, margin included."""
        above = _SCALE * (_BASIS_POINTS + self.margin_bp)
        rounded = Context(prec=_SHOWN_DIGITS, rounding=ROUND_CEILING).divide(
            Decimal(above), Decimal(self.scaled * _BASIS_POINTS)
        )
        return f"{self.quote} 1 = {self.base} {rounded:,f}"

    def decimal(self) -> Decimal:
        """Units of quote for one unit of base, as staff write it."""
        return Decimal(self.scaled).scaleb(-RATE_DIGITS).normalize()

    def _base_for_quote(self) -> tuple[int, int]:
        """Minor units of base for one minor unit of quote, as a fraction."""
        return (
            _SCALE * 10 ** MINOR_DIGITS[self.base],
            self.scaled * 10 ** MINOR_DIGITS[self.quote],
        )


@dataclass(frozen=True, slots=True)
class SaleAbroad:
    """`amount` reaches a phone in one currency; `price` leaves a wallet in another. `worth` is the
    price without the margin. Price and worth are rounded up to a minor unit, each by itself."""

    rate: Rate
    amount: Money
    worth: Money
    price: Money


def parse_rate(written: str) -> int:
    """A rate as staff write it, `0.085`, as a scaled integer. Raises BadRate for anything that
    isn't an exact decimal of at most RATE_DIGITS places."""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise BadRate(f"{written} is not a decimal of at most {RATE_DIGITS} places")
    whole, part = match.group(1), match.group(2) or ""
    return int(whole + part.ljust(RATE_DIGITS, "0"))


SAMPLES_OF = datetime(2025, 1, 1, tzinfo=UTC)
_SAMPLE_MARGIN_BP = 300
_SAMPLE_UNITS = {
    "NGN": 1_500, "KES": 129, "GHS": 14, "UGX": 3_700, "TZS": 2_450, "RWF": 1_390,
}  # fmt: skip
"""Made up: units that are worth the same, in the order of magnitude of that day."""


def sample_rates() -> Iterator[Rate]:
    """Rates of every pair for trying things out."""
    for base, quote in permutations(_SAMPLE_UNITS, 2):
        scaled = _SAMPLE_UNITS[quote] * _SCALE // _SAMPLE_UNITS[base]
        yield Rate(base, quote, scaled, _SAMPLE_MARGIN_BP, SAMPLES_OF, sample=True)


def _up(above: int, below: int) -> int:
    return -(-above // below)
