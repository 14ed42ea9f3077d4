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
            database = Database(urls.owner)
            add_orders(database, office.parts.clock.now(), 120)
            add_busy_day(database, office.parts)
            database.dispose()
            yield office, furnish(office)


def furnish(office: Office) -> Names:
    """The story and the affairs; the names of what is in them."""
    story = tell(office.parts.db, FixedClock(office.parts.clock.now() - timedelta(minutes=6)))
    found = asdict(story) | asdict(add_affairs(office))
    return {name: str(value) for name, value in found.items()}
