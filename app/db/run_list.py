"""The list of runs of reconciliation."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.roles import Right
from app.domain.statements import BOOKS

RUNS = ListSpec(
    name="reconciliations",
    title="Reconciliation",
    rows="runs",
    right=Right.SEE_RECONCILIATION,
    source="reconciliations r",
    at="r.tried_at",
    id="r.id",
    columns=(
        Column("run", "Run", Kind.NUMBER, "r.id"),
        Column("day", "Provider's day", Kind.TEXT, "r.day::text"),
        Column("provider", "Provider", Kind.TEXT, "r.provider"),
        Column("state", "State", Kind.STATE, "r.state"),
        Column("source", "From", Kind.TEXT, "case r.digest when '' then 'API' else 'file' end"),
        Column("lines", "Lines", Kind.NUMBER, "r.lines"),
        Column("matched", "Matched", Kind.NUMBER, "(r.found->>'matched')::integer"),
        Column("differing", "Differ", Kind.NUMBER,
               "case when r.found is not null then (select coalesce(sum(value::integer), 0)"
               " from jsonb_each_text(r.found->'kinds')) end"),
        Column("opened", "Breaks opened", Kind.NUMBER, "(r.found->>'opened')::integer"),
        Column("closed", "Breaks closed", Kind.NUMBER, "(r.found->>'closed')::integer",
               chosen=False),
        Column("credited", "Credited", Kind.NUMBER, "(r.found->>'credited')::integer",
               chosen=False),
        Column("tried", "Asked", Kind.WHEN, "r.tried_at"),
        Column("read", "Read", Kind.WHEN, "r.read_at", chosen=False),
        Column("reason", "Why not", Kind.TEXT, "r.reason"),
    ),
    filters=(
        Filter("provider", "Provider", Asks.WORD, "r.provider = %s", tuple(BOOKS)),
        Filter("state", "State", Asks.WORD, "r.state = %s", ("asked", "read", "failed")),
        Filter("day", "Provider's day", Asks.TEXT, "r.day::text = %s"),
        Filter("from", "Asked from", Asks.FROM_DAY, "r.tried_at >= %s"),
        Filter("to", "Asked to", Asks.TO_DAY, "r.tried_at < %s"),
    ),
    empty="A day of each provider is compared with our books once its statement is there.",
)  # fmt: skip
