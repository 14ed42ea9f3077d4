"""What needs a person now: how much of each kind waits, and for how long."""

from dataclasses import dataclass
from datetime import datetime

from app.db import tasks
from app.db.engine import Transaction
from app.domain.tasks import BREAKS, Task


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
    """Every kind, the most urgent first, those of which nothing waits too."""
    counts = dict.fromkeys(Task, 0)
    oldest: dict[Task, datetime] = {}
    for kind, count, opened in tasks.open_breaks(tx):
        task = BREAKS.get(kind, Task.BREAK)
        counts[task] += count
        oldest[task] = min(opened, oldest.get(task, opened))
    cases, answer_by, late = tasks.open_cases(tx, now)
    approvals, asked = tasks.asked_approvals(tx)
    apart = {
        Task.CASE: Waits(Task.CASE, cases, answer_by=answer_by, late=late),
        Task.APPROVAL: Waits(Task.APPROVAL, approvals, asked),
    }
    return [apart.get(task) or Waits(task, counts[task], oldest.get(task)) for task in Task]
