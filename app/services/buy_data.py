"""Buy a data plan: verify the PIN, then hold, order, outbox and cleared attempt in one commit."""

from app.db import orders
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import Plan
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
from app.domain.risk import Score
from app.domain.second_factor import Act, Subject
from app.services.check_pin import Door
from app.services.context import Context
from app.services.place_order import Sale, new_order, place_alone, plan_on_sale, said
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
    spending = Spending(request.price, subject, elsewhere=Refusal.NOT_SOLD_HERE)
    return spend(
        ctx, origin, request.pin, door, spending,
        lambda buyer, score: _place(ctx, origin, buyer, request, score),
    )  # fmt: skip


def _place(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyData, score: Score
) -> OrderPlaced:
    plan = plan_on_sale(ctx, request.operator, request.plan)
    if plan is None or plan.price > request.price:
        return _placed_before(ctx, origin, subscriber, plan)
    sale = Sale(
        plan.code, plan.operator, request.recipient, plan.price, plan.price, request.price
    )  # fmt: skip
    order = new_order(ctx, origin, subscriber, sale, score)
    return said(surely(lambda: place_alone(ctx, order)))


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
