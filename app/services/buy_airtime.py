"""Place an order: verify the PIN, then hold, order, outbox and cleared attempt in one commit."""

from app.db import ledger, orders, pins
from app.db.errors import DailyLimit
from app.db.orders import NewOrder, OrderRow, PlacedOrder
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.errors import InsufficientFunds
from app.domain.ledger import hold, wallet
from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.requests import (
    BuyAirtime,
    LimitReached,
    NotEnough,
    OrderPlaced,
    Origin,
    PinLocked,
    Refusal,
    Refused,
    WrongPin,
)
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.surely import surely

Bought = OrderPlaced | WrongPin | PinLocked | NotEnough | LimitReached | Refused


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
    verdict = verify(ctx, origin, request.pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    subscriber = verdict.subscriber
    if subscriber.must_change_pin:
        return _verified_but(ctx, origin, subscriber, Refused(Refusal.MUST_CHANGE_PIN))
    if not subscriber.limits_exempt and not ctx.limits.allows(amount):
        left = Money(ctx.limits.per_purchase_minor, amount.currency)
        return _verified_but(ctx, origin, subscriber, LimitReached(left))
    try:
        placed = _place(ctx, origin, subscriber, request)
    except InsufficientFunds:
        return _verified_but(ctx, origin, subscriber, _not_enough(ctx, subscriber, amount))
    except DailyLimit as limit:
        left = Money(max(limit.left_minor, 0), amount.currency)
        return _verified_but(ctx, origin, subscriber, LimitReached(left))
    ctx.nudge()
    return placed


def placed_in_session(ctx: Context, channel: str, session: str) -> OrderRow | None:
    """The order a session ended with, for a gateway that asks again after we forgot it."""
    with ctx.db.statement() as tx:
        return orders.find_by_session(tx, channel, session)


def _place(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, request: BuyAirtime
) -> OrderPlaced:
    now = ctx.clock.now()
    reference = ctx.new_reference()
    order = NewOrder(
        channel=origin.channel, session=origin.session, step=origin.step,
        subscriber_id=subscriber.id, reference=reference, operator=request.operator,
        recipient=request.recipient, amount=request.amount, price=request.amount, placed_at=now,
        hold_digest=hold(reference, subscriber.id, request.amount).digest(),
        day=day_of(now, subscriber.country),
        daily_limit_minor=None if subscriber.limits_exempt else ctx.limits.per_day_minor,
    )  # fmt: skip
    return OrderPlaced(surely(lambda: _place_once(ctx, order)).reference)


def _place_once(ctx: Context, order: NewOrder) -> PlacedOrder:
    with ctx.db.statement() as tx:
        return orders.place(tx, order, ctx.first_attempt_within, ctx.slow_notice_after)


def _verified_but(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, answer: Bought
) -> Bought:
    """The PIN was right and nothing is bought: the ladder is cleared all the same."""
    with ctx.db.statement() as tx:
        pins.clear_attempt(tx, origin, subscriber.id)
    return answer


def _not_enough(ctx: Context, subscriber: SubscriberRow, price: Money) -> NotEnough:
    with ctx.db.statement() as tx:
        return NotEnough(ledger.balance(tx, wallet(subscriber.id, price.currency)), price)
