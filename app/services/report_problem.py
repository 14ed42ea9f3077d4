"""A subscriber complains: a case with a ticket, an owner to come and a clock that runs."""

from datetime import timedelta

from app.db import cases, ledger, orders, outbox, subscribers, transfers
from app.db.cases import CaseRow, NewCase
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.cases import CaseKind, CaseState, answer_by
from app.domain.ledger import wallet
from app.domain.orders import OrderState
from app.domain.requests import Origin, ProblemReported, Refusal, Refused, ReportProblem
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.end_transfer import return_to_sender
from app.services.tell_case import tell_step

_RECALL_EXPECTED_WITHIN = timedelta(seconds=10)


def report_problem(
    ctx: Context, origin: Origin, request: ReportProblem, actor: str = "subscriber"
) -> ProblemReported | Refused:
    """Open a case, once while one about the same is open; its ticket by SMS. `actor` is whoever
    opens it: the subscriber, or a member of staff for them, which is audited. Money sent to a wrong
    number that nobody has registered comes back at once; a vendor that takes recalls is asked."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        account = wallet(subscriber.id, subscriber.currency)
        subject = request.reference
        if subject and not ledger.concerns(tx, account, subject):
            return Refused(Refusal.NOTHING_OPEN)
        order = orders.find_by_reference(tx, subject, subscriber.id) if subject else None
        until = answer_by(now, subscriber.country)
        new = NewCase(
            ctx.new_reference(), subscriber.id, subject, order.id if order else None, request.kind,
            now, until,
        )  # fmt: skip
        opened = cases.open_(tx, new)
        case = cases.find_open(tx, subscriber.id, subject)
        if opened:
            tell_step(tx, case, actor, "case_opened", request.kind, now)
        if opened and actor != "subscriber":
            detail = {"ticket": case.ticket, "kind": request.kind.value, "about": subject}
            append(tx, Entry(now, actor, "case.open", origin.msisdn, detail))
        if opened and request.kind is CaseKind.WRONG_NUMBER:
            _bring_back(ctx, tx, subscriber, case)
            if order is not None and order.state is OrderState.DELIVERED:
                cases.want_recall(tx, case.id, now + _RECALL_EXPECTED_WITHIN)
                outbox.put(tx, outbox.RECALL, case.id)
    ctx.nudge()
    return ProblemReported(case.ticket, case.answer_by)


def _bring_back(ctx: Context, tx: Transaction, sender: SubscriberRow, case: CaseRow) -> None:
    """Money that still waits for the wrong number needs nobody's leave to come back."""
    now = ctx.clock.now()
    transfer = transfers.lock_waiting(tx, case.subject, sender.id) if case.subject else None
    if transfer is not None and return_to_sender(tx, transfer, now):
        cases.end(tx, case.id, CaseState.SOLVED, now)
        tell_step(tx, case, "system", "case_returned", case.subject, now)
