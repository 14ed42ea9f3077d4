"""Sums of orders as the dashboard tells them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.money import Money
from app.domain.waiting_times import percentile_ms, share_within

REFUND_WITHIN_MS = 30_000
"""Our level for refunds (docs: announced NCC/CBN framework), from the purchase, which is stricter:
it counts from when the failure is known."""
REFUNDED = frozenset({"declined", "given_up"})
"""Outcomes after which the buyer has the money back without anybody asking."""


@dataclass(slots=True)
class Sales:
    """Orders that ended. `outcomes`: how many by outcome; `delivered`, `refunded`: prices by
    currency in minor units; `delivery_ms`, `refund_ms`: how many by bound of the waiting time."""

    outcomes: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    refunded: Counter[str] = field(default_factory=Counter)
    delivery_ms: Counter[int] = field(default_factory=Counter)
    refund_ms: Counter[int] = field(default_factory=Counter)

    def add(self, outcome: str, within_ms: int | None, orders: int, price: Money) -> None:
        """Count orders that ended alike; `within_ms` is None where it isn't known."""
        self.outcomes[outcome] += orders
        back = outcome in REFUNDED
        if back:
            self.refunded[price.currency] += price.amount_minor
        elif outcome == "delivered":
            self.delivered[price.currency] += price.amount_minor
        if within_ms is not None and (back or outcome == "delivered"):
            (self.refund_ms if back else self.delivery_ms)[within_ms] += orders

    @property
    def ended(self) -> int:
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        """Ended, and nobody has the value."""
        return self.ended - self.outcomes["delivered"]

    @property
    def amounts(self) -> list[Money]:
        return _amounts(self.delivered)

    @property
    def refunds(self) -> list[Money]:
        return _amounts(self.refunded)

    @property
    def success(self) -> float | None:
        """Delivered out of ended, 0 to 1; None when nothing has ended."""
        return self.outcomes["delivered"] / self.ended if self.ended else None

    @property
    def delivered_p95_ms(self) -> int | None:
        return percentile_ms(self.delivery_ms, 95)

    @property
    def refunded_p95_ms(self) -> int | None:
        return percentile_ms(self.refund_ms, 95)

    @property
    def refunded_in_time(self) -> tuple[int, int]:
        """How many refunds kept the level, and how many there were."""
        return share_within(self.refund_ms, REFUND_WITHIN_MS)


def _amounts(minors: Mapping[str, int]) -> list[Money]:
    """The largest sum of money first is no order across currencies; so by currency."""
    return [Money(minor, currency) for currency, minor in sorted(minors.items()) if minor]
