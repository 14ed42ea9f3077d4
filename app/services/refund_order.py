"""Staff give back what a delivered order cost, or some of it: a little alone, more by two."""

from dataclasses import dataclass
from datetime import timedelta

from app.db import ledger, orders, outbox, refunds
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.db.refunds import RefundRow
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.refunds import GOODWILL, give_back, why_not
from app.domain.roles import Right
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.order_params import order_params
from app.services.reason import reason_of
from app.services.staff_may import check_may
from app.services.staff_refused import StaffRefused

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """`reference` is the refund's; unless it is `posted`, also the ticket that another person must
    approve."""

    reference: str
    posted: bool


def ask_refund(
    ctx: Context, order: str, amount: Money, reason: str, key: str, actor: str
) -> RefundAsked:
    """Give so much of an order's price back to its buyer, now or once another person has approved.
    `key` is the form's: sent twice it is asked once. Raises
    StaffRefused."""
    kept = reason_of(reason)
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.ASK_REFUND)
        locked = _locked(tx, order)
        before = refunds.of_key(tx, key)
        if before is not None:
            return _again(before, locked, amount, actor)
        given = _checked(tx, locked, amount)
        now = ctx.clock.now()
        today = refunds.given_alone(tx, actor, amount.currency, now - _DAY)
        alone = ctx.refunds.alone(given + amount, today + amount)
        detail = {"order": order, "amount_minor": amount.amount_minor, "currency": amount.currency}
        reference = (
            ctx.new_reference() if alone else ask_approval(ctx, tx, "refund", detail, kept, actor)
        )
        row = RefundRow(
            reference, locked.id, amount, kept, actor, now, alone, now if alone else None
        )
        refunds.add(tx, row, key)
        if alone:
            posted = _post(tx, locked, row)
            said = {"amount": str(amount), "reason": kept, "posted": posted}
            append(tx, Entry(now, actor, "refund.alone", order, said))
    ctx.nudge()
    return RefundAsked(reference, alone)


def refund(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Post a refund that was approved; its transaction."""
    row = refunds.find(tx, approval.ticket)
    if row is None:
        raise StaffRefused(f"{approval.ticket} is no refund")
    order = _locked(tx, str(approval.detail["order"]))
    _checked(tx, order, row.amount, waits_already=True)
    refunds.posted(tx, row.reference, ctx.clock.now())
    return _post(tx, order, row)


def _locked(tx: Transaction, reference: str) -> OrderRow:
    found = orders.id_of(tx, reference)
    if found is None:
        raise StaffRefused(f"there is no order {reference}")
    return orders.lock(tx, found)


def _checked(
    tx: Transaction, order: OrderRow, amount: Money, *, waits_already: bool = False
) -> Money:
    """What the order has got back before. Raises StaffRefused unless so much more may follow."""
    why = why_not(order.state)
    if why:
        raise StaffRefused(f"{order.reference} {why}")
    if amount.currency != order.price.currency or amount.amount_minor <= 0:
        raise StaffRefused(f"an amount in {order.price.currency} above zero is wanted")
    given, waiting = refunds.sums(tx, order.id, order.price.currency)
    left = order.price - given if waits_already else order.price - given - waiting
    if amount > left:
        waits = f", {waiting} waits for approval" if waiting.amount_minor else ""
        raise StaffRefused(
            f"{order.reference} cost {order.price}, {given} was given back{waits}: {left} is left,"
            f" not {amount}"
        )
    return given


def _again(before: RefundRow, order: OrderRow, amount: Money, actor: str) -> RefundAsked:
    if (before.order_id, before.amount, before.asked_by) != (order.id, amount, actor):
        raise StaffRefused("this form was sent before, for something else: open the page again")
    return RefundAsked(before.reference, before.posted_at is not None)


def _post(tx: Transaction, order: OrderRow, row: RefundRow) -> str:
    account = wallet(order.subscriber_id, order.price.currency)
    made = give_back(order.reference, row.reference, order.subscriber_id, row.amount)
    ledger.post(tx, made)
    said = {
        **order_params(order), "given_minor": row.amount.amount_minor,
        "balance_minor": ledger.balance(tx, account).amount_minor,
    }  # fmt: skip
    outbox.queue_sms(
        tx, order.msisdn, GOODWILL, order.language, said,
        dedupe_key=sms_key(order.id, row.reference), order_id=order.id,
    )  # fmt: skip
    return made.reference


def sms_key(order_id: int, refund_reference: str) -> str:
    """Of the SMS about a refund."""
    return f"order:{order_id}:{GOODWILL}:{refund_reference}"
