"""Queries on settings that are data."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class SettingRow:
    name: str
    value: int
    changed_at: datetime
    changed_by: str


def everything(tx: Transaction) -> dict[str, SettingRow]:
    """What was ever changed, by name."""
    rows = tx.all("select name, value, changed_at, changed_by from business_settings")
    return {row[0]: SettingRow(*row) for row in rows}


def find(tx: Transaction, name: str) -> int | None:
    row = tx.maybe("select value from business_settings where name = %s", (name,))
    return int(row[0]) if row else None


def put(tx: Transaction, row: SettingRow) -> None:
    tx.run(
        """
        insert into business_settings (name, value, changed_at, changed_by) values (%s, %s, %s, %s)
        on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at,
            changed_by = excluded.changed_by
        """,
        (row.name, row.value, row.changed_at, row.changed_by),
    )


def one_at_a_time(tx: Transaction, name: str) -> None:
    """Changes of one setting wait for each other until the commit."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('setting:' || %s, 0))", (name,))
