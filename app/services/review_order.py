"""Orders that the rules of risk hold: staff release or refuse them; time refuses them too.

The money is held meanwhile. Refusing gives it back to its owner, so one person does it; releasing
sends value away, above an amount by two people.
"""

from dataclasses import dataclass
from datetime import datetime

from app.db import orders, outbox
from app.db.approvals import ApprovalRow
from app.db.engine import Database, Transaction
from app.db.orders import OrderRow
from app.domain.business_settings import SETTINGS, reviewed_alone
from app.domain.msisdn import country_of
from app.domain.orders import OrderState
from app.domain.roles import Right
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.business_settings import value_of
from app.services.context import Context
from app.services.reason import reason_of
from app.services.settle_order import refund
from app.services.staff_may import check_may
from app.services.staff_refused import StaffRefused

REFUSED = "review_refused"
NOT_DECIDED = "review_over"


@dataclass(frozen=True, slots=True)
class Released:
    """`ticket` is what another person must approve first; empty: it is on its way."""

    ticket: str = ""


def ask_release(ctx: Context, reference: str, reason: str, key: str, actor: str) -> Released:
    """Let a held order go, at once or once another person has approved. `key` is the form's: sent
    twice it is asked once. Raises StaffRefused."""
    kept = reason_of(reason)
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.ACT_ON_ORDER)
        order = _in_review(tx, reference)
        name = reviewed_alone(country_of(order.msisdn))
        alone = value_of(tx, name) if name in SETTINGS else 0
        if order.price.amount_minor > alone:
            detail = {
                "order": reference, "amount_minor": order.price.amount_minor,
                "currency": order.price.currency,
            }  # fmt: skip
            return Released(ask_approval(ctx, tx, "release", detail, kept, actor, key))
        _release(ctx, tx, order)
        append(tx, Entry(ctx.clock.now(), actor, "order.release", reference, {"reason": kept}))
    ctx.nudge()
    return Released()


def release(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """What an approved `release` does. Raises StaffRefused when the order waits no more."""
    order = _in_review(tx, str(approval.detail["order"]))
    _release(ctx, tx, order)
    return f"{order.reference} released"


def refuse(ctx: Context, reference: str, reason: str, actor: str) -> None:
    """Decline a held order: its money goes back and its buyer is told. Raises StaffRefused."""
    kept = reason_of(reason)
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.ACT_ON_ORDER)
        order, now = _in_review(tx, reference), ctx.clock.now()
        refund(tx, order, REFUSED, now)
        append(tx, Entry(now, actor, "order.refuse", reference, {"reason": kept}))
    ctx.nudge()


def end_reviews(db: Database, now: datetime) -> None:
    """Decline what nobody has decided in time."""
    with db.transaction() as tx:
        for order in orders.review_over(tx, now):
            refund(tx, order, NOT_DECIDED, now)


def _release(ctx: Context, tx: Transaction, order: OrderRow) -> None:
    orders.release(tx, order, ctx.clock.now(), ctx.first_attempt_within, ctx.slow_notice_after)
    outbox.put(tx, outbox.VEND, order.id)


def _in_review(tx: Transaction, reference: str) -> OrderRow:
    found = orders.id_of(tx, reference)
    if found is None:
        raise StaffRefused(f"there is no order {reference}")
    order = orders.lock(tx, found)
    if order.state is not OrderState.REVIEW:
        raise StaffRefused(f"{reference} waits for nobody: it is {order.state}")
    return order
