"""A merchant in a world of its own."""

import pytest

from app.db.engine import Database
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.merchants.shop import Shop


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock)


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    with db.transaction() as tx:
        # What other tests of the file left undone isn't this one's.
        tx.run("delete from outbox")
        tx.run("update orders set due_at = null")
        tx.run("update webhook_deliveries set state = 'dropped', due_at = null")
    return World(db, clock, vendors={"vtpass": vendor})


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)
