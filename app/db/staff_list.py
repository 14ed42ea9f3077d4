"""Staff, as a list and one by one as their page shows them."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.roles import STAFF_ROLES, Right

_LAST_SEEN = (
    "(select max(w.last_seen_at) from web_sessions w where w.kind = 'staff' and w.person_id = s.id)"
)
_STATE = "case when s.active then 'active' else 'closed' end"

STAFF = ListSpec(
    name="staff",
    title="Staff",
    rows="people",
    right=Right.SEE_STAFF,
    source="staff s",
    at="s.added_at",
    id="s.id",
    columns=(
        Column("email", "Who", Kind.TEXT, "s.email"),
        Column("role", "Role", Kind.TEXT, "replace(s.role, '_', ' ')"),
        Column("state", "State", Kind.STATE, _STATE),
        Column("app", "Code app", Kind.STATE,
               "case when s.sealed_key is null then 'none' else 'enrolled' end"),
        Column("seen", "Last seen", Kind.WHEN, _LAST_SEEN),
        Column("added", "Added", Kind.WHEN, "s.added_at"),
        Column("added_by", "Added by", Kind.TEXT, "s.added_by", chosen=False),
    ),
    filters=(
        Filter("email", "E-mail", Asks.TEXT, "s.email = lower(%s)"),
        Filter("role", "Role", Asks.WORD, "s.role = %s", tuple(sorted(STAFF_ROLES))),
        Filter("state", "State", Asks.WORD, f"{_STATE} = %s", ("active", "closed")),
    ),
    empty="Add somebody, or ask the operator of this machine: nexustop staff add.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of staff; `enrolled_at`: since when the code app counts, None without one."""

    id: int
    email: str
    role: str
    zone: str
    active: bool
    demo: bool
    added_at: datetime
    added_by: str
    enrolled_at: datetime | None
    must_change_password: bool
    last_seen_at: datetime | None


def member(tx: Transaction, email: str) -> MemberRow | None:
    row = tx.maybe(
        f"""
        select s.id, s.email, s.role, s.zone, s.active, s.demo, s.added_at, s.added_by,
               s.enrolled_at, s.must_change_password, {_LAST_SEEN}
        from staff s where s.email = %s
        """,  # noqa: S608 - a constant
        (email,),
    )
    return MemberRow(*row) if row else None
