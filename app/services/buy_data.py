"""Buy a data plan: verify the PIN, then hold, order, outbox and cleared attempt in one commit."""

from app.db import catalogue, orders
from app.db.orders import NewOrder, PlacedOrder
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import Plan
from app.domain.days import day_of
from app.domain.ledger import hold
from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.requests import (
    BuyData,
    OrderPlaced,
    Origin,
    PlanGone,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
)
from app.domain.second_factor import Act, Subject
from app.services.check_pin import Door
from app.services.context import Context
from app.services.limits import limits_of
from app.services.spend import NotSpent, Spending, Undone, spend
from app.services.surely import surely

Bought = OrderPlaced | NotSpent


def buy_data(ctx: Context, origin: Origin, request: BuyData, door: Door = Door.USSD) -> Bought:
    """Buy a plan from the wallet of the dialling MSISDN, once per (channel, session, step), for
    today's price or the one that was shown, whichever is less."""
    operator = OPERATORS.get(request.operator)
    if operator is None or operator.currency != request.price.currency:
        return Refused(Refusal.NOT_SOLD_HERE)
    subject = Subject(Act.DATA, request.price, request.recipient)
    spending = Spending(request.price, request.pin, door, subject, elsewhere=Refusal.NOT_SOLD_HERE)
    return spend(ctx, origin, spending, lambda buyer: _place(ctx, origin, buyer, request))


def _place(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyData
) -> OrderPlaced:
    plan = _on_sale(ctx, request)
    if plan is None or plan.price > request.price:
        return _placed_before(ctx, origin, subscriber, plan)
    order = _order(ctx, origin, subscriber, request, plan.price)
    return OrderPlaced(surely(lambda: _place_once(ctx, order)).reference)


def _on_sale(ctx: Context, request: BuyData) -> Plan | None:
    with ctx.db.statement() as tx:
        return catalogue.plan(
            tx, request.operator, request.plan, ctx.selling.providers, ctx.clock.now(),
            samples=ctx.selling.samples,
        )  # fmt: skip


def _placed_before(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, plan: Plan | None
) -> OrderPlaced:
    """The order of this step, placed before the plan changed: a repeated hop gets the same answer.
    Raises Undone when there is none."""
    with ctx.db.statement() as tx:
        placed = orders.of_step(tx, origin.channel, origin.session, origin.step, subscriber.id)
    if placed is None:
        raise Undone(PriceChanged(Quoted(plan.price, "")) if plan else PlanGone())
    return OrderPlaced(placed)


def _order(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyData, price: Money
) -> NewOrder:
    now = ctx.clock.now()
    reference = ctx.new_reference()
    return NewOrder(
        channel=origin.channel, session=origin.session, step=origin.step,
        subscriber_id=subscriber.id, reference=reference, product=request.plan,
        operator=request.operator, recipient=request.recipient, amount=price, price=price,
        said=request.price,
        placed_at=now, hold_digest=hold(reference, subscriber.id, price).digest(),
        day=day_of(now, subscriber.country),
        daily_limit_minor=limits_of(ctx, subscriber).day_minor,
    )  # fmt: skip


def _place_once(ctx: Context, order: NewOrder) -> PlacedOrder:
    with ctx.db.statement() as tx:
        return orders.place(tx, order, ctx.first_attempt_within, ctx.slow_notice_after)
