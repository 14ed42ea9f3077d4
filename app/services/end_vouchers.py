"""How a batch of vouchers ends: voided by staff, or past its date."""

from collections.abc import Callable
from datetime import datetime

from app.db import ledger, vouchers
from app.db.engine import Database, Transaction
from app.db.vouchers import BatchRow
from app.domain import voucher_postings as recipes
from app.domain.ledger import LedgerTransaction
from app.domain.money import Money


def post_rest(
    tx: Transaction, batch: BatchRow, recipe: Callable[[str, Money], LedgerTransaction]
) -> Money:
    """Post what nobody redeemed of a batch that has just ended, in one posting; how much."""
    unredeemed = batch.count - vouchers.count_redeemed(tx, batch.id)
    left = Money(unredeemed * batch.face.amount_minor, batch.face.currency)
    if unredeemed:
        ledger.post(tx, recipe(batch.reference, left))
    return left


def expire_vouchers(db: Database, now: datetime) -> None:
    """End the batches whose last day is over. A commit each."""
    while _expire_one(db, now):
        pass


def _expire_one(db: Database, now: datetime) -> bool:
    with db.transaction() as tx:
        reference = vouchers.find_expired(tx, now)
        if reference is None:
            return False
        batch = vouchers.end_batch(tx, reference, "expired", "", "", now)
        if batch is not None:
            post_rest(tx, batch, recipes.expire_vouchers)
        return True
