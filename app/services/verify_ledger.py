"""Recompute every balance from its postings and compare everything that must agree."""

from dataclasses import dataclass

from app.db import ledger_check
from app.db.engine import Database


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and every difference found as a sentence."""

    transactions: int
    postings: int
    accounts: int
    differences: list[str]


def verify_ledger(db: Database) -> Verdict:
    """Look at all of it in one snapshot; changes nothing."""
    with db.transaction() as tx:
        differences = ledger_check.differences(tx)
        return Verdict(*ledger_check.counts(tx), differences)
