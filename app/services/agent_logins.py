"""Who signs in to the back-office for an agent: the agent, and tellers the agent lets in."""

from collections.abc import Collection

from app.db import agents, web_accounts, web_sessions
from app.db.web_accounts import AccountRow
from app.domain.days import ZONES
from app.domain.msisdn import Msisdn
from app.domain.roles import AGENT_ROLES, Role
from app.domain.secret import Secret
from app.security import passwords
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.run_agents import NoSuchAgent
from app.services.staff_refused import StaffRefused


def open_login(
    ctx: Context, agent: Msisdn, password: Secret, actor: str, teller: Msisdn | None = None,
    *, demo: bool = False, reason: str = "",
) -> None:  # fmt: skip
    """Let the agent sign in, or one of the agent's tellers with a number of their own; again for a
    new password, which ends their sessions. Raises NoSuchAgent, StaffRefused for a password that
    is too easy or a number that signs in elsewhere."""
    if not demo and passwords.too_easy(password):
        raise StaffRefused(
            f"the password is too easy: {passwords.LEAST} characters or more, none of the commonest"
        )
    now, made = ctx.clock.now(), passwords.make_hash(password)
    msisdn, role = (agent, Role.AGENT) if teller is None else (teller, Role.AGENT_TELLER)
    with ctx.db.transaction() as tx:
        found = agents.find_by_msisdn(tx, agent)
        if found is None or not found.active:
            raise NoSuchAgent(agent)
        zone = ZONES.get(found.country, "UTC")
        opened = web_accounts.put_agent_user(
            tx, msisdn, found.id, role.value, made, zone, actor, now, demo=demo
        )
        if opened is None:
            raise StaffRefused(f"{msisdn} signs in for another agent, or in another role")
        web_sessions.drop_pending_of(tx, "agent", opened)
        web_sessions.end_all(tx, "agent", opened, "new password", now)
        detail = {"agent": agent, "role": role.value, **({"reason": reason} if reason else {})}
        append(tx, Entry(now, actor, "agent.login", msisdn, detail))


def close_teller(ctx: Context, agent_id: int, teller: Msisdn, actor: str) -> bool:
    """No sign-in any more; False when this agent has no such teller."""
    return _close(ctx, agent_id, teller, (Role.AGENT_TELLER,), actor, {})


def close_login(ctx: Context, agent_id: int, msisdn: Msisdn, actor: str, reason: str) -> bool:
    """The same, of a teller or of the agent."""
    return _close(ctx, agent_id, msisdn, AGENT_ROLES, actor, {"reason": reason})


def _close(
    ctx: Context, agent_id: int, msisdn: Msisdn, roles: Collection[Role], actor: str,
    detail: dict[str, str],
) -> bool:  # fmt: skip
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        closed = web_accounts.close_agent_user(tx, msisdn, agent_id, roles)
        if closed is None:
            return False
        web_sessions.drop_pending_of(tx, "agent", closed)
        web_sessions.end_all(tx, "agent", closed, "account closed", now)
        append(tx, Entry(now, actor, "agent.login_closed", msisdn, detail))
    return True


def logins_of(ctx: Context, agent_id: int) -> list[AccountRow]:
    """Everybody who signs in for this agent, the agent first."""
    with ctx.db.statement() as tx:
        return web_accounts.people_of(tx, agent_id)


def add_demo_login(ctx: Context, agent: Msisdn, password: Secret) -> None:
    """The demo agent's; safe to run again."""
    with ctx.db.statement() as tx:
        known = web_accounts.find(tx, "agent", agent)
    if known is None or not passwords.matches(known.password_hash, password):
        open_login(ctx, agent, password, "demo", demo=True)
