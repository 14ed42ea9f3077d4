"""A delivered sale teaches whose its number is."""

from datetime import datetime

from app.db import number_operators
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain.msisdn import country_of
from app.domain.operators import OPERATORS, operator_of_prefix
from app.domain.outcomes import ProviderTraits


def learn_from_sale(
    tx: Transaction, order: OrderRow, provider: ProviderTraits, now: datetime
) -> None:
    """Keep the operator it was bought from, in the commit that settles it. A provider that finds
    the operator by itself proves nothing: what the buyer chose is then only better than the
    prefix."""
    operator = OPERATORS[order.operator]
    if operator.country != country_of(order.recipient):
        return
    number_operators.sold(
        tx, order.recipient, operator.code,
        as_its_prefix=operator_of_prefix(order.recipient) is operator,
        proven=not provider.finds_operator, now=now,
    )  # fmt: skip
