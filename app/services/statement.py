"""A wallet's statement for staff: every movement between two days, and the balance after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.db import ledger, subscribers
from app.domain.days import zone_of
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber


@dataclass(frozen=True, slots=True)
class StatementLine:
    """`balance` is what the wallet held after it."""

    at: datetime
    kind: str
    reference: str
    amount: Money
    balance: Money


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
    lines = tuple(_running(rows, opening))
    closing = lines[-1].balance if lines else opening
    return Statement(msisdn, first, last, zone, opening, closing, lines)


def _running(rows: list[ledger.MovementRow], balance: Money) -> Iterator[StatementLine]:
    for row in rows:
        balance = balance + row.amount
        yield StatementLine(row.at, row.kind, row.reference, row.amount, balance)
