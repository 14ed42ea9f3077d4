"""Which sessions of the back-office see whole numbers, and until when."""

from datetime import datetime

from app.db.engine import Transaction


def allow(tx: Transaction, session: str, until: datetime) -> None:
    """Whole numbers for this session until then."""
    tx.run(
        "insert into unmaskings (session, until) values (%s, %s)"
        " on conflict (session) do update set until = excluded.until",
        (session, until),
    )


def until(tx: Transaction, session: str) -> datetime | None:
    """Until when this session sees whole numbers; None: it never did."""
    row = tx.maybe("select until from unmaskings where session = %s", (session,))
    return row[0] if row else None


def forget(tx: Transaction, now: datetime) -> None:
    """Those that are over."""
    tx.run("delete from unmaskings where until < %s", (now,))
