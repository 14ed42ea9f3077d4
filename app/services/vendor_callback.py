"""Callbacks of vending providers: an unsigned word is a reason to ask, and an outcome only where
nobody can be asked."""

from app.db import attempts, orders, outbox
from app.db.attempts import AttemptRow
from app.db.engine import Transaction
from app.domain.outcomes import Declined, Delivered
from app.domain.vending import AttemptState, Wait, may_validate
from app.ports.vending import StatusCallback, ValidationRequest
from app.services.hear_final_word import final_word_step
from app.services.settle_order import SOLD_UNVALIDATED, apply_step, late_word
from app.services.vending_context import VendingContext


def hear_status(ctx: VendingContext, callback: StatusCallback) -> bool:
    """Act on a status callback; False when it is about nothing we know (yet)."""
    now = ctx.clock.now()
    provider = ctx.providers.get(callback.provider)
    if provider is None:
        return False
    word = _word(callback)
    with ctx.db.transaction() as tx:
        attempt = attempts.find_for_callback(
            tx, callback.provider, callback.reference, callback.external_id
        )
        if attempt is None:
            if word and callback.external_id and provider.traits.callback_settles:
                attempts.keep_word(tx, callback.provider, callback.external_id, word, "", now)
            return False
        if provider.traits.can_be_asked(attempt.external_id):
            attempts.set_due(tx, attempt.id, now)
            outbox.put(tx, outbox.ASK, attempt.id)
            return True
        if word and provider.traits.callback_settles:
            _settle_by_word(ctx, tx, attempt, word)
        return True


def _settle_by_word(ctx: VendingContext, tx: Transaction, found: AttemptRow, word: str) -> None:
    now = ctx.clock.now()
    order = orders.lock(tx, found.order_id)
    attempt = attempts.lock(tx, found.id)
    if attempt.state is AttemptState.CLOSED:
        if attempt.outcome == "given_up":
            late_word(tx, order, attempt, word, now)
        return
    traits = ctx.traits(attempt.provider)
    if word == "success" and traits.validates and attempt.validated_at is None:
        sold_unasked = Wait(AttemptState.UNKNOWN, SOLD_UNVALIDATED, None)
        apply_step(ctx, tx, order, attempt, sold_unasked, now)
        return
    word = attempts.set_final_word(tx, attempt.id, word)
    step = final_word_step(ctx, attempt, word, now)
    if step is None:
        attempts.set_due(tx, attempt.id, attempt.send_by + traits.grace)
    else:
        apply_step(ctx, tx, order, attempt, step, now)


def validate(ctx: VendingContext, request: ValidationRequest) -> bool:
    """Did we order this? Yes only for an open attempt that may still be sent; the same
    transaction id always gets the same answer."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        before = attempts.answered_validation(tx, request.provider, request.transaction_id)
        if before is not None:
            return before
        attempt = attempts.open_for_validation(
            tx, request.provider, request.recipient, request.amount
        )
        validated = attempt is not None and may_validate(attempt.view(), now)
        first = attempts.answer_validation(
            tx, request.provider, request.transaction_id, attempt, now, validated=validated
        )
    if first:
        return validated
    return validate(ctx, request)


def _word(callback: StatusCallback) -> str | None:
    if isinstance(callback.outcome, Delivered):
        return "success"
    return "failed" if isinstance(callback.outcome, Declined) else None
