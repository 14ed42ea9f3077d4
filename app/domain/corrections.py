"""What staff correct by hand, as recipes: adjustments, reversals, and which transactions may be
reversed at all."""

from app.domain.ledger import (
    Account,
    AccountKind,
    LedgerTransaction,
    Posting,
    move,
    system,
)
from app.domain.money import Money

ADJUSTMENT, CORRECTION = "adjustment", "correction"
"""Kinds of a staff adjustment and of a staff reversal."""

REVERSIBLE = frozenset({"adjustment", "cash_in", "commission", "fee", "float", "transfer"})
"""Kinds that staff may reverse. Whatever holds money for something open, or ends such a hold, is
missing, and so is money that came in by a payment or a voucher: the thing itself would still say
otherwise, and the provider could take the payment back a second time. A transfer is reversed with
its hold, once it was received, so that the money goes back to whoever sent it."""


def reversed_together(reference: str, kind: str) -> tuple[str, ...]:
    """References of the transactions that a reversal of this one takes back, oldest first; empty
    when it can't be reversed by hand."""
    if kind not in REVERSIBLE:
        return ()
    if kind == "transfer":
        if not reference.endswith(":end"):
            return ()
        return f"{reference.removesuffix(':end')}:hold", reference
    return (reference,)


def adjustment(ticket: str, account: Account, amount: Money) -> LedgerTransaction:
    """Staff put this much into a wallet; below zero, they take it out."""
    currency = amount.currency
    return move(
        f"adjustment:{ticket}", ADJUSTMENT,
        system(AccountKind.ADJUSTMENTS, currency), account, amount,
    )  # fmt: skip


def reversal_of(*transactions: LedgerTransaction) -> LedgerTransaction:
    """The opposite of what these did together, under the last one's name, which makes it happen
    once. Accounts they left as they were aren't touched."""
    moved: dict[Account, int] = {}
    for transaction in transactions:
        for posting in transaction.postings:
            moved.setdefault(posting.account, 0)
            moved[posting.account] -= posting.amount.amount_minor
    postings = tuple(
        Posting(account, Money(minor, account.currency))
        for account, minor in moved.items()
        if minor
    )
    return LedgerTransaction(f"reversal:{transactions[-1].reference}", CORRECTION, postings)
