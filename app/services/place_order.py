"""Place an order, once its payer's word is good: what purchases by PIN and by schedule share."""

from dataclasses import dataclass

from app.db import catalogue, orders
from app.db.engine import Transaction
from app.db.orders import NewOrder, PlacedOrder
from app.db.subscribers import SubscriberRow
from app.domain.agent_postings import agent_float
from app.domain.catalogue import Plan
from app.domain.days import day_of
from app.domain.ledger import hold, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.rates import SaleAbroad
from app.domain.requests import Origin
from app.services.context import Context
from app.services.limits import limits_of


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold to whom. `amount` reaches the phone, `price` leaves the wallet, `said` is the
    price that the buyer was told."""

    product: str
    operator: str
    recipient: Msisdn
    amount: Money
    price: Money
    said: Money
    abroad: SaleAbroad | None = None


def is_airtime_of(operator: str, amount: Money) -> bool:
    """Can that much airtime of the operator be sold?"""
    found = OPERATORS.get(operator)
    return (
        found is not None
        and found.currency == amount.currency
        and found.airtime_min <= amount <= found.airtime_max
    )


def plan_on_sale(ctx: Context, operator: str, plan: str) -> Plan | None:
    """The plan at today's price."""
    with ctx.db.statement() as tx:
        return catalogue.plan(
            tx, operator, plan, ctx.selling.providers, ctx.clock.now(),
            samples=ctx.selling.samples,
        )  # fmt: skip


def new_order(
    ctx: Context, origin: Origin, buyer: SubscriberRow, sale: Sale, *, from_float: bool = False
) -> NewOrder:
    """The order of this step, with a fresh reference. `from_float`: an agent sells to a customer,
    which isn't the agent's own spending, so no daily limit counts it."""
    now = ctx.clock.now()
    reference = ctx.new_reference()
    payer = (agent_float if from_float else wallet)(buyer.id, sale.price.currency)
    return NewOrder(
        channel=origin.channel, session=origin.session, step=origin.step,
        subscriber_id=buyer.id, reference=reference, product=sale.product,
        operator=sale.operator, recipient=sale.recipient, amount=sale.amount, price=sale.price,
        said=sale.said, placed_at=now, hold_digest=hold(reference, payer, sale.price).digest(),
        day=day_of(now, buyer.country),
        daily_limit_minor=None if from_float else limits_of(ctx, buyer).day_minor,
        abroad=sale.abroad, paid_from=payer.kind, sold_by=origin.by,
    )  # fmt: skip


def place(ctx: Context, tx: Transaction, order: NewOrder) -> PlacedOrder:
    """Raises NotSold, PriceRose, InsufficientFunds, DailyLimit; nothing is written then."""
    return orders.place(tx, order, ctx.first_attempt_within, ctx.slow_notice_after)


def place_alone(ctx: Context, order: NewOrder) -> PlacedOrder:
    """In one statement, that is one round trip. Raises as `place`."""
    with ctx.db.statement() as tx:
        return place(ctx, tx, order)
