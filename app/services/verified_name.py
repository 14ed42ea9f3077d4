"""The full name of a subscriber, where somebody has verified it."""

from app.db import subscribers
from app.db.engine import Transaction
from app.domain.secret import Secret
from app.security.field_encryption import Place, Unreadable
from app.services.context import Context


def name_place(subscriber_id: int) -> Place:
    """Where a name is stored."""
    return Place("subscribers", "name_ciphertext", subscriber_id)


def verified_name(ctx: Context, tx: Transaction, subscriber_id: int) -> Secret | None:
    """None without one, and where the key it was encrypted under is gone: no name is no reason to
    hold money up."""
    stored = subscribers.name_ciphertext(tx, subscriber_id)
    if stored is None:
        return None
    try:
        return ctx.fields.decrypt(stored, name_place(subscriber_id))
    except Unreadable:
        return None
