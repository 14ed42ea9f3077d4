"""A purchase that worries its buyer: ask again at once, or leave it with staff."""

from app.db import attempts, orders, outbox, subscribers
from app.db.orders import OrderRow
from app.db.subscribers import SubscriberRow
from app.domain.orders import OPEN_STATES
from app.domain.requests import (
    AskAgain,
    Done,
    Origin,
    ProblemReported,
    Refusal,
    Refused,
    ReportProblem,
)
from app.services.context import Context


def ask_again(ctx: Context, origin: Origin, request: AskAgain) -> Done | Refused:
    """Have an open purchase looked into now."""
    _, order = _find(ctx, origin, request.reference)
    if order is None or order.state not in OPEN_STATES:
        return Refused(Refusal.NOTHING_OPEN)
    with ctx.db.transaction() as tx:
        outbox.put(tx, outbox.VEND, order.id)
        for attempt in attempts.of_order(tx, order.id):
            if attempt.state != "closed":
                outbox.put(tx, outbox.ASK, attempt.id)
    ctx.nudge()
    return Done()


def report_problem(
    ctx: Context, origin: Origin, request: ReportProblem
) -> ProblemReported | Refused:
    """Store a complaint for staff, once per purchase while it is open; its ticket by SMS."""
    subscriber, order = _find(ctx, origin, request.reference)
    if subscriber is None or order is None:
        return Refused(Refusal.NOTHING_OPEN)
    with ctx.db.transaction() as tx:
        row = tx.maybe(
            """
            insert into problems (ticket, order_id, subscriber_id, reported_at)
            values (%s, %s, %s, %s)
            on conflict (order_id) where closed_at is null do update
                set reported_at = problems.reported_at
            returning ticket
            """,
            (ctx.new_reference(), order.id, subscriber.id, ctx.clock.now()),
        )
        ticket = str(row[0]) if row else ""
        outbox.queue_sms(
            tx, origin.msisdn, "problem", subscriber.language,
            {"ticket": ticket, "reference": order.reference},
            dedupe_key=f"problem:{ticket}", order_id=order.id,
        )  # fmt: skip
    ctx.nudge()
    return ProblemReported(ticket)


def _find(
    ctx: Context, origin: Origin, reference: str
) -> tuple[SubscriberRow | None, OrderRow | None]:
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return None, None
        return subscriber, orders.find_by_reference(tx, reference, subscriber.id)
