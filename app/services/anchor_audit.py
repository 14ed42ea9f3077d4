"""The audit log's head, kept outside the database, and whether the log still agrees with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.db.engine import Database
from app.domain.anchors import Anchor
from app.security import anchors, audit

_CHAIN = "audit"


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """How many entries were read, and every difference found as a sentence."""

    entries: int
    differences: list[str]


def audit_head(db: Database) -> Anchor | None:
    """The newest entry's; None while the log is empty."""
    with db.statement() as tx:
        return audit.head(tx)


def anchor_audit(db: Database, place: Path) -> Anchor | None:
    """Keep the head in a file or a folder; what is there already isn't kept again.

    Raises OSError when it can't be written.
    """
    head = audit_head(db)
    if head is not None:
        anchors.keep(place, head, _CHAIN)
    return head


def verify_audit(db: Database, place: Path | None = None) -> AuditVerdict:
    """Recompute the chain: what was changed, removed or put in. Against the anchors at `place` also
    what was removed at the end, and a chain that was built again. Raises OSError when they can't
    be read."""
    kept = [] if place is None else list(anchors.read(place, _CHAIN))
    wanted = frozenset(one.seal for one in kept if isinstance(one, Anchor))
    with db.transaction() as tx:
        chain = audit.read_chain(tx, wanted)
    differences = [
        f"entry {entry} isn't what its digest says, or doesn't follow the one before it: it was"
        " changed or put in, or one before it removed"
        for entry in chain.broken
    ]
    if place is not None:
        differences += _anchored(place, kept, chain)
    return AuditVerdict(chain.entries, differences)


def _anchored(place: Path, kept: list[anchors.Kept], chain: audit.Chain) -> Iterator[str]:
    for one in kept:
        if isinstance(one, str):
            yield one
        elif one.seal not in chain.anchored:
            yield f"entry {one.seal} was anchored on {one.at} and is gone"
        elif chain.anchored[one.seal] != one:
            yield (f"entry {one.seal} was anchored on {one.at} with another digest, number of"
                   " entries before it or time: the log was written again")  # fmt: skip
    if not any(isinstance(one, Anchor) for one in kept):
        yield f"{place} holds no anchor of the audit log"
