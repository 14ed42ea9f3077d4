"""An office with something on every page, for commands that go through all of them."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from app.db.engine import Database
from tests.backoffice.many_orders import add_orders
from tests.backoffice.story import tell
from tests.browser.affairs import add_affairs
from tests.browser.busy_day import add_busy_day
from tests.browser.office import Office, office_on
from tests.conftest import fresh_database, servers, template
from tests.fakes.clock import FixedClock

Names = Mapping[str, str]
"""What stands in braces in addresses of places."""


@contextmanager
def showroom() -> Iterator[tuple[Office, Names]]:
    """Servers of its own, as the tests have them."""
    with contextmanager(servers.__wrapped__)() as running:
        made = template.__wrapped__(running)
        with (
            fresh_database(running, made) as urls,
            tempfile.TemporaryDirectory() as folder,
            office_on(urls, running.redis_url, Path(folder)) as office,
        ):
            names = furnish(office, 120)
            database = Database(urls.owner)
            add_busy_day(database, office.parts)
            database.dispose()
            yield office, names


def furnish(office: Office, orders: int) -> Names:
    """The story, the affairs and so many more orders, which no money stands behind: they come once
    the books have been added up. The names of what is in them."""
    database = Database(office.parts.settings.owner_database_url)
    add_orders(database, office.parts.clock.now(), 0)  # their buyers, who are the first subscribers
    names = _tell_all(office)
    add_orders(database, office.parts.clock.now(), orders)
    database.dispose()
    return names


def _tell_all(office: Office) -> Names:
    story = tell(office.parts.db, FixedClock(office.parts.clock.now() - timedelta(minutes=6)))
    found = asdict(story) | asdict(add_affairs(office))
    return {name: str(value) for name, value in found.items()}
