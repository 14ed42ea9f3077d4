"""Place an order: verify the PIN, then hold, order, outbox and cleared attempt in one commit."""

from app.db import orders
from app.db.orders import NewOrder, PlacedOrder
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import AIRTIME
from app.domain.days import day_of
from app.domain.ledger import hold
from app.domain.operators import OPERATORS
from app.domain.requests import (
    BuyAirtime,
    OrderPlaced,
    Origin,
    Refusal,
    Refused,
)
from app.domain.second_factor import Act, Subject
from app.services.check_pin import Door
from app.services.context import Context
from app.services.limits import limits_of
from app.services.spend import NotSpent, Spending, spend
from app.services.surely import surely

Bought = OrderPlaced | NotSpent


def buy_airtime(
    ctx: Context, origin: Origin, request: BuyAirtime, door: Door = Door.USSD
) -> Bought:
    """Buy airtime from the wallet of the dialling MSISDN, once per (channel, session, step)."""
    operator = OPERATORS.get(request.operator)
    amount = request.amount
    if (
        operator is None
        or operator.currency != amount.currency
        or not (operator.airtime_min <= amount <= operator.airtime_max)
    ):
        return Refused(Refusal.NOT_SOLD_HERE)
    subject = Subject(Act.AIRTIME, amount, request.recipient)
    spending = Spending(amount, request.pin, door, subject, elsewhere=Refusal.NOT_SOLD_HERE)
    return spend(ctx, origin, spending, lambda buyer: _place(ctx, origin, buyer, request))


def _place(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyAirtime
) -> OrderPlaced:
    now = ctx.clock.now()
    reference = ctx.new_reference()
    order = NewOrder(
        channel=origin.channel, session=origin.session, step=origin.step,
        subscriber_id=subscriber.id, reference=reference, product=AIRTIME,
        operator=request.operator,
        recipient=request.recipient, amount=request.amount, price=request.amount, placed_at=now,
        hold_digest=hold(reference, subscriber.id, request.amount).digest(),
        day=day_of(now, subscriber.country),
        daily_limit_minor=limits_of(ctx, subscriber).day_minor,
    )  # fmt: skip
    return OrderPlaced(surely(lambda: _place_once(ctx, order)).reference)


def _place_once(ctx: Context, order: NewOrder) -> PlacedOrder:
    with ctx.db.statement() as tx:
        return orders.place(tx, order, ctx.first_attempt_within, ctx.slow_notice_after)
