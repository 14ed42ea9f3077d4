"""The list of breaks."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.roles import Right
from app.domain.statements import BOOKS

BREAKS = ListSpec(
    name="breaks",
    title="Breaks",
    rows="breaks",
    right=Right.SEE_RECONCILIATION,
    source="breaks b left join orders o on o.id = b.order_id",
    at="b.opened_at",
    id="b.id",
    columns=(
        Column("opened", "Opened", Kind.WHEN, "b.opened_at"),
        Column("break_id", "Break", Kind.NUMBER, "b.id"),
        Column("state", "State", Kind.STATE,
               "case when b.closed_at is null then 'open' else 'closed' end"),
        Column("kind", "Kind", Kind.TEXT, "replace(b.kind, '_', ' ')"),
        Column("provider", "Provider", Kind.TEXT, "b.provider"),
        Column("external_id", "Provider's id", Kind.TEXT, "b.external_id"),
        Column("day", "Provider's day", Kind.TEXT, "b.detail->>'day'", chosen=False),
        Column("theirs", "Theirs", Kind.MONEY, "(b.detail->>'theirs_minor')::bigint",
               "b.detail->>'currency'"),
        Column("ours", "Ours", Kind.MONEY, "(b.detail->>'ours_minor')::bigint",
               "coalesce(b.detail->>'ours_currency', b.detail->>'currency')"),
        Column("reference", "Order", Kind.TEXT, "o.reference"),
        Column("owner", "Who looks", Kind.TEXT, "b.owner"),
        Column("closed", "Closed", Kind.WHEN, "b.closed_at", chosen=False),
        Column("resolution", "How it ended", Kind.TEXT, "b.resolution", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD,
               "case when b.closed_at is null then 'open' else 'closed' end = %s",
               ("open", "closed")),
        Filter("provider", "Provider", Asks.WORD, "b.provider = %s", tuple(BOOKS)),
        Filter("kind", "Kind", Asks.TEXT, "b.kind = replace(%s, ' ', '_')"),
        Filter("day", "Provider's day", Asks.TEXT, "b.detail->>'day' = %s"),
        Filter("owner", "Who looks", Asks.TEXT, "b.owner = %s"),
        Filter("from", "Opened from", Asks.FROM_DAY, "b.opened_at >= %s"),
        Filter("to", "Opened to", Asks.TO_DAY, "b.opened_at < %s"),
    ),
    empty="What differs between a provider's statement and our books opens one.",
)  # fmt: skip
