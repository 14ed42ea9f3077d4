"""Queries on when the whole ledger was recomputed, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class LedgerCheckRow:
    """`first`: the first difference that was found."""

    at: datetime
    transactions: int
    postings: int
    accounts: int
    differences: int
    first: str


def note(tx: Transaction, row: LedgerCheckRow) -> None:
    tx.run(
        "insert into ledger_checks (at, transactions, postings, accounts, differences, first)"
        " values (%s, %s, %s, %s, %s, %s)",
        (row.at, row.transactions, row.postings, row.accounts, row.differences, row.first),
    )


def latest(tx: Transaction) -> LedgerCheckRow | None:
    row = tx.maybe(
        "select at, transactions, postings, accounts, differences, first from ledger_checks"
        " order by id desc limit 1"
    )
    return LedgerCheckRow(*row) if row else None
