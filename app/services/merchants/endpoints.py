"""Webhook endpoints: where a merchant's server wants to be told what."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from app.db import agents, outbox, webhook_endpoints, webhook_events
from app.db.agents import AgentRow
from app.db.engine import Transaction
from app.db.webhook_endpoints import EndpointRow
from app.domain.secret import Secret
from app.domain.webhook_addresses import BadAddress, checked
from app.domain.webhooks import CHOSEN_FROM, MOST_ENDPOINTS, SECRET_OVERLAP
from app.security.audit import Entry, append
from app.security.field_encryption import Place
from app.services.context import Context
from app.services.staff_refused import StaffRefused

_SECRET_PREFIX = "nxw_"  # noqa: S105 - what secrets begin with
SECRET, SECRET_BEFORE = "secret", "secret_before"


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """`secret` signs what is sent; it is shown now and not again."""

    row: EndpointRow
    secret: Secret


def secret_place(endpoint_id: int, column: str) -> Place:
    """Where an endpoint's secret is stored."""
    return Place("webhook_endpoints", column, endpoint_id)


def add_endpoint(
    ctx: Context, agent_id: int, url: str, events: Sequence[str], actor: str, *, live: bool
) -> NewEndpoint:
    """It is on at once. Raises StaffRefused, which says what is wrong with the address."""
    address, chosen, now = _address(ctx, url), _chosen(events), ctx.clock.now()
    with ctx.db.transaction() as tx:
        agent = _open_agent(tx, agent_id)
        there = webhook_endpoints.lock_addresses(tx, agent_id, live=live)
        if len(there) >= MOST_ENDPOINTS:
            raise StaffRefused(f"{MOST_ENDPOINTS} endpoints are the most: delete one first")
        if address in there:
            raise StaffRefused("there is an endpoint with this address already")
        row = EndpointRow(
            webhook_endpoints.next_id(tx), ctx.new_reference(), agent_id, live, address, chosen,
            "on", "", None, None, actor, now,
        )  # fmt: skip
        fresh = _fresh()
        sealed = ctx.fields.encrypt(fresh, secret_place(row.id, SECRET))
        webhook_endpoints.add(tx, row, sealed)
        _note(ctx, tx, actor, "webhook.add", agent, row)
    return NewEndpoint(row, fresh)


def list_endpoints(ctx: Context, agent_id: int) -> list[EndpointRow]:
    """The oldest first."""
    with ctx.db.statement() as tx:
        return webhook_endpoints.of_agent(tx, agent_id)


def find_endpoint(ctx: Context, agent_id: int, reference: str) -> EndpointRow | None:
    with ctx.db.statement() as tx:
        return webhook_endpoints.find(tx, agent_id, reference)


def change_endpoint(
    ctx: Context, agent_id: int, reference: str, url: str, events: Sequence[str], actor: str
) -> EndpointRow | None:
    """What waits goes to the new address too. None: the agent has no such endpoint. Raises
    StaffRefused."""
    address, chosen = _address(ctx, url), _chosen(events)
    with ctx.db.transaction() as tx:
        agent, row = _found(tx, agent_id, reference)
        if row is None:
            return None
        webhook_endpoints.change(tx, row.id, address, chosen)
        changed = webhook_endpoints.find(tx, agent_id, reference)
        _note(ctx, tx, actor, "webhook.change", agent, changed or row, before=row)
        return changed


def rotate_secret(ctx: Context, agent_id: int, reference: str, actor: str) -> NewEndpoint | None:
    """A fresh secret; the one before signs beside it for a day. None: no such endpoint."""
    with ctx.db.transaction() as tx:
        agent, row = _found(tx, agent_id, reference)
        if row is None:
            return None
        place, older = secret_place(row.id, SECRET), secret_place(row.id, SECRET_BEFORE)
        fresh = _fresh()
        before = ctx.fields.decrypt(webhook_endpoints.sealed(tx, row.id), place)
        webhook_endpoints.rotate(
            tx, row.id, ctx.fields.encrypt(fresh, place), ctx.fields.encrypt(before, older),
            ctx.clock.now() + SECRET_OVERLAP,
        )  # fmt: skip
        _note(ctx, tx, actor, "webhook.rotate", agent, row)
        return NewEndpoint(row, fresh)


