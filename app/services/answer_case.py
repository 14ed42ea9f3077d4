"""What staff do about cases: take one, hand it over, have its vendor asked, answer it. Each step is
audited; what the subscriber should know is told by SMS."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import cases, orders, outbox
from app.db.cases import CaseRow
from app.db.engine import Transaction
from app.domain.cases import CaseState
from app.domain.orders import OrderState
from app.domain.roles import Right
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.reason import reason_of
from app.services.staff_may import check_may
from app.services.staff_refused import StaffRefused
from app.services.tell_case import tell_step

LONGEST_ANSWER = 120
"""Characters; with what stands around it the SMS stays within two segments."""
_RECALL_EXPECTED_WITHIN = timedelta(seconds=10)


class NoSuchCase(Exception):
    """No case has this ticket."""


class CaseEnded(Exception):
    """It was answered before."""


class AnswerUnfit(Exception):
    """An answer is 1 to LONGEST_ANSWER characters that a handset can show."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case and everything that was done about it: (at, actor, step, detail)."""

    case: CaseRow
    steps: list[tuple[datetime, str, str, str]]


def list_cases(ctx: Context) -> list[CaseRow]:
    """Open cases, the most urgent first."""
    with ctx.db.statement() as tx:
        return cases.waiting(tx)


def show_case(ctx: Context, ticket: str) -> CaseFile:
    """Raises NoSuchCase."""
    with ctx.db.transaction() as tx:
        case = _case(tx, ticket)
        return CaseFile(case, cases.steps(tx, case.id))


def take_case(ctx: Context, ticket: str, actor: str) -> None:
    """From now on `actor` looks after it. Raises NoSuchCase, CaseEnded."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        case = _case(tx, ticket)
        if not cases.give_to(tx, case.id, actor):
            raise CaseEnded(ticket)
        append(tx, Entry(now, actor, "case.take", ticket, {}))
        tell_step(tx, case, actor, "case_taken", "", now)
    ctx.nudge()


def answer_case(ctx: Context, ticket: str, state: CaseState, answer: str, actor: str) -> None:
    """End it as solved or refused; the subscriber reads `answer`. Raises NoSuchCase, CaseEnded,
    AnswerUnfit."""
    if not (0 < len(answer) <= LONGEST_ANSWER and answer.isascii() and answer.isprintable()):
        raise AnswerUnfit(answer)
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        case = _case(tx, ticket)
        if not cases.end(tx, case.id, state, now):
            raise CaseEnded(ticket)
        append(tx, Entry(now, actor, f"case.{state}", ticket, {"answer": answer}))
        tell_step(tx, case, actor, f"case_{state}", answer, now)
    ctx.nudge()


def hand_over_case(ctx: Context, ticket: str, to: str, reason: str, actor: str) -> None:
    """Somebody else looks after it from now on, who reads the reason with it. Raises NoSuchCase,
    CaseEnded, StaffRefused."""
    now, kept = ctx.clock.now(), reason_of(reason)
    with ctx.db.transaction() as tx:
        case = _case(tx, ticket)
        check_may(tx, to, Right.ANSWER_CASE)
        if not cases.give_to(tx, case.id, to):
            raise CaseEnded(ticket)
        cases.keep_step(tx, case.id, actor, "handed_over", f"to {to}: {kept}", now)
        append(tx, Entry(now, actor, "case.hand_over", ticket, {"to": to, "reason": kept}))


def ask_recall(ctx: Context, ticket: str, actor: str) -> None:
    """Have the vendor asked to take the delivery back. Raises NoSuchCase, StaffRefused."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        case = _case(tx, ticket)
        order = orders.get(tx, case.order_id) if case.order_id is not None else None
        if order is None or order.state is not OrderState.DELIVERED:
            raise StaffRefused("only a delivered order can be taken back by its vendor")
        if not cases.want_recall(tx, case.id, now + _RECALL_EXPECTED_WITHIN):
            raise StaffRefused("its vendor was asked before, or the case has ended")
        outbox.put(tx, outbox.RECALL, case.id)
        cases.keep_step(tx, case.id, actor, "recall_asked", "", now)
        append(tx, Entry(now, actor, "case.recall", ticket, {"order": order.reference}))
    ctx.nudge()


def _case(tx: Transaction, ticket: str) -> CaseRow:
    case = cases.find(tx, ticket)
    if case is None:
        raise NoSuchCase(ticket)
    return case
