"""Spend from a wallet with its PIN: the refusals that every kind of spending shares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.db import ledger, pins
from app.db.errors import DailyLimit
from app.db.subscribers import SubscriberRow
from app.domain.errors import InsufficientFunds
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.requests import (
    CashLimitReached,
    LimitReached,
    NotEnough,
    Origin,
    PinLocked,
    Refusal,
    Refused,
    WrongPin,
)
from app.domain.second_factor import Subject
from app.domain.secret import Secret
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.safeguards import Admitted, admit, let_go

NotSpent = WrongPin | PinLocked | NotEnough | LimitReached | Refused
Spent = TypeVar("Spent")


@dataclass(frozen=True, slots=True)
class Spending:
    """`amount` leaves the wallet if the PIN is right; `subject` is what a second factor must be
    for; `elsewhere` is said where the wallet has another currency."""

    amount: Money
    pin: Secret
    door: Door
    subject: Subject
    elsewhere: Refusal


def spend(
    ctx: Context, origin: Origin, spending: Spending, act: Callable[[SubscriberRow], Spent]
) -> Spent | NotSpent:
    """Verify the PIN, then have `act` move the money in a commit of its own, which also clears the
    PIN's attempt. `act` raises InsufficientFunds and DailyLimit; nothing is moved then."""
    verdict = verify(ctx, origin, spending.pin, spending.door)
    if not isinstance(verdict, Verified):
        return verdict
    subscriber = verdict.subscriber
    refusal = _refusal(ctx, subscriber, spending)
    admitted: Admitted | NotSpent = refusal or admit(
        ctx, origin, subscriber, spending.subject, spending.door
    )
    if isinstance(admitted, Admitted):
        try:
            spent = act(subscriber)
        except InsufficientFunds:
            refusal = _not_enough(ctx, subscriber, spending.amount)
        except DailyLimit as limit:
            refusal = LimitReached(Money(max(limit.left_minor, 0), subscriber.currency))
        else:
            if isinstance(spent, Refused | CashLimitReached):
                let_go(ctx, admitted)
            ctx.nudge()
            return spent
        let_go(ctx, admitted)
    else:
        refusal = admitted
    with ctx.db.statement() as tx:
        pins.clear_attempt(tx, origin, subscriber.id)
    return refusal


def _refusal(ctx: Context, subscriber: SubscriberRow, spending: Spending) -> NotSpent | None:
    if subscriber.must_change_pin:
        return Refused(Refusal.MUST_CHANGE_PIN)
    if subscriber.currency != spending.amount.currency:
        return Refused(spending.elsewhere)
    if not subscriber.limits_exempt and not ctx.limits.allows(spending.amount):
        return LimitReached(Money(ctx.limits.per_purchase_minor, subscriber.currency))
    return None


def _not_enough(ctx: Context, subscriber: SubscriberRow, price: Money) -> NotEnough:
    with ctx.db.statement() as tx:
        return NotEnough(ledger.balance(tx, wallet(subscriber.id, price.currency)), price)
