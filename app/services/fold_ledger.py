"""Fold postings of hot accounts into their balances, beside the sales that write them."""

from app.db import ledger
from app.db.engine import Database

_BATCH = 10_000


def fold_ledger(db: Database) -> int:
    """Fold everything that can be; how many postings. Each batch is a commit."""
    total = 0
    while True:
        with db.transaction() as tx:
            tx.run("set local statement_timeout = 0")
            folded = ledger.fold(tx, _BATCH)
        total += folded
        if folded < _BATCH:
            return total
