"""A merchant's deliveries of webhooks, as a list."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.roles import Right
from app.domain.webhooks import DeliveryState, EventKind

WEBHOOK_DELIVERIES = ListSpec(
    name="webhook-deliveries",
    title="Deliveries",
    rows="deliveries",
    right=Right.SEE_AGENTS,
    source="webhook_deliveries d join webhook_events v on v.id = d.event_id"
    " join webhook_endpoints e on e.id = d.endpoint_id",
    at="d.made_at",
    id="d.id",
    scope="d.agent_id = %s",
    columns=(
        Column("made", "Happened", Kind.WHEN, "d.made_at"),
        Column("delivery_id", "Delivery", Kind.TEXT, "d.id::text"),
        Column("kind", "Event", Kind.TEXT, "v.kind"),
        Column("key", "Keys", Kind.TEXT, "case when v.live then 'live' else 'test' end"),
        Column("endpoint", "Endpoint", Kind.TEXT, "e.reference"),
        Column("state", "State", Kind.STATE, "d.state"),
        Column("tries", "Tries", Kind.NUMBER, "d.tries"),
        Column("next", "Next try", Kind.WHEN, "case when d.state = 'waiting' then d.next_at end"),
        Column("answer", "Last answer", Kind.TEXT,
               "coalesce(d.last_status::text, nullif(d.last_fault, ''))"),
        Column("event", "Event id", Kind.TEXT, "v.event_id", chosen=False),
        Column("ended", "Ended", Kind.WHEN, "d.ended_at", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD, "d.state = %s", tuple(DeliveryState)),
        Filter("kind", "Event", Asks.WORD, "v.kind = %s", tuple(EventKind)),
        Filter("endpoint", "Endpoint", Asks.TEXT, "e.reference = upper(%s)"),
        Filter("event", "Event id", Asks.TEXT, "v.event_id = %s"),
        Filter("from", "From", Asks.FROM_DAY, "d.made_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "d.made_at < %s"),
    ),
    empty="One appears with the first event that an endpoint has chosen.",
)  # fmt: skip
