"""How many orders ended and how, by the hour in which they were placed.

A trigger writes a row into `order_ends` whenever an order ends; folding moves these rows into
`order_hours`. Readers read both in one statement, so a count is exact whether or not it is folded.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.orders import OrderState
from app.domain.periods import Span

OPEN_COUNTED = 50_000
"""Of more open orders than this only so many are looked at."""


def fold(tx: Transaction) -> int:
    """Fold every end that has committed; how many."""
    return int(tx.one("select fold_order_ends()")[0])


def count_again(tx: Transaction, since: datetime) -> int:
    """Compare with the orders placed since the beginning of an hour, and correct what differs; how
    many counts were wrong."""
    return int(tx.one("select count_orders_again(%s)", (since,))[0])


@dataclass(frozen=True, slots=True)
class Ended:
    """Orders that ended alike. What they aren't split by is None; `minor` is the sum of prices."""

    at: datetime | None
    currency: str
    channel: str | None
    operator: str | None
    kind: str | None
    outcome: str
    within_ms: int | None
    orders: int
    minor: int


_ENDED = """
select date_trunc(%(step)s, hour, %(zone)s) as at, currency, channel, operator, kind, outcome,
       within_ms, sum(orders)::bigint, sum(minor)::bigint
from (
    select * from order_hours where hour >= %(begins)s and hour < %(ends)s
    union all
    select * from order_ends where hour >= %(begins)s and hour < %(ends)s
) counted
where %(currency)s in ('', currency)
group by grouping sets (
    (1, currency, outcome, within_ms), (currency, channel, outcome), (currency, operator, outcome),
    (currency, kind, outcome))
having sum(orders) <> 0
order by 1, 2, 3, 4, 5, 6, 7
"""


def ended(tx: Transaction, span: Span, currency: str) -> list[Ended]:
    """Orders placed in the span that have ended, of one currency or of all (empty): once by step
    and waiting time, once by channel, once by operator, once by kind."""
    params = {
        "begins": span.begins, "ends": span.ends, "step": span.step, "zone": span.zone,
        "currency": currency,
    }  # fmt: skip
    return [Ended(*row) for row in tx.all(_ENDED, params)]


def delivered(tx: Transaction, span: Span, currency: str) -> dict[str, tuple[int, Money]]:
    """By currency, how many orders of the span have been delivered, and the sum of their prices."""
    rows = tx.all(
        """
        select currency, sum(orders)::bigint, sum(minor)::bigint from (
            select hour, currency, outcome, orders, minor from order_hours
            where hour >= %(begins)s and hour < %(ends)s
            union all
            select hour, currency, outcome, orders, minor from order_ends
            where hour >= %(begins)s and hour < %(ends)s) counted
        where outcome = 'delivered' and %(currency)s in ('', currency) group by 1 order by 1
        """,
        {"begins": span.begins, "ends": span.ends, "currency": currency},
    )
    return {one: (int(orders), Money(int(minor), one)) for one, orders, minor in rows}


@dataclass(frozen=True, slots=True)
class Open:
    """Open orders of a state and a currency, and when the oldest of them was placed."""

    state: OrderState
    currency: str
    orders: int
    minor: int
    oldest: datetime


def open_now(tx: Transaction, currency: str) -> list[Open]:
    """Orders that haven't ended, whenever they were placed; `OPEN_COUNTED` of them at most."""
    rows = tx.all(
        """
        select state, currency, count(*), sum(price_minor)::bigint, min(placed_at) from (
            select state, currency, price_minor, placed_at from orders
            where state in ('review', 'placed', 'sending', 'pending', 'unknown')
              and %s in ('', currency) limit %s) waiting
        group by 1, 2 order by 1, 2
        """,
        (currency, OPEN_COUNTED),
    )
    return [Open(OrderState(state), *rest) for state, *rest in rows]
