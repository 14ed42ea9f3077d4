"""How much a wallet may still take in."""

from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.money import Money
from app.services.context import Context


def wallet_room(ctx: Context, tx: Transaction, owner: SubscriberRow) -> Money | None:
    """What the wallet may still take in under its owner's balance limit; None without a limit."""
    del ctx, tx, owner
    return None
