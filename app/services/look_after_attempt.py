"""Look after an attempt: ask its vendor, take over from a silent worker, give up; or, when it has
ended and its vendor speaks of it again, ask what it means."""

from datetime import datetime

from app.db import attempts, breaks, orders
from app.db.attempts import AttemptRow
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain.breaks import BreakKind
from app.domain.vending import AttemptState, Resend, TryNext, after_query, after_silence
from app.services.ask_once_more import ask_once_more, judge_answer
from app.services.hear_final_word import final_word_step
from app.services.settle_order import apply_step, give_up
from app.services.vend_order import Claim, send, vend_order
from app.services.vending_context import VendingContext


def look_after_attempt(ctx: VendingContext, attempt_id: int) -> None:
    """Do what is due for an attempt now. Safe to run any number of times at once."""
    with ctx.db.transaction() as tx:
        found = attempts.get(tx, attempt_id)
        order = orders.lock(tx, found.order_id)
        attempt = attempts.lock(tx, attempt_id)
        ended = attempt.state is AttemptState.CLOSED
        goes_on = None if ended else _without_asking(ctx, tx, order, attempt, ctx.clock.now())
        ask = goes_on is None
    if ended:
        ask_once_more(ctx, attempt)
    elif goes_on:
        vend_order(ctx, order.id)
    elif ask and _can_ask(ctx, attempt):
        _ask(ctx, order.id, attempt)


def _without_asking(
    ctx: VendingContext, tx: Transaction, order: OrderRow, attempt: AttemptRow, now: datetime
) -> bool | None:
    """Apply what is known without the vendor: True when the order goes on, None when the vendor
    should be asked, False when that is all."""
    traits = ctx.traits(attempt.provider)
    give_up_at = order.placed_at + ctx.rules.give_up_after
    if now >= give_up_at:
        give_up(tx, order, attempt, now)
        return False
    staff_look_at = attempt.opened_at + ctx.rules.staff_look_after
    if now >= staff_look_at:
        breaks.open_of_order(tx, BreakKind.UNKNOWN_ORDER, order.id, now)
    if attempt.final_word:
        step = final_word_step(ctx, attempt, attempt.final_word, now)
        if step is None:
            attempts.set_due(tx, attempt.id, attempt.send_by + traits.grace)
            return False
        apply_step(ctx, tx, order, attempt, step, now)
        return False
    silence = after_silence(attempt.view(), traits, ctx.rules, now)
    if silence is not None:
        apply_step(ctx, tx, order, attempt, silence, now)
        return isinstance(silence, TryNext)
    if attempt.state is AttemptState.SENDING:
        silent_for = traits.grace if traits.validates and attempt.validated_at is None else (
            ctx.rules.read_timeout + traits.grace)  # fmt: skip
        attempts.set_due(tx, attempt.id, attempt.send_by + silent_for)
        return False
    if not _can_ask(ctx, attempt):
        attempts.set_due(tx, attempt.id, give_up_at if now >= staff_look_at else staff_look_at)
        return False
    return None


def _can_ask(ctx: VendingContext, attempt: AttemptRow) -> bool:
    return ctx.traits(attempt.provider).can_be_asked(attempt.external_id)


def _ask(ctx: VendingContext, order_id: int, asked: AttemptRow) -> None:
    provider = ctx.providers[asked.provider]
    outcome = provider.query(asked.reference, asked.external_id)
    judge_answer(ctx, asked.provider, outcome)
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        order = orders.lock(tx, order_id)
        attempt = attempts.lock(tx, asked.id)
        if attempt.state is AttemptState.CLOSED or attempt.asked != asked.asked:
            return
        tx.run("update vend_attempts set asked = asked + 1 where id = %s", (attempt.id,))
        step = after_query(attempt.view(), outcome, provider.traits, ctx.rules, now)
        again = apply_step(ctx, tx, order, attempts.lock(tx, asked.id), step, now)
    if again is not None:
        if send(ctx, Claim(order, again)):
            vend_order(ctx, order_id)
    elif isinstance(step, TryNext | Resend):
        vend_order(ctx, order_id)
