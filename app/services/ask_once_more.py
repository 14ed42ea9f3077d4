"""A vendor speaks of an attempt that has ended: ask what it means. Only its answer moves money."""

from datetime import datetime

from app.db import attempts, breaks, orders, providers, routes
from app.db.attempts import AttemptRow
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain.orders import OrderState
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotSent,
    QueryOutcome,
    Scope,
    Unknown,
)
from app.services.settle_order import late_word, take_back
from app.services.vending_context import VendingContext

ASKED_AT_MOST = 240
"""Some four hours at one question a minute; then staff look."""

UNHEARD_WORD = "unheard_word"


def ask_once_more(ctx: VendingContext, ended: AttemptRow) -> None:
    """A delivery may have been taken back, and an order that was given up may be known by now. Any
    other end is final. A vendor that can't be heard now is asked again; staff ask one that has left
    use."""
    traits = ctx.traits(ended.provider)
    if ended.outcome not in attempts.SPOKEN_OF_AGAIN:
        return
    if not traits.in_use:
        with ctx.db.transaction() as tx:
            orders.lock(tx, ended.order_id)
            _staff_ask(tx, attempts.lock(tx, ended.id), ctx.clock.now())
        return
    if not traits.can_be_asked(ended.external_id):
        return
    provider = ctx.providers[ended.provider]
    outcome = provider.query(ended.reference, ended.external_id)
    judge_answer(ctx, ended.provider, outcome)
    with ctx.db.transaction() as tx:
        order = orders.lock(tx, ended.order_id)
        attempt = attempts.lock(tx, ended.id)
        if isinstance(outcome, Unknown | NotSent | Misconfigured):
            _ask_later(ctx, tx, attempt)
            return
        attempts.asked_again(tx, attempt.id, None)
        if attempt.outcome == "delivered":
            _after_delivery(ctx, tx, order, outcome)
        else:
            _after_giving_up(ctx, tx, order, attempt, outcome)


def _ask_later(ctx: VendingContext, tx: Transaction, attempt: AttemptRow) -> None:
    now = ctx.clock.now()
    if attempt.asked < ASKED_AT_MOST:
        attempts.asked_again(tx, attempt.id, ctx.rules.next_ask(attempt.asked, now, now))
        return
    _staff_ask(tx, attempt, now)


def _staff_ask(tx: Transaction, attempt: AttemptRow, now: datetime) -> None:
    attempts.asked_again(tx, attempt.id, None)
    breaks.open_of_order(tx, UNHEARD_WORD, attempt.order_id, now)


def judge_answer(ctx: VendingContext, name: str, outcome: QueryOutcome) -> None:
    """What an answer to a query says of the vendor itself."""
    with ctx.db.statement() as tx:
        if isinstance(outcome, Misconfigured):
            providers.stop(tx, name, outcome.code, "system", ctx.clock.now())
        elif not isinstance(outcome, NotSent):
            routes.heard_well(tx, name)


def _after_delivery(
    ctx: VendingContext, tx: Transaction, order: OrderRow, outcome: QueryOutcome
) -> None:
    """Only the vendor's own word for "taken back" counts: any other refusal may be about the
    question."""
    taken_back = isinstance(outcome, Declined) and outcome.taken_back
    if taken_back and order.state is OrderState.DELIVERED:
        take_back(tx, order, ctx.clock.now())


def _after_giving_up(
    ctx: VendingContext, tx: Transaction, order: OrderRow, attempt: AttemptRow,
    outcome: QueryOutcome,
) -> None:  # fmt: skip
    match outcome:
        case Delivered():
            late_word(tx, order, attempt, "success", ctx.clock.now())
        case Declined(scope=Scope.SALE):
            late_word(tx, order, attempt, "failed", ctx.clock.now())
