"""Seal what has been posted: extend the hash chain over the ledger."""

from app.db import seals
from app.db.engine import Database

_BATCH = 10_000


def seal_ledger(db: Database) -> int:
    """Seal what isn't sealed and has ended; how many transactions. Each batch is a commit."""
    with db.statement() as tx:
        after = seals.low_water(tx)
    return _seal(db, after)


def seal_stragglers(db: Database) -> int:
    """The same over the whole ledger: what committed so late that the other looks above it."""
    return _seal(db, 0)


def _seal(db: Database, after: int) -> int:
    total = 0
    while True:
        with db.transaction() as tx:
            tx.run("set local statement_timeout = 0; set local lock_timeout = 0")
            sealed = seals.seal(tx, after, _BATCH)
        total += sealed.taken
        if sealed.taken < _BATCH:
            return total
        after = sealed.highest
