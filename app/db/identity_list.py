"""The list of all identity checks; the numbers themselves are shown to nobody."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.documents import Document
from app.domain.roles import Right

WAITING = "asked"
STATES = (
    WAITING, "matched", "not_matched", "other_phone", "taken", "unanswered", "replaced",
)  # fmt: skip
"""`asked` waits for the look-up; the rest is what it, or staff, said."""

IDENTITY_CHECKS = ListSpec(
    name="identity_checks",
    title="Identity checks",
    rows="identity checks",
    right=Right.SEE_KYC,
    source="identity_checks c join subscribers s on s.id = c.subscriber_id",
    at="c.asked_at",
    id="c.id",
    columns=(
        Column("asked", "Asked", Kind.WHEN, "c.asked_at"),
        Column("check_id", "Check", Kind.NUMBER, "c.id"),
        Column("subscriber_id", "Subscriber", Kind.NUMBER, "s.id"),
        Column("msisdn", "Number", Kind.MSISDN, "s.msisdn"),
        Column("document", "Document", Kind.TEXT, "upper(c.document)"),
        Column("state", "State", Kind.STATE, "c.state"),
        Column("tier", "Tier now", Kind.NUMBER, "s.tier"),
        Column("seen", "Seen by", Kind.TEXT,
               "case when c.agent_id is null then 'the owner'"
               " else (select 'agent ' || a.number from agents a"
               " where a.subscriber_id = c.agent_id) end"),
        Column("code", "Code", Kind.TEXT, "c.code"),
        Column("ended", "Ended", Kind.WHEN, "c.ended_at", chosen=False),
        Column("tries", "Looked at", Kind.NUMBER, "c.tries", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD, "c.state = %s", STATES),
        Filter("document", "Document", Asks.WORD, "c.document = %s", tuple(Document)),
        Filter("msisdn", "Number", Asks.MSISDN,
               "c.subscriber_id = (select id from subscribers where msisdn = %s)"),
        Filter("from", "From", Asks.FROM_DAY, "c.asked_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "c.asked_at < %s"),
    ),
    empty="A check appears here when a subscriber or an agent gives a BVN or NIN.",
)  # fmt: skip
