"""The back-office in front of a world of its own."""

from collections.abc import Iterator

import pytest

from app.db.engine import Database
from tests.backoffice.site import Site, make_site
from tests.backoffice.till import Till
from tests.factories.world import World
from tests.fakes.clock import FixedClock


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def site(world: World, redis_url: str) -> Iterator[Site]:
    made = make_site(world, redis_url)
    yield made
    made.close()


@pytest.fixture
def till(site: Site) -> Till:
    """An agent's counter."""
    return Till(site)
