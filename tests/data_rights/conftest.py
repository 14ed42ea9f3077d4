"""The back-office in front of a world whose vendor delivers."""

import pytest

from app.db.engine import Database
from tests.backoffice.conftest import site
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

__all__ = ["site"]


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, {"first": ScriptedVendor(clock, "first")})
