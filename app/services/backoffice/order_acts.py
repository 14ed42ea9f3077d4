"""What staff do to orders at once: have the vendor asked, send the receipt again, take an unknown
end into their hands. Refunds are in app.services.refund_order."""

from collections.abc import Sequence

from app.db import ledger, order_file, orders
from app.domain.breaks import Way
from app.domain.ledger import wallet
from app.domain.orders import OPEN_STATES
from app.domain.references import is_reference
from app.security.audit import Entry, append
from app.services.ask_again import look_into
from app.services.context import Context
from app.services.resolve_break import Asked, ask_resolution
from app.services.settle_by_hand import open_unknown_order
from app.services.staff_refused import StaffRefused

MOST_AT_ONCE = 50


def ask_vendors(ctx: Context, references: Sequence[str], actor: str) -> list[str]:
    """Have the vendors of these orders asked now; of which it was done: an order that has ended
    meanwhile is left alone. Raises StaffRefused for none, or too many."""
    wanted = [one for one in dict.fromkeys(references) if is_reference(one)]
    if not wanted:
        raise StaffRefused("choose an order first")
    if len(wanted) > MOST_AT_ONCE:
        raise StaffRefused(f"choose {MOST_AT_ONCE} orders or fewer at a time")
    now, asked = ctx.clock.now(), []
    with ctx.db.transaction() as tx:
        for reference in wanted:
            order_id = orders.id_of(tx, reference)
            order = orders.get(tx, order_id) if order_id is not None else None
            if order is not None and order.state in OPEN_STATES:
                look_into(tx, order)
                append(tx, Entry(now, actor, "order.ask_vendor", reference, {}))
                asked.append(reference)
    ctx.nudge()
    return asked


def resend_receipt(ctx: Context, reference: str, actor: str) -> None:
    """Send the receipt of an ended order once more. Raises StaffRefused."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        order_id = orders.id_of(tx, reference)
        if order_id is None:
            raise StaffRefused(f"there is no order {reference}")
        order = orders.get(tx, order_id)
        balance = ledger.balance(tx, wallet(order.subscriber_id, order.price.currency))
        why_not = order_file.receipt_again(tx, order_id, balance.amount_minor, now)
        if why_not:
            raise StaffRefused(f"the receipt of {reference}: {why_not}")
        append(tx, Entry(now, actor, "order.resend_receipt", reference, {}))
    ctx.nudge()


def ask_settlement(
    ctx: Context, reference: str, way: Way, reason: str, key: str, actor: str
) -> str:
    """Ask that a pending or unknown order ends as delivered or declined; the ticket that another
    person must approve. Raises StaffRefused."""
    if way not in (Way.DELIVERED, Way.DECLINED):
        raise StaffRefused("an order ends as delivered or as declined")
    opened = open_unknown_order(ctx, reference, reason, actor)
    came = ask_resolution(ctx, opened, way, None, reason, actor, key)
    if not isinstance(came, Asked):
        raise TypeError(way)
    return came.ticket
