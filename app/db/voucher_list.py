"""The list of batches of vouchers."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right

_REDEEMED = (
    "(select count(*) from vouchers v where v.batch_id = b.id and v.redeemed_at is not null)"
)

VOUCHERS = ListSpec(
    name="vouchers",
    title="Vouchers",
    rows="batches",
    right=Right.SEE_VOUCHERS,
    source="voucher_batches b",
    at="b.made_at",
    id="b.id",
    columns=(
        Column("made", "Printed", Kind.WHEN, "b.made_at"),
        Column("reference", "Batch", Kind.TEXT, "b.reference"),
        Column("state", "State", Kind.STATE, "b.state"),
        Column("face", "Face value", Kind.MONEY, "b.face_minor", "b.currency"),
        Column("count", "Vouchers", Kind.NUMBER, "b.count"),
        Column("redeemed", "Redeemed", Kind.NUMBER, _REDEEMED),
        Column("total", "All worth", Kind.MONEY, "b.count * b.face_minor", "b.currency",
               chosen=False),
        Column("last_day", "Good through", Kind.TEXT, "b.last_day::text"),
        Column("maker", "Printed by", Kind.TEXT, "b.made_by"),
        Column("approver", "Approved by", Kind.TEXT, "b.approved_by", chosen=False),
        Column("ended", "Ended", Kind.WHEN, "b.ended_at", chosen=False),
        Column("reason", "Why void", Kind.TEXT, "b.reason", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD, "b.state = %s", ("active", "void", "expired")),
        Filter("currency", "Currency", Asks.WORD, "b.currency = %s",
               tuple(sorted(COUNTRY_CURRENCY.values()))),
        Filter("maker", "Printed by", Asks.TEXT, "b.made_by = %s"),
        Filter("from", "From", Asks.FROM_DAY, "b.made_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "b.made_at < %s"),
    ),
    empty="Ask for a batch; once another person has approved it, it is printed here.",
)  # fmt: skip
