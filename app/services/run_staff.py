"""Staff: take somebody on, close an account, and find out who is at the keyboard."""

from app.db import staff, web_accounts, web_sessions
from app.db.engine import Transaction
from app.db.staff import StaffRow
from app.domain.roles import STAFF_ROLES, Role
from app.domain.secret import Secret
from app.security import passwords
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.staff_refused import StaffRefused

DEMO_STAFF = {
    "admin@nexustop.test": Role.OWNER,
    "checker@nexustop.test": Role.FINANCE_CHECKER,
}
_LONGEST = 120


class NotSignedIn(StaffRefused):
    """No such member of staff, or another password; which of both isn't said."""


def add_staff(
    ctx: Context, email: str, password: Secret, actor: str, role: Role | None = None
) -> str:
    """Let somebody sign in, or give them a new password, which ends their sessions; the address as
    it is kept. Only somebody new gets the role; nobody else's changes without a second person.
    Raises StaffRefused for an address, a password or a role that won't do."""
    address = address_of(email)
    if address in DEMO_STAFF:
        raise StaffRefused(f"{address} is a demo account: demo mode makes it by itself")
    if passwords.too_easy(password):
        raise StaffRefused(
            f"the password is too easy: {passwords.LEAST} characters or more, none of the commonest"
        )
    known = _find(ctx, address)
    if known is None and role not in STAFF_ROLES:
        raise StaffRefused(f"a role is wanted: {', '.join(sorted(STAFF_ROLES))}")
    if known is not None and role is not None and role != known.role:
        raise StaffRefused(f"{address} is {known.role}: nexustop staff role asks for another one")
    _put(ctx, address, password, Role(known.role if known else role or ""), actor, demo=False)
    return address


def add_demo_staff(ctx: Context, password: Secret) -> None:
    """Demo mode's two members of staff; safe to run again."""
    for address, role in DEMO_STAFF.items():
        known = _find(ctx, address)
        if known is None or not passwords.matches(known.password_hash, password):
            _put(ctx, address, password, role, "demo", demo=True)


def close_staff(ctx: Context, email: str, actor: str, reason: str = "") -> None:
    """No sign-in any more; what they did stays theirs. Raises StaffRefused, also where no owner
    would be left."""
    address = address_of(email)
    with ctx.db.transaction() as tx:
        found = staff.find(tx, address)
        if found is not None and found.role == Role.OWNER and not staff.other_owners(tx, address):
            raise StaffRefused("no owner would be left")
        if not staff.close(tx, address):
            raise StaffRefused(f"{address} is no active member of staff")
        end_sessions(ctx, tx, address, "account closed")
        append(tx, Entry(
            ctx.clock.now(), actor, "staff.close", address, {"reason": reason} if reason else {},
            before={"active": True}, after={"active": False},
        ))  # fmt: skip


def list_staff(ctx: Context) -> list[StaffRow]:
    with ctx.db.statement() as tx:
        return staff.everyone(tx)


def sign_in(ctx: Context, email: str, password: Secret) -> str:
    """Who this is at a terminal: the address under which acts are recorded. Raises NotSignedIn."""
    address = email.strip().lower()
    found = _find(ctx, address)
    may = found is not None and found.active and (ctx.demo or not found.demo)
    right = passwords.matches(found.password_hash if found else None, password)
    if not (may and right):
        raise NotSignedIn("no such member of staff, or the password is another")
    return address


def address_of(email: str) -> str:
    """The address as it is kept. Raises StaffRefused."""
    address = email.strip().lower()
    name, at, host = address.partition("@")
    if not (name and at and "." in host and address.isprintable() and " " not in address):
        raise StaffRefused(f"{email!r} is not an e-mail address")
    if len(address) > _LONGEST:
        raise StaffRefused("the address is too long")
    return address


def _find(ctx: Context, address: str) -> StaffRow | None:
    with ctx.db.statement() as tx:
        return staff.find(tx, address)


def _put(
    ctx: Context, address: str, password: Secret, role: Role, actor: str, *, demo: bool
) -> None:
    now, made = ctx.clock.now(), passwords.make_hash(password)
    row = StaffRow(
        address, made, active=True, demo=demo, added_at=now, added_by=actor, role=role.value
    )
    with ctx.db.transaction() as tx:
        staff.put(tx, row)
        end_sessions(ctx, tx, address, "new password")
        append(tx, Entry(now, actor, "staff.add", address, {"role": role.value}))


def end_sessions(ctx: Context, tx: Transaction, address: str, why: str) -> None:
    """Every session of this member of staff, and sign-ins that wait for a code."""
    account = web_accounts.find(tx, "staff", address)
    if account is not None:
        web_sessions.drop_pending_of(tx, account.kind, account.id)
        web_sessions.end_all(tx, account.kind, account.id, why, ctx.clock.now())
