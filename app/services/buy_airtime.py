"""Place an order: verify the PIN, then hold, order, outbox and cleared attempt in one commit."""

from app.db import orders
from app.db.orders import NewOrder, PlacedOrder
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import AIRTIME
from app.domain.days import day_of
from app.domain.errors import PriceRose
from app.domain.ledger import hold
from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.rates import SaleAbroad
from app.domain.requests import (
    BuyAirtime,
    OrderPlaced,
    Origin,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
)
from app.domain.second_factor import Act, Subject
from app.services.check_pin import Door
from app.services.context import Context
from app.services.limits import limits_of
from app.services.quote_abroad import quoted, sale_abroad
from app.services.spend import NotSpent, Spending, Undone, spend
from app.services.surely import surely

Bought = OrderPlaced | NotSpent


def buy_airtime(
    ctx: Context, origin: Origin, request: BuyAirtime, door: Door = Door.USSD
) -> Bought:
    """Buy airtime from the wallet of the dialling MSISDN, once per (channel, session, step).

    A sale abroad is paid at the rate that is valid now. Where that makes it cost more than the
    buyer was told, nothing happens and the answer says the new price; limits and second factor
    count what was told.
    """
    operator = OPERATORS.get(request.operator)
    amount = request.amount
    if (
        operator is None
        or operator.currency != amount.currency
        or not (operator.airtime_min <= amount <= operator.airtime_max)
    ):
        return Refused(Refusal.NOT_SOLD_HERE)
    said = request.price or amount
    subject = Subject(Act.AIRTIME, said, request.recipient)
    spending = Spending(said, request.pin, door, subject, elsewhere=Refusal.NOT_SOLD_HERE)
    return spend(ctx, origin, spending, lambda buyer: _place(ctx, origin, buyer, request, said))


def _place(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyAirtime, said: Money
) -> OrderPlaced:
    abroad = None
    if request.amount.currency != said.currency:
        abroad = sale_abroad(ctx, request.amount, said.currency)
        if abroad is None:
            return _placed_before(ctx, origin, subscriber)
    price = abroad.price if abroad else request.amount
    now = ctx.clock.now()
    reference = ctx.new_reference()
    order = NewOrder(
        channel=origin.channel, session=origin.session, step=origin.step,
        subscriber_id=subscriber.id, reference=reference, product=AIRTIME,
        operator=request.operator, recipient=request.recipient, amount=request.amount, price=price,
        said=said, placed_at=now, hold_digest=hold(reference, subscriber.id, price).digest(),
        day=day_of(now, subscriber.country),
        daily_limit_minor=limits_of(ctx, subscriber).day_minor, abroad=abroad,
    )  # fmt: skip
    try:
        return OrderPlaced(surely(lambda: _place_once(ctx, order)).reference)
    except PriceRose:
        raise Undone(PriceChanged(_price_now(abroad, price))) from None


def _placed_before(ctx: Context, origin: Origin, subscriber: SubscriberRow) -> OrderPlaced:
    """There is no rate any more: a repeated hop whose order is there isn't refused."""
    with ctx.db.statement() as tx:
        before = orders.of_step(tx, origin.channel, origin.session, origin.step, subscriber.id)
    if before is None:
        raise Undone(Refused(Refusal.NO_RATE))
    return OrderPlaced(before)


def _price_now(abroad: SaleAbroad | None, price: Money) -> Quoted:
    return quoted(abroad) if abroad else Quoted(price, "")


def _place_once(ctx: Context, order: NewOrder) -> PlacedOrder:
    with ctx.db.statement() as tx:
        return orders.place(tx, order, ctx.first_attempt_within, ctx.slow_notice_after)
