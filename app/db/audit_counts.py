"""How often somebody did something, as the audit log knows."""

from datetime import datetime

from app.db.engine import Transaction


def times_done(tx: Transaction, actor: str, act: str, since: datetime) -> int:
    row = tx.one(
        "select count(*) from audit where actor = %s and act = %s and at > %s", (actor, act, since)
    )
    return int(row[0])
