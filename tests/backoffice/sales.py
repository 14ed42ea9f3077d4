"""Sales through a scripted vendor, and what a page says about them."""

import re
from typing import Any

from werkzeug.test import TestResponse

from app.db.engine import Database
from tests.backoffice.site import Site
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


def quiet_world(db: Database, owner: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    """Where nothing waits and nothing was sold lately."""
    made = World(db, clock, {"first": vendor})
    with owner.transaction() as tx:
        tx.run("delete from outbox")
        tx.run("update orders set placed_at = placed_at - interval '1 year', state = 'declined'")
        tx.run("truncate order_hours, order_ends, sms_parts, sms_costs")
        tx.run("update breaks set closed_at = now() where closed_at is null")
        tx.run("update cases set state = 'solved', ended_at = now() where state = 'open'")
        tx.run(
            "update approvals set state = 'declined', decided_by = 'nobody' where state = 'asked'"
        )
        tx.run("delete from provider_states")
    return made


def seen(site: Site, path: str) -> TestResponse:
    """The page as it is now, not as it was made for somebody a second ago."""
    for key in site.desk.redis.scan_iter("fragment:*"):
        site.desk.redis.delete(key)
    page = site.get(path)
    assert page.status_code == 200, page.text
    return page


def words(page: TestResponse) -> str:
    """What a person reads on a page."""
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(text.split())


def sell(world: World, vendor: ScriptedVendor, *outcomes: Any, seconds: float = 1) -> list[int]:
    """An order for each outcome, which comes after so many seconds."""
    made = []
    for outcome in outcomes:
        vendor.answers.append(lambda _, o=outcome: (world.clock.advance(seconds=seconds), o)[1])
        made.append(world.placed(200))
        world.vend(made[-1])
    return made
