"""Recompute the whole ledger, and remember when that was done and what came of it."""

from pathlib import Path

from app.db import ledger_checks
from app.db.differences import Tell, unheard
from app.db.engine import Database
from app.db.ledger_checks import LedgerCheckRow
from app.ports.clock import Clock
from app.services.verify_ledger import Verdict, verify_ledger


def check_books(
    db: Database, clock: Clock, place: Path | None = None, tell: Tell = unheard
) -> Verdict:
    """As verify_ledger. Raises OSError when anchors can't be read; nothing is remembered then."""
    verdict = verify_ledger(db, place, tell)
    found = verdict.differences
    row = LedgerCheckRow(
        clock.now(), verdict.transactions, verdict.postings, verdict.accounts, len(found),
        found[0] if found else "",
    )  # fmt: skip
    with db.statement() as tx:
        ledger_checks.note(tx, row)
    return verdict
