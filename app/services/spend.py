"""Spend from a wallet with its PIN: the refusals that every kind of spending shares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.db import ledger, pins, velocity
from app.db.errors import DailyLimit
from app.db.subscribers import SubscriberRow
from app.domain.errors import InsufficientFunds, NotSold
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.requests import (
    CashLimitReached,
    LimitReached,
    NotEnough,
    Origin,
    PinLocked,
    PlanGone,
    PriceChanged,
    Refusal,
    Refused,
    TooFast,
    WrongPin,
)
from app.domain.risk import Score
from app.domain.second_factor import PURCHASES, Subject
from app.domain.secret import Secret
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.limits import limits_of, purchases_too_fast
from app.services.safeguards import Admitted, admit, let_go

NotSpent = (
    WrongPin | PinLocked | NotEnough | LimitReached | TooFast | PriceChanged | PlanGone | Refused
)
Spent = TypeVar("Spent")


class Undone(Exception):
    """Raised by an act in the middle: nothing of it happens, and `said` is the answer."""

    def __init__(self, said: NotSpent) -> None:
        super().__init__(type(said).__name__)
        self.said = said


@dataclass(frozen=True, slots=True)
class Spending:
    """`amount` leaves the wallet if that is granted; `subject` is what a second factor must be for;
    `elsewhere` is said where the wallet has another currency."""

    amount: Money
    subject: Subject
    elsewhere: Refusal


def spend(
    ctx: Context, origin: Origin, pin: Secret, door: Door, spending: Spending,
    act: Callable[[SubscriberRow, Score], Spent],
) -> Spent | NotSpent:  # fmt: skip
    """Verify the PIN, then have `act` move the money in a commit of its own, which also clears the
    PIN's attempt; it is told what the rules of risk say. `act` raises NotSold, InsufficientFunds,
    DailyLimit and Undone; nothing is moved then."""
    verdict = verify(ctx, origin, pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    subscriber = verdict.subscriber
    spent = spend_granted(
        ctx, origin, subscriber, spending, act, can_prove=door is not Door.SMS
    )  # fmt: skip
    if isinstance(spent, NotSpent):
        with ctx.db.statement() as tx:
            pins.clear_attempt(tx, origin, subscriber.id)
    return spent


def spend_granted(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, spending: Spending,
    act: Callable[[SubscriberRow, Score], Spent], *, can_prove: bool,
) -> Spent | NotSpent:  # fmt: skip
    """What is the same wherever the owner's word came from: a PIN now, or a mandate given before.
    `can_prove` is False where nobody is there to give a second factor."""
    passed = _look(ctx, origin, subscriber, spending)
    if not isinstance(passed, _Passed):
        return passed
    admitted = admit(
        ctx, origin, subscriber, spending.subject, can_prove=can_prove, crowded=passed.crowded
    )
    if not isinstance(admitted, Admitted):
        return admitted
    refusal: NotSpent
    try:
        spent = act(subscriber, admitted.score)
    except InsufficientFunds:
        refusal = _not_enough(ctx, subscriber, spending.amount)
    except DailyLimit as limit:
        refusal = LimitReached(Money(max(limit.left_minor, 0), subscriber.currency))
    except NotSold:
        refusal = Refused(Refusal.NOT_SOLD_HERE)
    except Undone as undone:
        refusal = undone.said
    else:
        if isinstance(spent, Refused | CashLimitReached):
            let_go(ctx, admitted)
        ctx.nudge()
        return spent
    let_go(ctx, admitted)
    return refusal


@dataclass(frozen=True, slots=True)
class _Passed:
    """`crowded`: many wallets buy for this recipient."""

    crowded: bool = False


def _look(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, spending: Spending
) -> NotSpent | _Passed:
    if subscriber.must_change_pin:
        return Refused(Refusal.MUST_CHANGE_PIN)
    if subscriber.currency != spending.amount.currency:
        return Refused(spending.elsewhere)
    most = limits_of(ctx, subscriber).transaction_minor
    if most is not None and spending.amount.amount_minor > most:
        return LimitReached(Money(most, subscriber.currency))
    if spending.subject.act in PURCHASES:
        return _look_at_pace(ctx, origin, subscriber, spending.subject.recipient)
    return _Passed()


def _look_at_pace(
    ctx: Context, origin: Origin, buyer: SubscriberRow, recipient: str
) -> TooFast | _Passed:
    """Purchases that are placed while this is looked at aren't counted: placing stays one
    statement, and the rule may be exceeded by as many sessions as one buyer has open. A repeated
    hop whose order is there isn't refused."""
    with ctx.db.statement() as tx:
        refusal, crowded = purchases_too_fast(ctx, tx, buyer, recipient)
        passed = refusal is None or velocity.has_bought(tx, origin)
        return _Passed(crowded) if passed or refusal is None else refusal


def _not_enough(ctx: Context, subscriber: SubscriberRow, price: Money) -> NotEnough:
    with ctx.db.statement() as tx:
        return NotEnough(ledger.balance(tx, wallet(subscriber.id, price.currency)), price)
