"""A purchase that worries its buyer is looked into at once."""

from app.db import attempts, orders, outbox, subscribers
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain.orders import OPEN_STATES
from app.domain.requests import AskAgain, Done, Origin, Refusal, Refused
from app.services.context import Context


def ask_again(ctx: Context, origin: Origin, request: AskAgain) -> Done | Refused:
    """Have an open purchase looked into now."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        order = (
            orders.find_by_reference(tx, request.reference, subscriber.id) if subscriber else None
        )
        if order is None or order.state not in OPEN_STATES:
            return Refused(Refusal.NOTHING_OPEN)
        look_into(tx, order)
    ctx.nudge()
    return Done()


def look_into(tx: Transaction, order: OrderRow) -> None:
    """Have an open order sold, and its vendor asked, as far as either is due, after the commit."""
    outbox.put(tx, outbox.VEND, order.id)
    for attempt in attempts.of_order(tx, order.id):
        if attempt.state != "closed":
            outbox.put(tx, outbox.ASK, attempt.id)
