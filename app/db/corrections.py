"""Queries on corrections: the transaction that is corrected, and the link to it."""

from app.db.engine import Transaction
from app.domain.ledger import Account, AccountKind, LedgerTransaction, Posting
from app.domain.money import Money


def transaction(tx: Transaction, reference: str) -> LedgerTransaction | None:
    """A posted transaction, as its recipe made it."""
    rows = tx.all(
        """
        select t.kind, a.kind, a.owner, a.currency, p.amount_minor
        from ledger_transactions t
        join postings p on p.transaction_id = t.id
        join accounts a on a.id = p.account_id
        where t.reference = %s order by p.id
        """,
        (reference,),
    )
    if not rows:
        return None
    postings = tuple(
        Posting(Account(AccountKind(kind), owner, currency), Money(minor, currency))
        for _, kind, owner, currency, minor in rows
    )
    return LedgerTransaction(reference, str(rows[0][0]), postings)


def link(
    tx: Transaction, reference: str, about: str, why: str, ticket: str, *, undoes: bool
) -> None:
    """Say what a correction is about (empty: nothing older)."""
    tx.run(
        "insert into ledger_links (reference, about, undoes, why, ticket)"
        " values (%s, %s, %s, %s, %s)",
        (reference, about, undoes, why, ticket),
    )
