"""How much a wallet may still take in."""

from app.db import ledger
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.ledger import wallet
from app.domain.money import Money
from app.services.context import Context
from app.services.limits import limits_of


def wallet_room(ctx: Context, tx: Transaction, owner: SubscriberRow) -> Money | None:
    """What the wallet may still take in under its owner's balance limit; None without a limit.

    Locks the wallet until the commit, so that two can't fill the same room. What locks several
    wallets or floats has locked them all before (ledger.lock)."""
    if limits_of(ctx, owner).balance_minor is None:
        return None
    ledger.lock(tx, wallet(owner.id, owner.currency))
    return room_seen(ctx, tx, owner)


def room_seen(ctx: Context, tx: Transaction, owner: SubscriberRow) -> Money | None:
    """The same without a lock: for a screen, as of now."""
    most = limits_of(ctx, owner).balance_minor
    if most is None:
        return None
    held = ledger.balance(tx, wallet(owner.id, owner.currency))
    return Money(max(most - held.amount_minor, 0), owner.currency)


def takes(room: Money | None, amount: Money) -> bool:
    """Does this amount fit?"""
    return room is None or amount <= room
