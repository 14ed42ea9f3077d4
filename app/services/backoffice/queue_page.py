"""What needs a person now: one queue of several, a page of it, oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.db import queue
from app.db.queue import COUNTED_TO, Waiting
from app.services.context import Context

PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class QueueKind:
    """`since` heads the column of times, `empty` says when something would stand here."""

    name: str
    title: str
    since: str
    empty: str


KINDS: tuple[QueueKind, ...] = (
    QueueKind("unknown", "Unknown orders", "Placed",
              "An order whose vendor can't say what became of it comes here by itself."),
    QueueKind("review", "Held orders", "Decide by",
              "An order that the rules of risk hold comes here; undecided, its money goes back."),
    QueueKind("cases", "Complaints", "Answer by",
              "A complaint comes here the moment a subscriber reports a problem."),
    QueueKind("approvals", "Approvals", "Asked",
              "What one person asks for and another must approve comes here."),
    QueueKind("breaks", "Breaks", "Opened",
              "Whatever differs between us and a provider comes here after a reconciliation."),
    QueueKind("suspense", "Suspense", "Opened",
              "Money that came in for nobody we know comes here."),
    QueueKind("float", "Low float", "Opened",
              "A vending provider comes here when what we hold there falls below its alarm."),
    QueueKind("sms", "SMS over cap", "Opened",
              "A country comes here on the day its SMS go over the day's cap, and a prefix when its"
              " codes hardly come back."),
)  # fmt: skip
_NAMES = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`counts` are counted up to COUNTED_TO; `next_key` is the address's `after`, empty at the
    end."""

    kind: QueueKind
    counts: Mapping[str, int]
    rows: Sequence[Waiting]
    next_key: str

    def counted(self, name: str) -> str:
        """`7`, `100+`."""
        count = self.counts[name]
        return f"{count}+" if count == COUNTED_TO else str(count)


def queue_page(ctx: Context, wanted: str, after: str) -> QueuePage | None:
    """A page of the queue, of the first one with something in it unless one is wanted; None for a
    queue or a place that there isn't."""
    place = _place(after)
    if (wanted and wanted not in _NAMES) or (after and place is None):
        return None
    with ctx.db.transaction() as tx:
        counts = queue.counts(tx)
        first = next((kind.name for kind in KINDS if counts[kind.name]), KINDS[0].name)
        kind = _NAMES[wanted or first]
        rows = queue.read(tx, kind.name, place, PAGE_SIZE + 1)
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return QueuePage(kind, counts, rows, _key(rows[-1]) if more else "")


def _key(row: Waiting) -> str:
    return f"{(row.at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _place(key: str) -> tuple[datetime, int] | None:
    at, _, id_ = key.partition("-")
    if not (key.isascii() and at.isdigit() and id_.isdigit() and len(key) <= _LONGEST_KEY):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(at)), min(int(id_), 2**63 - 1)
    except OverflowError:
        return None
