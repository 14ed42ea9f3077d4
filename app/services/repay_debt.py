"""Money that comes in repays first what its owner owes from a payment that was taken back."""

from app.db import ledger
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain import ledger as recipes
from app.domain.money import Money


def repay_debt(tx: Transaction, came_by: str, owner: SubscriberRow, came: Money) -> Money:
    """Post the repayment out of `came`, which is in the wallet already under the ledger reference
    `came_by`; how much of it that took. Lock the wallet first."""
    owed = -ledger.balance(tx, recipes.debt(str(owner.id), owner.currency))
    repaid = max(min(owed, came), Money(0, came.currency))
    if repaid.amount_minor:
        ledger.post(tx, recipes.repay_debt(came_by, owner.id, repaid))
    return repaid
