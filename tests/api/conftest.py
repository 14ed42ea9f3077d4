"""The API in front of a world of its own."""

from collections.abc import Iterator

import pytest

from app.db.engine import Database
from tests.api.client import Service, make_service
from tests.factories.world import World
from tests.fakes.clock import FixedClock


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def service(world: World, redis_url: str) -> Iterator[Service]:
    made = make_service(world, redis_url)
    yield made
    made.close()
