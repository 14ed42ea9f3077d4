"""Put a step of the rules into effect: ledger, order, attempt, receipt in the caller's commit."""

from datetime import datetime

from app.db import attempts, breaks, corrections, ledger, orders, outbox, providers, refunds
from app.db.attempts import AttemptRow
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain import ledger as recipes
from app.domain.abroad_postings import give_up_abroad, late_failure_abroad, post_hold_abroad
from app.domain.breaks import BreakKind
from app.domain.ledger import LedgerTransaction
from app.domain.orders import OrderState
from app.domain.vending import (
    PROVIDER_GONE,
    AttemptState,
    Refund,
    Resend,
    Settle,
    Step,
    TryNext,
    Wait,
)
from app.services.learn_operator import learn_from_sale
from app.services.order_params import order_params
from app.services.vending_context import VendingContext

NOT_VALIDATED = "not_validated"
SOLD_UNVALIDATED = "sold_unvalidated"
VENDOR_REVERSAL = "vendor_reversal"


def apply_step(
    ctx: VendingContext, tx: Transaction, order: OrderRow, attempt: AttemptRow, step: Step,
    now: datetime,
) -> AttemptRow | None:  # fmt: skip
    """Apply it to an order and its open attempt, both locked; a new attempt if one must be sent."""
    match step:
        case Settle():
            attempts.close(tx, attempt, now, "delivered", "", external_id=step.external_id)
            deliver(tx, order, attempt, step.external_id, now)
            learn_from_sale(tx, order, ctx.traits(attempt.provider), now)
        case Refund():
            attempts.close(tx, attempt, now, "declined", step.code)
            refund(tx, order, step.code, now, provider=attempt.provider)
        case TryNext():
            blocked_until = now + ctx.rules.pair_blocked_for
            attempts.close(
                tx, attempt, now, "try_next", step.code, spent=step.spent,
                not_before=step.not_before,
                pair_until=blocked_until if step.code == NOT_VALIDATED else None,
            )  # fmt: skip
            orders.move(tx, order, OrderState.PLACED, due_at=step.not_before or now)
        case Wait():
            _wait(ctx, tx, order, attempt, step, now)
        case Resend():
            attempts.close(tx, attempt, now, "resent", "not_found")
            return _resend(ctx, tx, order, attempt, now)
    return None


def deliver(
    tx: Transaction, order: OrderRow, attempt: AttemptRow, external_id: str, now: datetime
) -> None:
    """The order is delivered: its hold pays the provider, its buyer gets a receipt."""
    _staff_need_not_look(tx, order, now)
    orders.move(
        tx, order, OrderState.DELIVERED, due_at=None, provider=attempt.provider,
        external_id=external_id or None, ended_at=now,
    )  # fmt: skip
    ledger.post(tx, _delivery(order, attempt))
    _receipt(tx, order, "delivered")


def refund(
    tx: Transaction, order: OrderRow, code: str, now: datetime, provider: str | None = None
) -> None:
    """The order is declined: its hold is voided, its buyer told that the money is back."""
    _staff_need_not_look(tx, order, now)
    orders.move(
        tx, order, OrderState.DECLINED, due_at=None, code=code, provider=provider, ended_at=now
    )
    ledger.post(tx, recipes.void_hold(order.reference, order.subscriber_id, order.price))
    _receipt(tx, order, "refunded")


def _staff_need_not_look(tx: Transaction, order: OrderRow, now: datetime) -> None:
    """An order that was waited for may stand in the staff's queue."""
    if order.state in {OrderState.PENDING, OrderState.UNKNOWN}:
        breaks.close_of_order(tx, BreakKind.UNKNOWN_ORDER, order.id, now)


def give_up(tx: Transaction, order: OrderRow, attempt: AttemptRow, now: datetime) -> None:
    """Nobody could say within the day: the buyer has the money, we carry the loss, staff look."""
    attempts.close(tx, attempt, now, "given_up", attempt.code)
    orders.move(
        tx, order, OrderState.REVERSED, due_at=None, code="given_up", provider=attempt.provider,
        ended_at=now,
    )  # fmt: skip
    for transaction in _giving_up(order, attempt):
        ledger.post(tx, transaction)
    breaks.close_of_order(tx, BreakKind.UNKNOWN_ORDER, order.id, now)
    breaks.open_of_order(tx, BreakKind.UNKNOWN_OUTCOME, order.id, now)
    _receipt(tx, order, "refunded")


def late_word(
    tx: Transaction, order: OrderRow, attempt: AttemptRow, word: str, now: datetime
) -> None:
    """A vendor spoke of an order that was given up: no wallet is touched again."""
    if word == "failed":
        ledger.post(tx, _late_failure(order, attempt))
    breaks.close_of_order(tx, BreakKind.UNKNOWN_OUTCOME, order.id, now)


