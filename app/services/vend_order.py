"""Deliver an order: claim it, commit, call a vendor with no transaction open, apply the answer."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import attempts, orders, providers, routes
from app.db.attempts import AttemptRow, NewAttempt
from app.db.engine import Transaction
from app.db.errors import DatabaseUnavailable
from app.db.orders import OrderRow
from app.domain.catalogue import AIRTIME
from app.domain.orders import OrderState
from app.domain.outcomes import Misconfigured, NotSent, Pending, Unknown, VendOutcome
from app.domain.products import ProductKind
from app.domain.routing import Later, NoRoute
from app.domain.vending import Resend, TryNext, after_answer
from app.ports.vending import VendingProvider, VendRequest
from app.services.choose_route import Chosen, choose_route
from app.services.hear_final_word import final_word_step
from app.services.settle_order import apply_step, refund
from app.services.vending_context import VendingContext

_BAD = (Unknown, NotSent, Misconfigured)
"""Answers that speak against a provider."""

_STORE_AGAIN_AFTER_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
_waiting = threading.Event()


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that is ours to send, and the order it is for."""

    order: OrderRow
    attempt: AttemptRow


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor said, and after how long."""

    outcome: VendOutcome
    ms: int


def vend_order(ctx: VendingContext, order_id: int) -> None:
    """Take a placed order as far as it goes now. Any number of workers may call this at once."""
    goes_on = True
    while goes_on:
        places: list[str] = []
        try:
            claim = _claim(ctx, order_id, places)
            goes_on = claim is not None and send(ctx, claim)
        finally:
            for provider in places:
                ctx.bulkheads.leave(provider)


def send(ctx: VendingContext, claim: Claim) -> bool:
    """Send a claimed attempt and apply the answer; True when the order goes on with another
    route."""
    order, attempt = claim.order, claim.attempt
    provider = ctx.providers[attempt.provider]
    kind = ProductKind.AIRTIME if order.product == AIRTIME else ProductKind.DATA
    request = VendRequest(
        attempt.reference, order.recipient, order.operator, attempt.told, attempt.send_by,
        attempt.product_code, kind,
    )  # fmt: skip
    began = time.monotonic()
    outcome = provider.vend(request)
    answer = Answer(outcome, round((time.monotonic() - began) * 1000))
    goes_on = _apply_patiently(ctx, order.id, attempt.id, provider, answer)
    _judge_provider(ctx, attempt.provider, order.operator, outcome)
    return goes_on


def _claim(ctx: VendingContext, order_id: int, places: list[str]) -> Claim | None:
    """Open the order's next attempt in a commit of its own; `places` gets the names of providers
    in whose bulkhead a place was taken."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        order = orders.lock(tx, order_id)
        if order.state is not OrderState.PLACED:
            return None
        tried = attempts.of_order(tx, order_id)
        while True:
            chosen = choose_route(ctx, tx, order, tried, now)
            if isinstance(chosen, NoRoute):
                refund(tx, order, tried[-1].code if tried else chosen.code, now)
                return None
            if isinstance(chosen, Later):
                orders.move(tx, order, OrderState.PLACED, due_at=chosen.at, code=order.code)
                return None
            places.append(chosen.provider)
            attempt = _open(tx, ctx, order, tried, chosen, now)
            if attempt is not None:
                orders.move(tx, order, OrderState.SENDING, due_at=None)
                return Claim(order, attempt)
            tried = attempts.of_order(tx, order_id)


def _open(
    tx: Transaction, ctx: VendingContext, order: OrderRow, tried: list[AttemptRow],
    chosen: Chosen, now: datetime,
) -> AttemptRow | None:  # fmt: skip
    name = chosen.provider
    provider = ctx.providers[name]
    number = len(tried) + 1
    sent_before = [a.reference for a in tried if a.provider == name and a.reference]
    reference = sent_before[0] if sent_before else provider.new_reference(order.reference, now)
    send_by = min(now + ctx.rules.send_window, order.deadline)
    silent_for = (
        provider.traits.grace
        if provider.traits.validates
        else ctx.rules.read_timeout + provider.traits.grace
    )
    attempt = attempts.open_(
        tx, order, number,
        NewAttempt(name, reference, now, send_by, send_by + silent_for,
                   pair=provider.traits.validates, product_code=chosen.code, told=chosen.asked,
                   cost=chosen.cost),
    )  # fmt: skip
    if attempt is None:
        attempts.refuse_pair(tx, order, number, name, now)
    return attempt


def _apply_patiently(
    ctx: VendingContext, order_id: int, attempt_id: int, provider: VendingProvider, answer: Answer
) -> bool:
    """The vendor has spoken and won't again: a database that is away for a while is waited for."""
    for pause in _STORE_AGAIN_AFTER_SECONDS:
        try:
            return _apply_answer(ctx, order_id, attempt_id, provider, answer)
        except DatabaseUnavailable:
            _waiting.wait(pause)
    return _apply_answer(ctx, order_id, attempt_id, provider, answer)


def _apply_answer(
    ctx: VendingContext, order_id: int, attempt_id: int, provider: VendingProvider, answer: Answer
) -> bool:
    """Apply it unless somebody else ended the attempt first; True when the order goes on."""
    now, outcome = ctx.clock.now(), answer.outcome
    with ctx.db.transaction() as tx:
        order = orders.lock(tx, order_id)
        attempt = attempts.lock(tx, attempt_id)
        attempts.answered(tx, attempt_id, answer.ms, well=not isinstance(outcome, _BAD))
        if attempt.state == "closed":
            return False
        step = after_answer(attempt.view(), outcome, provider.traits, ctx.rules, now)
        apply_step(ctx, tx, order, attempt, step, now)
        if isinstance(outcome, Pending | Unknown) and outcome.external_id:
            _hear_earlier_callback(ctx, tx, order_id, attempt_id, outcome.external_id, now)
        return isinstance(step, TryNext | Resend)


def _hear_earlier_callback(
    ctx: VendingContext, tx: Transaction, order_id: int, attempt_id: int, external_id: str,
    now: datetime,
) -> None:  # fmt: skip
    """The vendor's callback may have come before the answer that names its id."""
    attempt = attempts.lock(tx, attempt_id)
    word = attempts.word_for(tx, attempt.provider, external_id)
    if word is None or not ctx.traits(attempt.provider).callback_settles:
        return
    word = attempts.set_final_word(tx, attempt_id, word)
    step = final_word_step(ctx, attempt, word, now)
    if step is not None:
        apply_step(ctx, tx, orders.lock(tx, order_id), attempt, step, now)


def _judge_provider(ctx: VendingContext, name: str, operator: str, outcome: VendOutcome) -> None:
    """Failures in a row open the breaker; a provider that can't sell is stopped."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        if isinstance(outcome, Misconfigured):
            providers.stop(tx, name, outcome.code, "system", now)
        elif isinstance(outcome, _BAD):
            routes.heard_badly(
                tx, name, operator, ctx.breaker.opens_after,
                now + timedelta(seconds=ctx.breaker.pause_seconds),
            )  # fmt: skip
        else:
            routes.heard_well(tx, name, operator)
