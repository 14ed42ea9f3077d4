"""Give a member of staff a role, the first one too: one asks, another approves, never whom it is
about."""

from app.db import staff
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.roles import STAFF_ROLES, Role
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused

NO_ROLE = "none"
"""Of somebody who was added and may not sign in before a second person has approved it."""


def ask_role(
    ctx: Context, email: str, role: Role, reason: str, actor: str, key: str | None = None
) -> str:
    """The ticket under which another person decides. Raises StaffRefused."""
    address = email.strip().lower()
    with ctx.db.transaction() as tx:
        found = staff.find(tx, address)
        if found is None or not found.active:
            raise StaffRefused(f"{address} is no active member of staff")
        if role not in STAFF_ROLES or role == found.role:
            raise StaffRefused(f"{role.value} is no other role of staff")
        detail = {"person": address, "from": found.role, "role": role.value}
        return ask_approval(ctx, tx, "role", detail, reason, actor, key)


def grant_role(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `role` does; their next request has the new rights. Whoever has none yet may
    sign in from now on. Raises StaffRefused when their role changed meanwhile, or no owner would be
    left."""
    address, old, new = (approval.detail[name] for name in ("person", "from", "role"))
    if old == NO_ROLE:
        return _open(ctx, tx, approval, actor)
    if old == Role.OWNER and not staff.other_owners(tx, address):
        raise StaffRefused("no owner would be left")
    if not staff.set_role(tx, address, old, new):
        raise StaffRefused(f"{address} isn't {old} any more: ask again")
    append(tx, Entry(
        ctx.clock.now(), actor, "staff.role", address, {"ticket": approval.ticket},
        before={"role": old}, after={"role": new},
    ))  # fmt: skip
    return f"{address}: {old} -> {new}"


def _open(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    address, role = approval.detail["person"], approval.detail["role"]
    if not staff.open_as(tx, address, role):
        raise StaffRefused(f"{address} signs in already: decline it")
    append(tx, Entry(
        ctx.clock.now(), actor, "staff.open", address, {"ticket": approval.ticket},
        before={"active": False}, after={"active": True, "role": role},
    ))  # fmt: skip
    return f"{address} may sign in as {role}"
