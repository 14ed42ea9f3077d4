"""A trial balance: what left and reached the accounts of each kind, in each currency."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

BEGINNING = date(1, 1, 1)


def day_end(day: date, zone: tzinfo = UTC) -> datetime:
    """The moment in which the day ends and the next one begins, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Turnover:
    """Minor units that left (debit) and reached (credit) accounts; neither is below zero."""

    debit_minor: int = 0
    credit_minor: int = 0

    @property
    def balance_minor(self) -> int:
        return self.credit_minor - self.debit_minor

    def __add__(self, other: "Turnover") -> "Turnover":
        return Turnover(self.debit_minor + other.debit_minor,
                        self.credit_minor + other.credit_minor)  # fmt: skip

    def __sub__(self, other: "Turnover") -> "Turnover":
        return Turnover(self.debit_minor - other.debit_minor,
                        self.credit_minor - other.credit_minor)  # fmt: skip

    def __str__(self) -> str:
        return f"{self.debit_minor} out, {self.credit_minor} in"


Key = tuple[str, str]
"""Kind of account, currency."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Turnover by kind of account and currency; what isn't there is zero."""

    of: Mapping[Key, Turnover] = field(default_factory=dict)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals({key: self[key] + other[key] for key in self._keys(other)})

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals({key: self[key] - other[key] for key in self._keys(other)})

    def __getitem__(self, key: Key) -> Turnover:
        return self.of.get(key, Turnover())

    def differing(self, other: "Totals") -> Iterator[tuple[Key, Turnover, Turnover]]:
        """Where the two aren't the same, and what each says."""
        for key in self._keys(other):
            if self[key] != other[key]:
                yield key, self[key], other[key]

    def over(self) -> dict[str, int]:
        """What each currency's balances sum to where that isn't zero, in minor units."""
        sums: dict[str, int] = {}
        for (_, currency), turnover in self.of.items():
            sums[currency] = sums.get(currency, 0) + turnover.balance_minor
        return {currency: over for currency, over in sums.items() if over}

    def _keys(self, other: "Totals") -> list[Key]:
        return sorted({*self.of, *other.of})
