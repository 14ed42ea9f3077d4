"""Queries on refunds of delivered orders. Lock the order before counting what is left of it."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class RefundRow:
    """`alone`: asked and posted by one person. `posted_at` is None until it is posted."""

    reference: str
    order_id: int
    amount: Money
    reason: str
    asked_by: str
    asked_at: datetime
    alone: bool
    posted_at: datetime | None


_SELECT = (
    "select r.reference, r.order_id, r.amount_minor, r.currency, r.reason, r.asked_by, r.asked_at,"
    " r.alone, r.posted_at from refunds r"
)


def _refund(row: tuple) -> RefundRow:  # type: ignore[type-arg]
    reference, order, minor, currency, *rest = row
    return RefundRow(reference, order, Money(minor, currency), *rest)


def add(tx: Transaction, row: RefundRow, key: str) -> None:
    tx.run(
        "insert into refunds (reference, order_id, amount_minor, currency, reason, asked_by,"
        " asked_at, alone, posted_at, key) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            row.reference, row.order_id, row.amount.amount_minor, row.amount.currency, row.reason,
            row.asked_by, row.asked_at, row.alone, row.posted_at, key,
        ),
    )  # fmt: skip


def of_key(tx: Transaction, key: str) -> RefundRow | None:
    """What was asked with this form."""
    row = tx.maybe(f"{_SELECT} where r.key = %s", (key,))
    return _refund(row) if row else None


def find(tx: Transaction, reference: str) -> RefundRow | None:
    row = tx.maybe(f"{_SELECT} where r.reference = %s", (reference,))
    return _refund(row) if row else None


def of_order(tx: Transaction, order_id: int) -> list[RefundRow]:
    """Everything that was asked for, oldest first."""
    return [_refund(row) for row in tx.all(f"{_SELECT} where r.order_id = %s order by r.id",
                                           (order_id,))]  # fmt: skip


def posted(tx: Transaction, reference: str, now: datetime) -> None:
    tx.run("update refunds set posted_at = %s where reference = %s", (now, reference))


def sums(tx: Transaction, order_id: int, currency: str) -> tuple[Money, Money]:
    """Of an order: what was given back, and what waits for a second person."""
    given, waiting = tx.one(
        """
        select coalesce(sum(r.amount_minor) filter (where r.posted_at is not null), 0)::bigint,
               coalesce(sum(r.amount_minor) filter (where r.posted_at is null), 0)::bigint
        from refunds r left join approvals a on a.ticket = r.reference
        where r.order_id = %s and (r.posted_at is not null or a.state = 'asked')
        """,
        (order_id,),
    )
    return Money(given, currency), Money(waiting, currency)


def given_alone(tx: Transaction, actor: str, currency: str, since: datetime) -> Money:
    """What this person has given back alone. Whoever counts waits for whoever does: two refunds of
    one person at once can't both pass on the last place."""
    tx.run("select pg_advisory_xact_lock(hashtext(%s))", (f"refunds of {actor}",))
    row = tx.one(
        "select coalesce(sum(amount_minor), 0)::bigint from refunds"
        " where asked_by = %s and asked_at > %s and alone and currency = %s",
        (actor, since, currency),
    )
    return Money(int(row[0]), currency)
