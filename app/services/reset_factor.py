"""Take away the code app of somebody who lost it: one asks, another approves. The next sign-in
enrols a new one."""

from app.db import web_accounts, web_sessions
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused


def ask_factor_reset(
    ctx: Context, name: str, reason: str, actor: str, key: str | None = None
) -> str:
    """The ticket under which another person decides. `name` is an e-mail address of staff or a
    number that signs in for an agent. Raises StaffRefused."""
    kind, known_as = _who(name)
    with ctx.db.transaction() as tx:
        account = web_accounts.find(tx, kind, known_as)
        if account is None or account.sealed_key is None:
            raise StaffRefused(f"{name.strip()} has no code app to take away")
        detail = {"kind": kind, "person": account.name}
        return ask_approval(ctx, tx, "reset_factor", detail, reason, actor, key)


def reset_factor(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `reset_factor` does: app and recovery codes go, every session ends. Raises
    StaffRefused when there is nothing to take away any more."""
    kind, name = approval.detail["kind"], approval.detail["person"]
    account, now = web_accounts.find(tx, kind, name), ctx.clock.now()
    if account is None or not web_accounts.remove_factor(tx, kind, account.id):
        raise StaffRefused(f"{name} has no code app any more")
    web_sessions.drop_pending_of(tx, kind, account.id)
    web_sessions.end_all(tx, kind, account.id, "code app reset", now)
    append(tx, Entry(
        now, actor, "factor.reset", name, {"ticket": approval.ticket},
        before={"enrolled": True}, after={"enrolled": False},
    ))  # fmt: skip
    return f"{name} enrols again"


def _who(name: str) -> tuple[str, str]:
    if "@" in name:
        return "staff", name.strip().lower()
    try:
        return "agent", parse_msisdn(name)
    except NotAnMsisdn:
        raise StaffRefused(f"{name!r} is neither an e-mail address nor a number") from None
