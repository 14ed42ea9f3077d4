"""Give a member of staff another role: one asks, another approves, never whom it is about."""

from app.db import staff
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.roles import STAFF_ROLES, Role
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused


def ask_role(ctx: Context, email: str, role: Role, reason: str, actor: str) -> str:
    """The ticket under which another person decides. Raises StaffRefused."""
    address = email.strip().lower()
    with ctx.db.transaction() as tx:
        found = staff.find(tx, address)
        if found is None or not found.active:
            raise StaffRefused(f"{address} is no active member of staff")
        if role not in STAFF_ROLES or role == found.role:
            raise StaffRefused(f"{role.value} is no other role of staff")
        detail = {"person": address, "from": found.role, "role": role.value}
        return ask_approval(ctx, tx, "role", detail, reason, actor)


def grant_role(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `role` does; their next request has the new rights. Raises StaffRefused when
    their role changed meanwhile, or no owner would be left."""
    address, old, new = (approval.detail[name] for name in ("person", "from", "role"))
    if old == Role.OWNER and not staff.other_owners(tx, address):
        raise StaffRefused("no owner would be left")
    if not staff.set_role(tx, address, old, new):
        raise StaffRefused(f"{address} isn't {old} any more: ask again")
    append(tx, Entry(
        ctx.clock.now(), actor, "staff.role", address, {"ticket": approval.ticket},
        before={"role": old}, after={"role": new},
    ))  # fmt: skip
    return f"{address}: {old} -> {new}"
