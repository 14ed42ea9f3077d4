"""What needed two people, as a list."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.roles import TWO_PEOPLE, Right

APPROVALS = ListSpec(
    name="approvals",
    title="Approvals",
    rows="tickets",
    right=Right.SEE_APPROVALS,
    source="approvals a",
    at="a.asked_at",
    id="a.id",
    columns=(
        Column("asked", "Asked", Kind.WHEN, "a.asked_at"),
        Column("ticket", "Ticket", Kind.TEXT, "a.ticket"),
        Column("act", "Act", Kind.TEXT, "a.act"),
        Column("amount", "Amount", Kind.MONEY, "(a.detail->>'amount_minor')::bigint",
               "a.detail->>'currency'"),
        Column("asker", "Asked by", Kind.TEXT, "a.asked_by"),
        Column("reason", "Reason", Kind.TEXT, "a.reason"),
        Column("state", "State", Kind.STATE, "a.state"),
        Column("decider", "Decided by", Kind.TEXT, "a.decided_by"),
        Column("decided", "Decided", Kind.WHEN, "a.decided_at"),
        Column("outcome", "What came of it", Kind.TEXT, "a.outcome", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD, "a.state = %s", ("asked", "approved", "declined")),
        Filter("act", "Act", Asks.WORD, "a.act = %s", tuple(TWO_PEOPLE)),
        Filter("asker", "Asked by", Asks.TEXT, "a.asked_by = %s"),
        Filter("decider", "Decided by", Asks.TEXT, "a.decided_by = %s"),
        Filter("from", "From", Asks.FROM_DAY, "a.asked_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "a.asked_at < %s"),
    ),
    empty="What one person asks for and another must approve stands here: a refund, a correction,"
    " a price, a role.",
)  # fmt: skip
