"""The audit log, as a list."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.roles import Right

AUDIT = ListSpec(
    name="audit",
    title="Audit log",
    rows="entries",
    right=Right.SEE_AUDIT,
    source="audit a",
    table="audit a",
    at="a.at",
    id="a.id",
    columns=(
        Column("at", "When", Kind.WHEN, "a.at"),
        Column("actor", "Who", Kind.MIXED, "a.actor"),
        Column("act", "Act", Kind.TEXT, "a.act"),
        Column("subject", "On what", Kind.MIXED, "a.subject"),
        Column("detail", "Detail", Kind.MIXED,
               "(select string_agg(key || ': ' || value, '; ' order by key)"
               " from jsonb_each_text(a.detail))"),
        Column("address", "From where", Kind.TEXT, "a.address", chosen=False),
        Column("before", "Before", Kind.MIXED, "a.before::text", chosen=False),
        Column("after", "After", Kind.MIXED, "a.after::text", chosen=False),
        Column("number", "Number", Kind.NUMBER, "a.id", chosen=False),
    ),
    filters=(
        Filter("actor", "Who", Asks.TEXT, "a.actor = %s", indexed=True),
        Filter("act", "Act", Asks.TEXT, "a.act = %s"),
        Filter("subject", "On what", Asks.TEXT, "a.subject = %s", indexed=True),
        Filter("from", "From", Asks.FROM_DAY, "a.at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "a.at < %s"),
    ),
    empty="Whatever a person does is written here, in a chain that can't be changed unseen.",
)  # fmt: skip
