"""Verify and anchor the audit chain, and remember when that was done and what came of it."""

from pathlib import Path

from app.db import audit_checks
from app.db.audit_checks import CheckRow
from app.db.engine import Database
from app.domain.anchors import Anchor
from app.ports.clock import Clock
from app.services.anchor_audit import AuditVerdict, anchor_audit, verify_audit


def verify_chain(db: Database, clock: Clock, place: Path | None) -> AuditVerdict:
    """Raises OSError when the anchors can't be read."""
    verdict = verify_audit(db, place)
    found = verdict.differences
    row = CheckRow("verified", clock.now(), verdict.entries, len(found), found[0] if found else "")
    with db.statement() as tx:
        audit_checks.note(tx, row)
    return verdict


def anchor_chain(db: Database, clock: Clock, place: Path) -> Anchor | None:
    """The head that was kept; None while the log is empty. Raises OSError."""
    head = anchor_audit(db, place)
    if head is not None:
        with db.statement() as tx:
            audit_checks.note(tx, CheckRow("anchored", clock.now(), head.transactions, 0, ""))
    return head
