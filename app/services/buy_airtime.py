"""Place an order: verify the PIN, then hold, order, outbox and cleared attempt in one commit."""

from app.db import orders
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import AIRTIME
from app.domain.errors import PriceRose
from app.domain.money import Money
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
from app.domain.risk import Score
from app.domain.second_factor import Act, Subject
from app.services.check_pin import Door
from app.services.context import Context
from app.services.place_order import Sale, is_airtime_of, new_order, place_alone, said
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
    amount = request.amount
    if not is_airtime_of(request.operator, amount):
        return Refused(Refusal.NOT_SOLD_HERE)
    told = request.price or amount
    subject = Subject(Act.AIRTIME, told, request.recipient)
    spending = Spending(told, subject, elsewhere=Refusal.NOT_SOLD_HERE)
    return spend(
        ctx, origin, request.pin, door, spending,
        lambda buyer, score: _place(ctx, origin, buyer, request, told, score),
    )  # fmt: skip


def _place(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyAirtime, told: Money,
    score: Score,
) -> OrderPlaced:  # fmt: skip
    abroad = None
    if request.amount.currency != told.currency:
        abroad = sale_abroad(ctx, request.amount, told.currency)
        if abroad is None:
            return _placed_before(ctx, origin, subscriber)
    price = abroad.price if abroad else request.amount
    sale = Sale(
        AIRTIME, request.operator, request.recipient, request.amount, price, told, abroad
    )  # fmt: skip
    order = new_order(ctx, origin, subscriber, sale, score)
    try:
        return said(surely(lambda: place_alone(ctx, order)))
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