def take_back(tx: Transaction, order: OrderRow, now: datetime) -> None:
    """The vendor undid what it had delivered: the buyer has the money back, less what staff gave
    back before, and is told; staff look, because the value may have been used. The receipt of the
    delivery stays what it was."""
    orders.move(tx, order, OrderState.REVERSED, due_at=None, code=VENDOR_REVERSAL, ended_at=now)
    delivered = corrections.transaction(tx, f"order:{order.reference}:end")
    if delivered is None:
        raise LookupError(f"{order.reference} was delivered and isn't in the ledger")
    given, _ = refunds.sums(tx, order.id, order.price.currency)
    ledger.post(tx, recipes.vendor_reversal(order.reference, order.subscriber_id, delivered, given))
    breaks.open_of_order(tx, VENDOR_REVERSAL, order.id, now)
    _sms(tx, order, "reversed")


def tell_slow(tx: Transaction, order: OrderRow) -> None:
    """Tell the buyer that we are still waiting."""
    _sms(tx, order, "slow")


def _delivery(order: OrderRow, attempt: AttemptRow) -> LedgerTransaction:
    name, provider = order.reference, attempt.provider
    if order.worth is None:
        return recipes.post_hold(name, provider, order.price, attempt.cost)
    return post_hold_abroad(name, provider, order.price, order.worth, order.amount)


def _giving_up(order: OrderRow, attempt: AttemptRow) -> tuple[LedgerTransaction, ...]:
    name, owner, provider = order.reference, order.subscriber_id, attempt.provider
    if order.worth is None:
        return recipes.give_up(name, owner, provider, order.price, attempt.cost)
    return give_up_abroad(name, owner, provider, order.price, order.worth, order.amount)


def _late_failure(order: OrderRow, attempt: AttemptRow) -> LedgerTransaction:
    name, provider = order.reference, attempt.provider
    if order.worth is None:
        return recipes.late_failure(name, provider, attempt.cost)
    return late_failure_abroad(name, provider, order.worth, order.amount)


def _wait(
    ctx: VendingContext, tx: Transaction, order: OrderRow, attempt: AttemptRow, step: Wait,
    now: datetime,
) -> None:  # fmt: skip
    give_up_at = order.placed_at + ctx.rules.give_up_after
    due_at = min(step.ask_at or attempt.opened_at + ctx.rules.staff_look_after, give_up_at)
    traits = ctx.traits(attempt.provider)
    unvalidated = traits.validates and attempt.validated_at is None
    if unvalidated and attempt.validation_trusted and step.code != SOLD_UNVALIDATED:
        due_at = min(due_at, attempt.send_by + traits.grace)
    attempts.keep_open(
        tx, attempt, step.state, step.code, due_at, external_id=step.external_id,
        asked=attempt.asked, not_found=step.not_found,
        is_resend=attempt.is_resend and step.resend_spent,
    )  # fmt: skip
    wanted = {
        AttemptState.PENDING: OrderState.PENDING,
        AttemptState.UNKNOWN: OrderState.UNKNOWN,
        AttemptState.SENDING: order.state,
    }[step.state]
    orders.move(tx, order, wanted, due_at=None, code=step.code)
    if step.code == SOLD_UNVALIDATED:
        providers.stop(tx, attempt.provider, SOLD_UNVALIDATED, "system", now)
        attempts.distrust_validation(tx, attempt.provider, now)
    if step.code == PROVIDER_GONE:
        breaks.open_of_order(tx, BreakKind.UNKNOWN_ORDER, order.id, now)


def _resend(
    ctx: VendingContext, tx: Transaction, order: OrderRow, attempt: AttemptRow, now: datetime
) -> AttemptRow | None:
    send_by = now + ctx.rules.send_window
    grace = ctx.traits(attempt.provider).grace
    again = attempts.open_(
        tx, order, attempt.number + 1,
        attempts.NewAttempt(
            attempt.provider, attempt.reference, now, send_by,
            due_at=send_by + ctx.rules.read_timeout + grace, pair=False,
            product_code=attempt.product_code, told=attempt.told, cost=attempt.cost,
            is_resend=True,
        ),
    )  # fmt: skip
    orders.move(tx, order, OrderState.SENDING, due_at=None)
    return again


_ONCE = {"slow": "slow", "reversed": VENDOR_REVERSAL}
"""Kinds of SMS beside the one receipt; each is sent at most once for an order."""


def _receipt(tx: Transaction, order: OrderRow, kind: str) -> None:
    """One receipt per outcome: the key is the order's, whichever path ended it."""
    _sms(tx, order, kind)


def _sms(tx: Transaction, order: OrderRow, kind: str) -> None:
    balance = ledger.balance(tx, recipes.wallet(order.subscriber_id, order.price.currency))
    outbox.queue_sms(
        tx, order.msisdn, kind, order.language,
        {**order_params(order), "balance_minor": balance.amount_minor},
        dedupe_key=f"order:{order.id}:{_ONCE.get(kind, 'outcome')}",
        order_id=order.id,
    )  # fmt: skip
