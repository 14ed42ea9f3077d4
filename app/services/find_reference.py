"""What a reference that somebody reads out belongs to, and what it moved."""

from dataclasses import dataclass
from datetime import datetime

from app.db import search
from app.db.engine import Database
from app.db.search import Found
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class Finding:
    """`postings`: (at, ledger reference, account, amount)."""

    things: list[Found]
    postings: list[tuple[datetime, str, str, Money]]


def find_reference(db: Database, reference: str) -> Finding:
    """Everything with this reference; empty when nothing has it."""
    with db.transaction() as tx:
        return Finding(search.find(tx, reference), search.postings_of(tx, reference))
