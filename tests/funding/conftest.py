"""What the tests of money coming in share."""

import pytest

from app.db.engine import Database
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.funding.till import Till


@pytest.fixture
def till(db: Database, clock: FixedClock) -> Till:
    with db.transaction() as tx:
        tx.run("delete from breaks")
        tx.run("delete from payment_events")
        tx.run("delete from outbox")
        tx.run(
            "update charges set state = 'expired', due_at = null"
            " where state in ('asked', 'unknown', 'started')"
        )
    return Till(World(db, clock))
