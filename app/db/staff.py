"""Queries on staff."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One member of staff; `demo` ones sign in in demo mode only."""

    email: str
    password_hash: str
    active: bool
    demo: bool
    added_at: datetime
    added_by: str


_SELECT = "select email, password_hash, active, demo, added_at, added_by from staff"


def put(tx: Transaction, row: StaffRow) -> None:
    """Write it, over what was there."""
    tx.run(
        """
        insert into staff (email, password_hash, active, demo, added_at, added_by)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (email) do update set password_hash = excluded.password_hash,
            active = excluded.active, demo = excluded.demo
        """,
        (row.email, row.password_hash, row.active, row.demo, row.added_at, row.added_by),
    )


def find(tx: Transaction, email: str) -> StaffRow | None:
    row = tx.maybe(f"{_SELECT} where email = %s", (email,))
    return StaffRow(*row) if row else None


def everyone(tx: Transaction) -> list[StaffRow]:
    return [StaffRow(*row) for row in tx.all(f"{_SELECT} order by email")]


def close(tx: Transaction, email: str) -> bool:
    """No sign-in any more; False when nobody active has this address."""
    return tx.run("update staff set active = false where email = %s and active", (email,)) == 1
