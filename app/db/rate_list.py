"""Exchange rates, as a list."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.roles import Right

_CURRENCIES = tuple(sorted(COUNTRY_CURRENCY.values()))

RATES = ListSpec(
    name="rates",
    title="Rates",
    rows="rates",
    right=Right.SEE_RATES,
    source="exchange_rates r left join approvals a on a.ticket = r.ticket",
    at="r.valid_from",
    id="r.id",
    columns=(
        Column("from", "Valid from", Kind.WHEN, "r.valid_from"),
        Column("base", "Paid in", Kind.TEXT, "r.base"),
        Column("quote", "Bought", Kind.TEXT, "r.quote"),
        Column("rate", "Rate", Kind.NUMBER, "trim_scale(r.scaled / 10000000000::numeric)::text"),
        Column("margin", "Margin, bp", Kind.NUMBER, "r.margin_bp"),
        Column("source", "Source", Kind.TEXT,
               "case when r.sample then 'sample' else 'two people' end"),
        Column("asker", "Asked by", Kind.TEXT, "a.asked_by", chosen=False),
        Column("decider", "Approved by", Kind.TEXT, "a.decided_by"),
        Column("ticket", "Ticket", Kind.TEXT, "r.ticket"),
        Column("added", "Added", Kind.WHEN, "r.added_at", chosen=False),
    ),
    filters=(
        Filter("base", "Paid in", Asks.WORD, "r.base = %s", _CURRENCIES),
        Filter("quote", "Bought", Asks.WORD, "r.quote = %s", _CURRENCIES),
        Filter("source", "Source", Asks.WORD,
               "case when r.sample then 'sample' else 'two people' end = %s",
               ("two people", "sample")),
        Filter("from", "From", Asks.FROM_DAY, "r.valid_from >= %s"),
        Filter("to", "To", Asks.TO_DAY, "r.valid_from < %s"),
    ),
    empty="A rate appears here once one person has asked for it and another has approved it.",
)  # fmt: skip
