"""Approve or decline what another member of staff has asked for: done once, whatever races."""

from collections.abc import Callable

from app.db import approvals
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.roles import TWO_PEOPLE
from app.security.audit import Entry, append
from app.services.broadcasts import start_broadcast
from app.services.business_settings import set_setting
from app.services.context import Context
from app.services.correct_books import adjust, reverse
from app.services.erase_subscriber import erase
from app.services.grant_role import grant_role
from app.services.merchants.keys import let_sell_asked
from app.services.reason import reason_of
from app.services.refund_order import refund
from app.services.reset_factor import reset_factor
from app.services.resolve_break import resolve
from app.services.review_order import release
from app.services.run_agents import put_float_asked
from app.services.run_vouchers import permit_batch
from app.services.set_price import set_price
from app.services.set_rate import set_rate
from app.services.set_tariff import set_tariff
from app.services.staff_may import check_may
from app.services.staff_refused import AlreadyDecided, SamePerson, StaffRefused

Act = Callable[[Context, Transaction, ApprovalRow, str], str]

ACTS: dict[str, Act] = {
    "adjust": adjust, "reverse": reverse, "refund": refund, "resolve_break": resolve,
    "rate": set_rate, "price": set_price, "commission": set_tariff, "role": grant_role,
    "voucher_batch": permit_batch, "reset_factor": reset_factor, "put_float": put_float_asked,
    "broadcast": start_broadcast, "setting": set_setting,
    "api_selling": let_sell_asked,
    "release": release, "erase": erase,
}  # fmt: skip
"""Act -> what does it in the approval's own transaction, given who approved; it gives back what
was posted or set. Who may ask for it and who may approve it is in app.domain.roles.TWO_PEOPLE."""


def approve(ctx: Context, ticket: str, actor: str) -> str:
    """Do it, in one commit with the decision; what was posted. When it can't be done (StaffRefused,
    MayNot where the actor's role may not approve it) it stays asked for."""
    with ctx.db.transaction() as tx:
        approval = _decide(ctx, tx, ticket, "approved", actor)
        outcome = ACTS[approval.act](ctx, tx, approval, actor)
        approvals.note_outcome(tx, ticket, outcome)
        detail = {"outcome": outcome}
        append(tx, Entry(ctx.clock.now(), actor, f"{approval.act}.approve", ticket, detail))
    ctx.nudge()
    return outcome


def decline(ctx: Context, ticket: str, actor: str, reason: str) -> None:
    """It won't be done. Raises StaffRefused."""
    kept = reason_of(reason)
    with ctx.db.transaction() as tx:
        approval = _decide(ctx, tx, ticket, "declined", actor)
        approvals.note_outcome(tx, ticket, kept)
        detail = {"reason": kept}
        append(tx, Entry(ctx.clock.now(), actor, f"{approval.act}.decline", ticket, detail))


def list_waiting(ctx: Context) -> list[ApprovalRow]:
    with ctx.db.statement() as tx:
        return approvals.waiting(tx)


def _decide(ctx: Context, tx: Transaction, ticket: str, state: str, actor: str) -> ApprovalRow:
    approval = approvals.find(tx, ticket)
    if approval is None:
        raise StaffRefused(f"there is no ticket {ticket}")
    if approval.asked_by == actor:
        raise SamePerson("whoever asked can't decide: another member of staff must")
    check_may(tx, actor, TWO_PEOPLE[approval.act].approve)
    if approval.detail.get("person") == actor:
        raise SamePerson("whom it is about can't decide: another member of staff must")
    if not approvals.decide(tx, ticket, state, actor, ctx.clock.now()):
        first = approvals.find(tx, ticket) or approval
        raise AlreadyDecided(f"{ticket} was {first.state} before, by {first.decided_by}")
    return approval
