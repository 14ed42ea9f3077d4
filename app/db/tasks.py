"""How much waits for staff; each query runs on a small index of what is open."""

from datetime import datetime

from app.db.engine import Transaction


def open_breaks(tx: Transaction) -> list[tuple[str, int, datetime]]:
    """(kind, how many, when the oldest was opened)."""
    rows = tx.all(
        "select kind, count(*), min(opened_at) from breaks where closed_at is null group by kind"
    )
    return [(str(kind), int(count), oldest) for kind, count, oldest in rows]


def unknown_orders(tx: Transaction) -> tuple[int, datetime | None]:
    """(how many, when the oldest was placed): orders that are unknown, or that staff look at
    because they were for long."""
    count, oldest = tx.one(
        """
        select count(*), min(placed_at) from orders where id in (
            select id from orders where state = 'unknown'
            union select order_id from breaks where kind = 'unknown_order' and closed_at is null)
        """
    )
    return int(count), oldest


def open_cases(tx: Transaction, now: datetime) -> tuple[int, datetime | None, int]:
    """(how many, when the most urgent must be answered, how many are late)."""
    count, answer_by, late = tx.one(
        "select count(*), min(answer_by), count(*) filter (where answer_by <= %s)"
        " from cases where state = 'open'",
        (now,),
    )
    return int(count), answer_by, int(late)


def asked_approvals(tx: Transaction) -> tuple[int, datetime | None]:
    """(how many, when the oldest was asked for)."""
    count, oldest = tx.one("select count(*), min(asked_at) from approvals where state = 'asked'")
    return int(count), oldest
