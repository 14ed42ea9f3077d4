"""An empty desk for every test."""

import pytest

from app.db.engine import Database
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.reconciliation.desk import Desk

TABLES = (
    "statement_lines reconciliations breaks topups virtual_accounts account_requests payment_events"
    " outbox"
)


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "vtpass")


@pytest.fixture
def desk(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> Desk:
    with db.statement() as tx:
        for table in TABLES.split():
            tx.run(f"delete from {table}")
        tx.run(
            "update vend_attempts set opened_at = opened_at - interval '90 days',"
            " reference = 'old-' || reference, external_id = 'old-' || external_id, due_at = null"
        )
        tx.run("update orders set due_at = null")
    return Desk(World(db, clock, {"vtpass": vendor}))
