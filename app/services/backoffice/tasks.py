"""What needs a person now: how much of each kind waits, and for how long."""

from dataclasses import dataclass
from datetime import datetime

from app.db import tasks
from app.db.engine import Transaction
from app.domain.breaks import BreakKind
from app.domain.tasks import OF_BREAKS, Task


@dataclass(frozen=True, slots=True)
class Waits:
    """`since`: how long the oldest has waited; of cases, when the most urgent must be answered
    (`answer_by`), and how many are `late`."""

    task: Task
    count: int
    since: datetime | None = None
    answer_by: datetime | None = None
    late: int = 0


def waiting(tx: Transaction, now: datetime) -> list[Waits]:
    """Every queue, the most urgent first, those in which nothing waits too."""
    unknown, placed = tasks.unknown_orders(tx)
    cases, answer_by, late = tasks.open_cases(tx, now)
    approvals, asked = tasks.asked_approvals(tx)
    found = {
        Task.UNKNOWN: Waits(Task.UNKNOWN, unknown, placed),
        Task.CASES: Waits(Task.CASES, cases, answer_by=answer_by, late=late),
        Task.APPROVALS: Waits(Task.APPROVALS, approvals, asked),
    }
    for kind, count, opened in tasks.open_breaks(tx):
        if kind != BreakKind.UNKNOWN_ORDER:
            task = OF_BREAKS.get(kind, Task.BREAKS)
            known = found.get(task, Waits(task, 0, opened))
            since = min(opened, known.since or opened)
            found[task] = Waits(task, known.count + count, since)
    return [found.get(task, Waits(task, 0)) for task in Task]
