"""What staff do about cases: take one, answer it. Each step is audited and told by SMS."""

from dataclasses import dataclass
from datetime import datetime

from app.db import cases
from app.db.cases import CaseRow
from app.db.engine import Transaction
from app.domain.cases import CaseState
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.tell_case import tell_step

LONGEST_ANSWER = 120
"""Characters; with what stands around it the SMS stays within two segments."""


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


def _case(tx: Transaction, ticket: str) -> CaseRow:
    case = cases.find(tx, ticket)
    if case is None:
        raise NoSuchCase(ticket)
    return case
