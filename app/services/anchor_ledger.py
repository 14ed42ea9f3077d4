"""Say where the ledger's hash chain stands, to be kept outside the database."""

from pathlib import Path

from app.db import seals
from app.db.engine import Database
from app.domain.anchors import Anchor
from app.security import anchors
from app.services.seal_ledger import seal_stragglers


def chain_head(db: Database) -> Anchor | None:
    """Seal everything that can be, then give the newest seal; None while the ledger is empty."""
    seal_stragglers(db)
    with db.statement() as tx:
        return seals.head(tx)


def anchor_ledger(db: Database, place: Path) -> Anchor | None:
    """Keep the chain's head in a file or a folder; what is there already isn't kept again.

    Raises OSError when it can't be written.
    """
    head = chain_head(db)
    if head is not None:
        anchors.keep(place, head)
    return head
