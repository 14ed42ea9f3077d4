"""Members of staff as one of them sees the others, and what is done about them.

Somebody new may sign in once a second person has approved their role. Their first password is made
here, is shown to whoever adds them, and opens nothing but the page where it is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import approvals, staff, staff_list, web_accounts, web_sessions
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.staff import StaffRow
from app.db.staff_list import MemberRow
from app.db.web_sessions import SessionRow
from app.domain.roles import STAFF_ROLES, Role
from app.domain.secret import Secret
from app.security import passwords
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.grant_role import NO_ROLE
from app.services.reason import reason_of
from app.services.run_staff import DEMO_STAFF, address_of, close_staff, end_sessions
from app.services.staff_refused import StaffRefused


@dataclass(frozen=True, slots=True)
class Member:
    """`waiting` is what was asked about them and nobody has decided."""

    row: MemberRow
    sessions: Sequence[SessionRow]
    waiting: Sequence[ApprovalRow]


@dataclass(frozen=True, slots=True)
class Added:
    """The ticket that a second person decides, and the first password."""

    ticket: str
    password: Secret


def show_member(ctx: Context, email: str) -> Member | None:
    now, rules = ctx.clock.now(), ctx.web_sessions
    with ctx.db.statement() as tx:
        row = staff_list.member(tx, email)
        if row is None:
            return None
        sessions = [
            one
            for one in web_sessions.open_of(tx, "staff", row.id)
            if now - one.last_seen_at <= rules.staff_idle and now - one.made_at <= rules.absolute
        ]
        return Member(row, sessions, approvals.about_person(tx, email))


def add_member(
    ctx: Context, person: Person, email: str, role: Role, reason: str, key: str
) -> Added:
    """Ask for somebody new, or for somebody who was closed to come back. The same form sent twice
    gives the same ticket, and the password given last counts. Raises StaffRefused."""
    address = address_of(email)
    if address in DEMO_STAFF:
        raise StaffRefused(f"{address} is a demo account: demo mode makes it by itself")
    if role not in STAFF_ROLES:
        raise StaffRefused(f"{role.value} is no role of staff")
    password, detail = passwords.made_up(), {"person": address, "from": NO_ROLE, "role": role.value}
    made = passwords.make_hash(password)
    with ctx.db.transaction() as tx:
        ticket = ask_approval(ctx, tx, "role", detail, reason, person.name, key)
        known = staff.find(tx, address)
        if known is not None and known.active:
            raise StaffRefused(f"{address} is there already")
        others = [one.ticket for one in approvals.about_person(tx, address) if one.ticket != ticket]
        if others:
            raise StaffRefused(f"{address} was asked for before: {others[0]} waits to be decided")
        _put(ctx, tx, person, address, role.value, made, active=False)
        account = web_accounts.find(tx, "staff", address)
        if account is not None:
            web_accounts.remove_factor(tx, account.kind, account.id)
    return Added(ticket, password)


def give_first_password(ctx: Context, person: Person, email: str, reason: str) -> Secret:
    """For somebody who has forgotten theirs; their sessions end, and their code app still counts.
    Raises StaffRefused."""
    if email == person.name:
        raise StaffRefused("you change your own password under your account")
    kept, password = reason_of(reason), passwords.made_up()
    made = passwords.make_hash(password)
    with ctx.db.transaction() as tx:
        known = _below(tx, person, email)
        _put(ctx, tx, person, email, known.role, made, active=True)
        end_sessions(ctx, tx, email, "new password")
        append(tx, Entry(ctx.clock.now(), person.name, "staff.password", email, {"reason": kept}))
    return password


def close_member(ctx: Context, person: Person, email: str, reason: str) -> None:
    """No sign-in any more. Raises StaffRefused: not oneself, not the last owner, and an owner only
    by an owner."""
    if email == person.name:
        raise StaffRefused("nobody closes their own account: another member of staff must")
    kept = reason_of(reason)
    with ctx.db.statement() as tx:
        _below(tx, person, email)
    close_staff(ctx, email, person.name, kept)


def end_session_of(ctx: Context, person: Person, email: str, session_id: int) -> bool:
    """Sign somebody out somewhere; False when it isn't theirs, or is over."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        row = staff_list.member(tx, email)
        why = f"ended by {person.name}"
        if row is None or not web_sessions.end(tx, session_id, "staff", row.id, why, now):
            return False
        append(tx, Entry(now, person.name, "staff.sign_out", email, {"session": str(session_id)}))
    return True


def _below(tx: Transaction, person: Person, email: str) -> StaffRow:
    known = staff.find(tx, email)
    if known is None or not known.active:
        raise StaffRefused(f"{email} is no active member of staff")
    if known.demo:
        raise StaffRefused(f"{email} is a demo account: demo mode makes it by itself")
    if known.role == Role.OWNER and person.role is not Role.OWNER:
        raise StaffRefused("only an owner does this to an owner")
    return known


def _put(
    ctx: Context, tx: Transaction, person: Person, email: str, role: str, made: str, *, active: bool
) -> None:
    staff.put(tx, StaffRow(
        email, made, active=active, demo=False, added_at=ctx.clock.now(), added_by=person.name,
        role=role, must_change_password=True,
    ))  # fmt: skip
