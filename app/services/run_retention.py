"""Remove what is past its time, in small commits; every day, or once to see what would go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import retention
from app.db.engine import Database
from app.domain.retention import RETENTION, Retention
from app.ports.clock import Clock
from app.services.business_settings import value_of

_BATCH = 5_000
_MOST_BATCHES = 1_000


@dataclass(frozen=True, slots=True)
class Removed:
    """`rows` were removed from a table, or would be; `oldest` is what is kept after it."""

    rule: Retention
    days: int
    rows: int
    oldest: datetime | None


def run_retention(db: Database, clock: Clock, *, dry: bool = False) -> list[Removed]:
    """One table after another; with `dry` nothing is changed."""
    return [_one(db, rule, clock.now(), dry=dry) for rule in RETENTION]


def _one(db: Database, rule: Retention, now: datetime, *, dry: bool) -> Removed:
    with db.transaction() as tx:
        retention.patient(tx)
        days = value_of(tx, rule.setting)
        before = now - timedelta(days=days)
        if dry:
            rows = retention.past(tx, rule, before)
            return Removed(rule, days, rows, retention.oldest(tx, rule))
    rows = 0
    for _ in range(_MOST_BATCHES):
        with db.transaction() as tx:
            retention.patient(tx)
            removed = retention.remove(tx, rule, before, _BATCH)
        rows += removed
        if removed < _BATCH:
            break
    with db.transaction() as tx:
        retention.patient(tx)
        kept = retention.oldest(tx, rule)
        retention.note(tx, rule, now, rows, kept)
    return Removed(rule, days, rows, kept)
