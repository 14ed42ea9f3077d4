"""A world, and a counter in it, for everything about identity."""

import pytest

from app.db.engine import Database
from tests.agents.counter import Counter
from tests.factories.world import World
from tests.fakes.clock import FixedClock


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)
