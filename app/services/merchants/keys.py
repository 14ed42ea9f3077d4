"""API keys: made, listed, revoked; and who may sell with live ones.

A live key that may buy spends the agent's float by itself. So two members of staff let an agent
sell that way (like a role), and such a key is made by the agent, never by staff: nobody of the
house ever holds one. The secret is shown to whoever makes the key, once.
"""

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.db import agents, api_keys
from app.db.agents import AgentRow
from app.db.api_keys import KeyRow
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain import api_keys as keys
from app.domain.api_callers import Scope
from app.domain.api_keys import ApiKey
from app.domain.secret import Secret
from app.security.audit import Entry, append
from app.security.field_encryption import FieldCipher
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.reason import reason_of
from app.services.staff_refused import StaffRefused

LONGEST_LIFE = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is wanted of a key. `networks` are addresses or CIDR ranges from which alone it may be
    used; none: from anywhere."""

    live: bool
    scopes: frozenset[Scope]
    label: str
    networks: tuple[str, ...] = ()
    per_minute: int = keys.USUAL_PER_MINUTE
    expires_at: datetime | None = None


def make_key(ctx: Context, agent_id: int, wanted: NewKey, actor: str, *, staff: bool) -> ApiKey:
    """The key, whose secret nobody can be shown again; a label is one usable key's, so what is sent
    twice makes one. `staff`: a member of staff makes it, who
    may not make one that spends the float. Raises StaffRefused."""
    now = ctx.clock.now()
    made = keys.make(secrets.choice, live=wanted.live)
    row = KeyRow(
        made.id, agent_id, wanted.live, sorted(wanted.scopes), _networks(wanted.networks),
        wanted.per_minute, _label(wanted.label), actor, now, wanted.expires_at, None, None, None,
    )  # fmt: skip
    _check(row, now)
    with ctx.db.transaction() as tx:
        agent = _open_agent(tx, agent_id)
        if wanted.live and Scope.PURCHASE in wanted.scopes:
            if staff:
                raise StaffRefused("a live key that buys is made by the agent, who signs in for it")
            if not api_keys.sells(tx, agent_id):
                raise StaffRefused("two members of staff must let this agent sell by API first")
        usable = api_keys.lock_usable(tx, agent_id, now)
        if len(usable) >= keys.MOST_KEYS:
            raise StaffRefused(f"{keys.MOST_KEYS} keys are the most: revoke one first")
        if (row.label, row.live) in usable:
            raise StaffRefused(f"there is a key for {row.label} already: give this another label")
        api_keys.add(tx, row, digests(ctx.fields, made.whole)[0])
        detail = {
            "key": made.id, "kind": "live" if made.live else "test", "label": row.label,
            "scopes": " ".join(row.scopes), "networks": " ".join(row.networks),
        }  # fmt: skip
        append(tx, Entry(now, actor, "api_key.make", agent.msisdn, detail))
    return made


def list_keys(ctx: Context, agent_id: int) -> list[KeyRow]:
    """The newest first, revoked ones too."""
    with ctx.db.statement() as tx:
        return api_keys.of_agent(tx, agent_id)


def revoke_key(ctx: Context, agent_id: int, key_id: str, actor: str, reason: str = "") -> bool:
    """From the next request on it doesn't open. False when the agent has no such usable key."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        agent = agents.find(tx, agent_id)
        if agent is None or not api_keys.revoke(tx, agent_id, key_id, actor, now):
            return False
        append(
            tx, Entry(now, actor, "api_key.revoke", agent.msisdn, {"key": key_id, "reason": reason})
        )
    return True


def may_sell(ctx: Context, agent_id: int) -> bool:
    """May live keys spend this agent's float?"""
    with ctx.db.statement() as tx:
        return api_keys.sells(tx, agent_id)


