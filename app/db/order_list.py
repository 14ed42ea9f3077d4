"""The list of all orders."""

from app.db.listing import Asks, Column, Filter, Kind, ListSpec
from app.domain.operators import OPERATORS
from app.domain.orders import OrderState
from app.domain.roles import Right

ORDERS = ListSpec(
    name="orders",
    title="Orders",
    rows="orders",
    right=Right.SEE_ORDERS,
    source="orders o join subscribers s on s.id = o.subscriber_id",
    table="orders o",
    at="o.placed_at",
    id="o.id",
    columns=(
        Column("placed", "Placed", Kind.WHEN, "o.placed_at"),
        Column("reference", "Reference", Kind.TEXT, "o.reference"),
        Column("state", "State", Kind.STATE, "o.state"),
        Column("buyer", "Buyer", Kind.MSISDN, "s.msisdn"),
        Column("recipient", "Recipient", Kind.MSISDN, "o.recipient"),
        Column("operator", "Operator", Kind.TEXT, "o.operator"),
        Column("product", "Product", Kind.TEXT, "o.product"),
        Column("amount", "Amount", Kind.MONEY, "o.amount_minor",
               "coalesce(o.amount_currency, o.currency)", chosen=False),
        Column("price", "Price", Kind.MONEY, "o.price_minor", "o.currency"),
        Column("provider", "Provider", Kind.TEXT, "o.provider"),
        Column("external_id", "Provider's id", Kind.TEXT, "o.external_id", chosen=False),
        Column("code", "Code", Kind.TEXT, "o.code", chosen=False),
        Column("channel", "Channel", Kind.TEXT, "o.channel", chosen=False),
        Column("ended", "Ended", Kind.WHEN, "o.ended_at", chosen=False),
    ),
    filters=(
        Filter("state", "State", Asks.WORD, "o.state = %s", tuple(OrderState),
               indexed=True, common=(OrderState.DELIVERED,)),
        Filter("operator", "Operator", Asks.WORD, "o.operator = %s", tuple(OPERATORS)),
        Filter("kind", "Kind", Asks.WORD,
               "case when o.product = 'airtime' then 'airtime' else 'data' end = %s",
               ("airtime", "data")),
        Filter("channel", "Channel", Asks.TEXT, "o.channel = %s"),
        Filter("provider", "Provider", Asks.TEXT, "o.provider = %s"),
        Filter("msisdn", "Buyer's number", Asks.MSISDN,
               "o.subscriber_id = (select id from subscribers where msisdn = %s)",
               indexed=True),
        Filter("from", "From", Asks.FROM_DAY, "o.placed_at >= %s"),
        Filter("to", "To", Asks.TO_DAY, "o.placed_at < %s"),
    ),
    empty="An order appears here the moment a subscriber or an agent buys.",
)  # fmt: skip
