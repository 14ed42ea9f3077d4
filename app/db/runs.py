"""One run of reconciliation as staff see it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class RunSeen:
    """`found` is what was concluded, as app.db.reconciliation.Found; None when nothing was."""

    id: int
    provider: str
    day: date
    by_api: bool
    state: str
    reason: str
    tried_at: datetime
    read_at: datetime | None
    lines: int
    duplicates: int
    found: dict[str, Any] | None


_SELECT = (
    "select r.id, r.provider, r.day, r.digest = '', r.state, r.reason, r.tried_at, r.read_at,"
    " r.lines, r.duplicates, r.found from reconciliations r"
)


def find(tx: Transaction, run_id: int) -> RunSeen | None:
    row = tx.maybe(f"{_SELECT} where r.id = %s", (run_id,))
    return RunSeen(*row) if row else None


def of_day(tx: Transaction, provider: str, day: date) -> list[RunSeen]:
    """Every run of the provider's day, the newest first."""
    rows = tx.all(
        f"{_SELECT} where r.provider = %s and r.day = %s order by r.tried_at desc limit 50",
        (provider, day),
    )
    return [RunSeen(*row) for row in rows]