def ask_to_let_sell(ctx: Context, agent_id: int, reason: str, actor: str, key: str) -> str:
    """The ticket under which another person decides. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        agent = _open_agent(tx, agent_id)
        if api_keys.sells(tx, agent_id):
            raise StaffRefused(f"{agent.name} may sell by API already")
        detail = {"agent": f"{agent.number} {agent.name}", "msisdn": agent.msisdn}
        return ask_approval(ctx, tx, "api_selling", detail, reason, actor, key)


def let_sell_asked(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `api_selling` does. Raises StaffRefused when the agent was closed."""
    agent = agents.find_by_msisdn(tx, approval.detail["msisdn"])
    if agent is None or not agent.active:
        raise StaffRefused("the agent is closed by now")
    return _let(ctx, tx, agent, actor, approval.ticket, {"ticket": approval.ticket})


def let_sell(ctx: Context, agent_id: int, actor: str, reason: str) -> str:
    """What whoever operates the machine does. Raises StaffRefused."""
    why = {"reason": reason_of(reason)}
    with ctx.db.transaction() as tx:
        return _let(ctx, tx, _open_agent(tx, agent_id), actor, "", why)


def stop_selling(ctx: Context, agent_id: int, actor: str, reason: str) -> bool:
    """Live keys may not spend the float from the next request on; the keys stay. False when they
    might not before. Raises StaffRefused without a reason."""
    kept, now = reason_of(reason), ctx.clock.now()
    with ctx.db.transaction() as tx:
        agent = agents.find(tx, agent_id)
        if agent is None or not api_keys.stop_selling(tx, agent_id):
            return False
        append(tx, Entry(
            now, actor, "api_selling.stop", agent.msisdn, {"reason": kept},
            before={"sells": True}, after={"sells": False},
        ))  # fmt: skip
    return True


def digests(fields: FieldCipher, token: Secret) -> tuple[bytes, ...]:
    """Under which a key is kept, the current one first: it is found under an older one too."""
    return fields.indexes("api key", token)


def _let(
    ctx: Context, tx: Transaction, agent: AgentRow, actor: str, ticket: str, why: dict[str, str]
) -> str:
    now = ctx.clock.now()
    if api_keys.let_sell(tx, agent.id, actor, ticket, now):
        append(tx, Entry(
            now, actor, "api_selling.let", agent.msisdn, why,
            before={"sells": False}, after={"sells": True},
        ))  # fmt: skip
    return f"agent {agent.number} may sell by API"


def _open_agent(tx: Transaction, agent_id: int) -> AgentRow:
    agent = agents.find(tx, agent_id)
    if agent is None or not agent.active or agent.blocked:
        raise StaffRefused("there is no open agent here")
    return agent


def _check(row: KeyRow, now: datetime) -> None:
    if not row.scopes:
        raise StaffRefused("choose what the key may do")
    if not 1 <= row.per_minute <= keys.MOST_PER_MINUTE:
        raise StaffRefused(f"requests a minute are 1 to {keys.MOST_PER_MINUTE:,}")
    if row.expires_at is not None and not now < row.expires_at <= now + LONGEST_LIFE:
        raise StaffRefused("it must expire in the future, within three years")


def _label(text: str) -> str:
    label = " ".join(text.split())
    if not 1 <= len(label) <= keys.LONGEST_LABEL or not label.isprintable():
        raise StaffRefused(f"a label has 1 to {keys.LONGEST_LABEL} characters: which server is it?")
    return label


def _networks(wanted: Sequence[str]) -> list[str]:
    """As CIDR ranges. Raises StaffRefused."""
    if len(wanted) > keys.MOST_NETWORKS:
        raise StaffRefused(f"{keys.MOST_NETWORKS} addresses are the most")
    found = []
    for one in wanted:
        try:
            found.append(str(ipaddress.ip_network(one.strip())))
        except ValueError:
            raise StaffRefused(
                f"{one.strip()[:50]!r} is no address: write 203.0.113.7 or 203.0.113.0/24"
            ) from None
    return found


def without_float(row: KeyRow) -> KeyRow:
    """The key as it is while its merchant may not sell."""
    return replace(row, scopes=[scope for scope in row.scopes if scope != Scope.PURCHASE])
