"""Ask a vendor to take back what reached a wrong number, and tell what it says.

No money moves here: when the vendor does reverse the sale, its word about the attempt pays back.
"""

from datetime import datetime, timedelta

from app.db import attempts, cases, outbox
from app.db.attempts import AttemptRow
from app.db.cases import CaseRow
from app.db.engine import Transaction
from app.domain.cases import RecallState
from app.ports.recalls import RecallAccepted, RecallOutcome, RecallRefused, RecallUnknown
from app.services.case_context import CaseContext
from app.services.tell_case import tell_step

NO_RECALL = "no_recall"
_LOOKED_AT_FOR = timedelta(seconds=60)
_PAUSES = tuple(timedelta(seconds=s) for s in (5, 60, 600, 3600))


def recall_delivery(ctx: CaseContext, case_id: int) -> None:
    """Ask for a case's order. Safe to run any number of times at once: a recall counts once."""
    services = ctx.services
    with services.db.transaction() as tx:
        case = cases.take_recall(tx, case_id, services.clock.now() + _LOOKED_AT_FOR)
        attempt = _delivered(tx, case) if case else None
    if case is None:
        return
    outcome: RecallOutcome = RecallRefused(NO_RECALL)
    if attempt is not None and attempt.provider in ctx.recalls:
        outcome = ctx.recalls[attempt.provider].recall(attempt.reference, attempt.external_id)
    with services.db.transaction() as tx:
        _record(tx, case, attempt, outcome, services.clock.now())
    services.nudge()


def _delivered(tx: Transaction, case: CaseRow) -> AttemptRow | None:
    if case.order_id is None:
        return None
    tried = attempts.of_order(tx, case.order_id)
    return next((attempt for attempt in tried if attempt.outcome == "delivered"), None)


def _record(
    tx: Transaction, case: CaseRow, attempt: AttemptRow | None, outcome: RecallOutcome,
    now: datetime,
) -> None:  # fmt: skip
    match outcome:
        case RecallAccepted():
            if cases.recall_is(tx, case.id, RecallState.ACCEPTED):
                tell_step(tx, case, "system", "case_recalled", "", now)
                if attempt is not None:
                    attempts.set_due(tx, attempt.id, now)
                    outbox.put(tx, outbox.ASK, attempt.id)
        case RecallRefused():
            if cases.recall_is(tx, case.id, RecallState.REFUSED):
                tell_step(tx, case, "system", "case_not_recalled", outcome.code, now)
        case RecallUnknown():
            pause = _PAUSES[min(case.recall_tries, len(_PAUSES)) - 1]
            cases.recall_is(tx, case.id, RecallState.ASKED, now + pause)
