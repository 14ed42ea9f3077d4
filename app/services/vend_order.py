"""Deliver an order: claim it, commit, call a vendor with no transaction open, apply the answer."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import attempts, orders, providers
from app.db.attempts import AttemptRow, NewAttempt
from app.db.engine import Transaction
from app.db.errors import DatabaseUnavailable
from app.db.orders import OrderRow
from app.db.providers import ProviderRow
from app.domain.orders import OrderState
from app.domain.outcomes import Misconfigured, NotSent, Pending, Unknown, VendOutcome
from app.domain.routing import Later, NoRoute, Route, Use, choose
from app.domain.vending import Resend, TryNext, after_answer
from app.ports.vending import VendingProvider, VendRequest
from app.services.hear_final_word import final_word_step
from app.services.settle_order import apply_step, refund
from app.services.vending_context import VendingContext

LOOK_AGAIN_AFTER = timedelta(seconds=2)
_PROBE_RESERVES = timedelta(seconds=30)
_STORE_AGAIN_AFTER_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
_waiting = threading.Event()


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that is ours to send, and the order it is for."""

    order: OrderRow
    attempt: AttemptRow


def vend_order(ctx: VendingContext, order_id: int) -> None:
    """Take a placed order as far as it goes now. Any number of workers may call this at once."""
    claim = _claim(ctx, order_id)
    while claim is not None:
        claim = send(ctx, claim)


def send(ctx: VendingContext, claim: Claim) -> Claim | None:
    """Send a claimed attempt and apply the answer; the next claim when there is another route."""
    order, attempt = claim.order, claim.attempt
    provider = ctx.providers[attempt.provider]
    request = VendRequest(
        attempt.reference,
        order.recipient,
        order.operator,
        order.amount,
        attempt.send_by,
        provider.airtime_code(order.operator) or "",
    )
    outcome = provider.vend(request)
    goes_on = _apply_patiently(ctx, order.id, attempt.id, provider, outcome)
    _judge_provider(ctx, attempt.provider, outcome)
    return _claim(ctx, order.id) if goes_on else None


def _claim(ctx: VendingContext, order_id: int) -> Claim | None:
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        order = orders.lock(tx, order_id)
        if order.state is not OrderState.PLACED:
            return None
        tried = attempts.of_order(tx, order_id)
        while True:
            choice = choose(
                _routes(tx, ctx, order, tried, now), now, order.deadline, now + LOOK_AGAIN_AFTER
            )
            match choice:
                case NoRoute():
                    refund(tx, order, tried[-1].code if tried else choice.code, now)
                    return None
                case Later():
                    orders.move(tx, order, OrderState.PLACED, due_at=choice.at, code=order.code)
                    return None
                case Use():
                    attempt = _open(tx, ctx, order, tried, choice.provider, now)
                    if attempt is not None:
                        orders.move(tx, order, OrderState.SENDING, due_at=None)
                        return Claim(order, attempt)
                    tried = attempts.of_order(tx, order_id)


def _routes(
    tx: Transaction, ctx: VendingContext, order: OrderRow, tried: list[AttemptRow], now: datetime
) -> list[Route]:
    states = providers.all_states(tx)
    routes = []
    for name, provider in ctx.providers.items():
        if provider.airtime_code(order.operator) is None:
            continue
        mine = [attempt for attempt in tried if attempt.provider == name]
        routes.append(
            Route(
                name,
                spent=any(attempt.spent for attempt in mine),
                available=_available(tx, states.get(name), now),
                not_before=mine[-1].not_before if mine else None,
            )
        )
    untried_first = [r for r in routes if not any(a.provider == r.provider for a in tried)]
    return untried_first + [r for r in routes if r not in untried_first]


def _available(tx: Transaction, state: ProviderRow | None, now: datetime) -> bool:
    """Neither stopped nor behind an open breaker, unless this request may probe it."""
    if state is None or (state.stopped_code is None and state.open_until is None):
        return True
    if state.stopped_code is not None:
        return False
    return providers.pass_breaker(tx, state.name, now, now + _PROBE_RESERVES)


def _open(
    tx: Transaction, ctx: VendingContext, order: OrderRow, tried: list[AttemptRow], name: str,
    now: datetime,
) -> AttemptRow | None:  # fmt: skip
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
                   pair=provider.traits.validates),
    )  # fmt: skip
    if attempt is None:
        attempts.refuse_pair(tx, order, number, name, now)
    return attempt


def _apply_patiently(
    ctx: VendingContext, order_id: int, attempt_id: int, provider: VendingProvider,
    outcome: VendOutcome,
) -> bool:  # fmt: skip
    """The vendor has spoken and won't again: a database that is away for a while is waited for."""
    for pause in _STORE_AGAIN_AFTER_SECONDS:
        try:
            return _apply_answer(ctx, order_id, attempt_id, provider, outcome)
        except DatabaseUnavailable:
            _waiting.wait(pause)
    return _apply_answer(ctx, order_id, attempt_id, provider, outcome)


def _apply_answer(
    ctx: VendingContext, order_id: int, attempt_id: int, provider: VendingProvider,
    outcome: VendOutcome,
) -> bool:  # fmt: skip
    """Apply it unless somebody else ended the attempt first; True when the order goes on."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        order = orders.lock(tx, order_id)
        attempt = attempts.lock(tx, attempt_id)
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
    if word is None or not ctx.providers[attempt.provider].traits.callback_settles:
        return
    word = attempts.set_final_word(tx, attempt_id, word)
    step = final_word_step(ctx, attempt, word, now)
    if step is not None:
        apply_step(ctx, tx, orders.lock(tx, order_id), attempt, step, now)


def _judge_provider(ctx: VendingContext, name: str, outcome: VendOutcome) -> None:
    """Failures in a row open the breaker; a provider that can't sell is stopped."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        match outcome:
            case Misconfigured():
                providers.stop(tx, name, outcome.code, "system", now)
            case Unknown() | NotSent():
                providers.heard_badly(
                    tx, name, ctx.breaker.opens_after,
                    now + timedelta(seconds=ctx.breaker.pause_seconds),
                )  # fmt: skip
            case _:
                providers.heard_well(tx, name)
