"""Recompute every balance from its postings and compare everything that must agree."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.db import ledger_chain, ledger_check, ledger_sums, seals
from app.db.differences import Tell, unheard
from app.db.engine import Database, Transaction
from app.security import anchors


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and every difference found as a sentence."""

    transactions: int
    postings: int
    accounts: int
    differences: list[str]


def verify_ledger(db: Database, place: Path | None = None, tell: Tell = unheard) -> Verdict:
    """Look at all of it in one snapshot; changes nothing. `place` holds anchors that must still be
    in the chain; `tell` hears how far it is. Raises OSError when anchors can't be read.

    Two connections share the snapshot: one reads the chain, the other adds everything up.
    """
    kept = [] if place is None else list(anchors.read(place))
    with db.transaction() as tx, ThreadPoolExecutor(1) as beside:
        ledger_check.freeze(tx)
        chain = beside.submit(_chain, db, ledger_check.export_snapshot(tx), tell)
        sums = ledger_sums.differences(tx, tell)
        entities = ledger_check.of_entities(tx, tell)
        anchored = [] if place is None else [*_anchored(tx, place, kept)]
        return Verdict(
            *ledger_check.counts(tx), [*chain.result(), *sums, *entities, *anchored]
        )  # fmt: skip


def _chain(db: Database, snapshot: str, tell: Tell) -> list[str]:
    with db.transaction() as tx:
        ledger_check.freeze(tx, snapshot)
        return ledger_chain.differences(tx, tell)


def _anchored(tx: Transaction, place: Path, kept: list[anchors.Kept]) -> Iterator[str]:
    found = [anchor for anchor in kept if not isinstance(anchor, str)]
    now = seals.anchored(tx, [anchor.seal for anchor in found])
    for anchor in kept:
        if isinstance(anchor, str):
            yield anchor
        elif anchor != now.get(anchor.seal):
            yield (f"the hash chain was rebuilt: seal {anchor.seal} was anchored on {anchor.at}"
                   " with another digest, number of transactions or time")  # fmt: skip
    if not found:
        yield f"{place} holds no anchor"
