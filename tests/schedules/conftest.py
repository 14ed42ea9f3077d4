"""A world on a Monday noon, the second of March, that sells MTN's plans."""

import pytest

from app.db.engine import Database
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    """It is noon on a Monday, the second of March."""
    made = World(db, clock, {"first": vendor})
    made.stock_plans()
    return made
