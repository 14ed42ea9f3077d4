"""A wallet's statement for staff: every movement between two days, and the balance after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.db import ledger, orders, subscribers
from app.domain.days import zone_of
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber


@dataclass(frozen=True, slots=True)
class StatementLine:
    """`balance` is what the wallet held after it; `sold`, of a sale abroad, is what reached the
    phone in its own currency."""

    at: datetime
    kind: str
    reference: str
    amount: Money
    balance: Money
    sold: Money | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Days are those of the subscriber's country; `last` is included."""

    msisdn: Msisdn
    first: date
    last: date
    timezone: ZoneInfo
    opening: Money
    closing: Money
    lines: tuple[StatementLine, ...]


def statement(ctx: Context, msisdn: Msisdn, first: date, last: date) -> Statement:
    """Raises NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        zone = zone_of(subscriber.country)
        account = wallet(subscriber.id, subscriber.currency)
        begins = datetime.combine(first, time(), zone)
        ends = datetime.combine(last + timedelta(days=1), time(), zone)
        opening = ledger.posted_before(tx, account, begins)
        rows = ledger.movements_between(tx, account, begins, ends)
        ours = [_order_of(row) for row in rows]
        sold = orders.sold_abroad(tx, subscriber.id, [name for name in ours if name])
    lines = tuple(_running(rows, opening, sold))
    closing = lines[-1].balance if lines else opening
    return Statement(msisdn, first, last, zone, opening, closing, lines)


def _running(
    rows: list[ledger.MovementRow], balance: Money, sold: dict[str, Money]
) -> Iterator[StatementLine]:
    for row in rows:
        balance = balance + row.amount
        yield StatementLine(
            row.at, row.kind, row.reference, row.amount, balance, sold.get(_order_of(row))
        )


def _order_of(row: ledger.MovementRow) -> str:
    """The order's reference in `order:7K3F9Q:hold`; empty for what isn't of an order."""
    kind, _, rest = row.reference.partition(":")
    return rest.partition(":")[0] if kind == "order" else ""
