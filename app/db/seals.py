"""The hash chain over ledger transactions: seals, and how far they have got."""

from dataclasses import dataclass

from app.db.engine import Transaction
from app.domain.anchors import Anchor


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many transactions a seal took, and the highest id among them (0 when it took none)."""

    taken: int
    highest: int


def seal(tx: Transaction, after: int, limit: int) -> Sealed:
    """Seal at most `limit` transactions with ids above `after` that have no mark and whose
    postings nobody can still add to. Waits for another sealer; locks nothing that a sale writes."""
    taken, highest = tx.one("select taken, highest from seal_transactions(%s, %s)", (after, limit))
    return Sealed(int(taken), int(highest or 0))


def low_water(tx: Transaction) -> int:
    """Where to look for what isn't sealed: the highest id that had been sealed ten minutes ago.

    It saves reading the whole chain and proves nothing: what committed later than that with a
    lower id is found by looking from 0.
    """
    row = tx.maybe(
        "select reached from seals where at < now() - interval '10 minutes'"
        " order by id desc limit 1"
    )
    return int(row[0]) if row else 0


def head(tx: Transaction) -> Anchor | None:
    """The newest seal; None before the first."""
    row = tx.maybe("select id, digest, total, at from seals order by id desc limit 1")
    return Anchor(int(row[0]), bytes(row[1]), int(row[2]), row[3]) if row else None


def anchored(tx: Transaction, seals: list[int]) -> dict[int, Anchor]:
    """These seals as they stand in the chain now."""
    rows = tx.all("select id, digest, total, at from seals where id = any(%s)", (seals,))
    return {int(id_): Anchor(int(id_), bytes(digest), int(total), at)
            for id_, digest, total, at in rows}  # fmt: skip
