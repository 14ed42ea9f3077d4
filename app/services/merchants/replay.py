"""The delivery log, and sending again what has ended."""

from dataclasses import dataclass
from datetime import datetime

from app.db import agents, webhook_deliveries, webhook_endpoints, webhook_events
from app.db.webhook_deliveries import DeliveryRow, TryRow
from app.domain.webhooks import KEPT, DeliveryState
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.staff_refused import StaffRefused


@dataclass(frozen=True, slots=True)
class Delivery:
    """One, with what came of each try, the newest first."""

    row: DeliveryRow
    tries: list[TryRow]


def find_delivery(ctx: Context, agent_id: int, delivery_id: int) -> Delivery | None:
    with ctx.db.statement() as tx:
        row = webhook_deliveries.find(tx, agent_id, delivery_id)
        return Delivery(row, webhook_deliveries.tries(tx, delivery_id)) if row else None


def latest_deliveries(
    ctx: Context, agent_id: int, most: int, *, live: bool, state: DeliveryState | None = None,
    before: int | None = None,
) -> list[DeliveryRow]:  # fmt: skip
    """The newest first; those behind the delivery `before`."""
    with ctx.db.statement() as tx:
        return webhook_deliveries.latest(tx, agent_id, most, live=live, state=state, before=before)


def replay(ctx: Context, agent_id: int, delivery_id: int, actor: str, reason: str = "") -> bool:
    """Send it again, with the same event id, whatever came of it; its pauses begin anew. False when
    it waits, isn't the agent's, or its endpoint isn't on."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        row = webhook_deliveries.find(tx, agent_id, delivery_id)
        if row is None or not webhook_deliveries.send_again(tx, agent_id, delivery_id, now):
            return False
        detail = {
            "event": row.event.id,
            "endpoint": row.endpoint,
            "was": row.state,
            "reason": reason,
        }
        append(tx, Entry(now, actor, "webhook.replay", str(delivery_id), detail))
    ctx.nudge()
    return True


def replay_since(
    ctx: Context, agent_id: int, reference: str, since: datetime, actor: str, reason: str = ""
) -> int:
    """Send an endpoint everything since then that it wants to know, also what it never got as it
    was off or new; how many. Raises StaffRefused."""
    now = ctx.clock.now()
    if not now - KEPT <= since <= now:
        raise StaffRefused(f"events are kept for {KEPT.days} days")
    with ctx.db.transaction() as tx:
        agent = agents.find(tx, agent_id)
        row = webhook_endpoints.find(tx, agent_id, reference)
        if agent is None or row is None or row.state != "on":
            raise StaffRefused("there is no endpoint of this name that is on")
        sent = webhook_events.replay_since(tx, row.id, since, now)
        detail = {
            "agent": agent.msisdn,
            "since": since.isoformat(),
            "events": str(sent),
            "reason": reason,
        }
        append(tx, Entry(now, actor, "webhook.replay", reference, detail))
    ctx.nudge()
    return sent
