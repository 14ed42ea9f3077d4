"""Rows that are past their time. Tables and columns come from app.domain.retention.

No index is made for this: old rows lie at the beginning of their tables, where a bounded search
finds them at once; the last one of a day reads the table through.
"""

from datetime import datetime

from app.db.engine import Transaction
from app.domain.retention import Retention


def patient(tx: Transaction) -> None:
    """What follows may read whole tables."""
    tx.run("set local statement_timeout = 0")


def remove(tx: Transaction, rule: Retention, before: datetime, most: int) -> int:
    """Delete or blank up to `most` rows; how many were."""
    past = (
        f"ctid = any(array(select ctid from {rule.table} where {rule.at} < %s and {rule.over}"  # noqa: S608
        " limit %s for update skip locked))"
    )
    if rule.blank:
        changes = ", ".join(f"{column} = {left}" for column, left in rule.blank)
        return tx.run(f"update {rule.table} set {changes} where {past}", (before, most))  # noqa: S608
    return tx.run(f"delete from {rule.table} where {past}", (before, most))  # noqa: S608


def past(tx: Transaction, rule: Retention, before: datetime) -> int:
    """How many rows there are to remove."""
    sql = f"select count(*) from {rule.table} where {rule.at} < %s and {rule.over}"  # noqa: S608
    return int(tx.one(sql, (before,))[0])


def oldest(tx: Transaction, rule: Retention) -> datetime | None:
    """Of what a run may remove some day."""
    found: datetime | None = tx.one(
        f"select min({rule.at}) from {rule.table} where {rule.over}"  # noqa: S608 - our own names
    )[0]
    return found


def note(
    tx: Transaction, rule: Retention, now: datetime, rows: int, oldest_kept: datetime | None
) -> None:
    """Add to what was removed so far."""
    tx.run(
        "insert into retention_runs as r (name, at, rows, oldest) values (%s, %s, %s, %s)"
        " on conflict (name) do update set at = excluded.at, rows = r.rows + excluded.rows,"
        " oldest = excluded.oldest",
        (rule.table, now, rows, oldest_kept),
    )