def switch_on(ctx: Context, agent_id: int, reference: str, actor: str) -> bool:
    """What was dropped while it was off is sent by a replay. False: no such endpoint."""
    with ctx.db.transaction() as tx:
        agent, row = _found(tx, agent_id, reference)
        if row is None:
            return False
        webhook_endpoints.turn_on(tx, row.id)
        _note(ctx, tx, actor, "webhook.on", agent, row)
    return True


def switch_off(ctx: Context, agent_id: int, reference: str, actor: str) -> bool:
    """Nothing more is sent to it, and what waits is dropped. False: no such endpoint."""
    return _end(ctx, agent_id, reference, actor, "off", "webhook.off")


def delete_endpoint(ctx: Context, agent_id: int, reference: str, actor: str) -> bool:
    """The same, for good; what was delivered stays on record. False: no such endpoint."""
    return _end(ctx, agent_id, reference, actor, "deleted", "webhook.delete")


def ping(ctx: Context, agent_id: int, reference: str) -> int | None:
    """Have a test event sent; the id of its delivery. None: no such endpoint, or it is off."""
    with ctx.db.transaction() as tx:
        _, row = _found(tx, agent_id, reference)
        if row is None or row.state != "on":
            return None
        subject = f"ping:{row.reference}:{secrets.token_hex(8)}"
        delivery_id = webhook_events.ping(tx, agent_id, row.id, subject, ctx.clock.now())
    ctx.nudge()
    return delivery_id


def tell_switched_off(tx: Transaction, agent: AgentRow, row: EndpointRow, dedupe_key: str) -> None:
    """An SMS to the agent: their server isn't told any more."""
    outbox.queue_sms(
        tx, agent.msisdn, "webhook_off", agent.language, {"reference": row.reference},
        dedupe_key=dedupe_key,
    )  # fmt: skip


def _end(ctx: Context, agent_id: int, reference: str, actor: str, state: str, act: str) -> bool:
    with ctx.db.transaction() as tx:
        agent, row = _found(tx, agent_id, reference)
        if row is None:
            return False
        webhook_endpoints.turn_off(tx, row.id, state, "by hand", ctx.clock.now())
        _note(ctx, tx, actor, act, agent, row)
    return True


def _found(
    tx: Transaction, agent_id: int, reference: str
) -> tuple[AgentRow | None, EndpointRow | None]:
    return agents.find(tx, agent_id), webhook_endpoints.find(tx, agent_id, reference)


def _note(
    ctx: Context, tx: Transaction, actor: str, act: str, agent: AgentRow | None, row: EndpointRow,
    before: EndpointRow | None = None,
) -> None:  # fmt: skip
    detail = {"agent": agent.msisdn if agent else "", "url": row.url}
    append(tx, Entry(
        ctx.clock.now(), actor, act, row.reference, detail,
        before=_known(before) if before else None, after=_known(row) if before else None,
    ))  # fmt: skip


def _known(row: EndpointRow) -> dict[str, object]:
    return {"url": row.url, "events": list(row.events)}


def _open_agent(tx: Transaction, agent_id: int) -> AgentRow:
    agent = agents.find(tx, agent_id)
    if agent is None or not agent.active or agent.blocked:
        raise StaffRefused("there is no open agent here")
    return agent


def _address(ctx: Context, url: str) -> str:
    try:
        return checked(url.strip(), loopback=ctx.webhook_loopback)
    except BadAddress as bad:
        raise StaffRefused(str(bad)) from None


def _chosen(events: Sequence[str]) -> list[str]:
    """In the order of the list, each once. Raises StaffRefused."""
    chosen = [kind.value for kind in CHOSEN_FROM if kind in events]
    if not chosen or len(chosen) < len(set(events)):
        raise StaffRefused(f"choose from {', '.join(CHOSEN_FROM)}")
    return chosen


def _fresh() -> Secret:
    return Secret(_SECRET_PREFIX + urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))
