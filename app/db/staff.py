"""Queries on staff."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One member of staff; `role` is one of app.domain.roles.STAFF_ROLES, `demo` ones sign in in
    demo mode only; `must_change_password`: somebody else has seen it."""

    email: str
    password_hash: str
    active: bool
    demo: bool
    added_at: datetime
    added_by: str
    role: str
    must_change_password: bool = False


_SELECT = (
    "select email, password_hash, active, demo, added_at, added_by, role, must_change_password"
    " from staff"
)


def put(tx: Transaction, row: StaffRow) -> None:
    """Write it, over what was there; whoever is there keeps the role."""
    tx.run(
        """
        insert into staff (email, password_hash, active, demo, added_at, added_by, role,
                           must_change_password)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (email) do update set password_hash = excluded.password_hash,
            active = excluded.active, demo = excluded.demo,
            must_change_password = excluded.must_change_password
        """,
        (
            row.email, row.password_hash, row.active, row.demo, row.added_at, row.added_by,
            row.role, row.must_change_password,
        ),
    )  # fmt: skip


def find(tx: Transaction, email: str) -> StaffRow | None:
    row = tx.maybe(f"{_SELECT} where email = %s", (email,))
    return StaffRow(*row) if row else None


def everyone(tx: Transaction) -> list[StaffRow]:
    return [StaffRow(*row) for row in tx.all(f"{_SELECT} order by email")]


def close(tx: Transaction, email: str) -> bool:
    """No sign-in any more; False when nobody active has this address."""
    return tx.run("update staff set active = false where email = %s and active", (email,)) == 1


def open_as(tx: Transaction, email: str, role: str) -> bool:
    """May sign in in this role from now on; False when nobody has this address, or already does."""
    return (
        tx.run(
            "update staff set active = true, role = %s where email = %s and not active",
            (role, email),
        )
        == 1
    )


def set_role(tx: Transaction, email: str, old: str, new: str) -> bool:
    """Compare-and-set of somebody active; False when the role is another one by now."""
    return (
        tx.run(
            "update staff set role = %s where email = %s and role = %s and active",
            (new, email, old),
        )
        == 1
    )


def other_owners(tx: Transaction, email: str) -> int:
    """How many active owners there are besides; locks them until the commit."""
    rows = tx.all(
        "select email from staff where role = 'owner' and active order by id for update", ()
    )
    return sum(1 for (found,) in rows if found != email)
