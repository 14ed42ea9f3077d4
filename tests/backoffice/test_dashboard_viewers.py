"""Who sees the dashboard, and that fifty who look cost what one costs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.db.engine import Database, Transaction
from app.domain.outcomes import Delivered
from app.domain.periods import Period
from app.domain.roles import AGENT_ROLES, STAFF_ROLES, Role
from app.web.backoffice import dashboard
from tests.backoffice.sales import quiet_world, sell, words
from tests.backoffice.site import Browser, Site
from tests.conftest import Urls
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

FRONT, DASHBOARD, TODAY = "/backoffice/", "/backoffice/dashboard", "/backoffice/dashboard/today"
LIVE, LIVE_FRONT = "/backoffice/dashboard/live", "/backoffice/dashboard/front"


class Counted(Database):
    """Remembers the statements that were run."""

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_size=16, wait_seconds=30)
        self.run: list[str] = []

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            inside = tx.all

            def noted(sql: str, params: Any = ()) -> Any:
                self.run.append(sql)
                return inside(sql, params)

            tx.all = noted  # type: ignore[method-assign]
            yield tx

    def pictures(self) -> int:
        """How often the counts of orders were read."""
        return sum("grouping sets" in sql for sql in self.run)


@pytest.fixture
def db(urls: Urls) -> Iterator[Counted]:
    made = Counted(urls.program)
    yield made
    made.dispose()


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, owner: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    return quiet_world(db, owner, clock, vendor)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_all_staff_see_the_dashboard(site: Site, role: Role) -> None:
    site.sign_in(role)
    for path in (FRONT, TODAY, LIVE_FRONT, DASHBOARD, LIVE):
        assert site.get(path).status_code == 200


@pytest.mark.parametrize("role", sorted(AGENT_ROLES))
def test_agents_see_none_of_it(site: Site, role: Role) -> None:
    site.sign_in(role)
    for path in (TODAY, LIVE_FRONT, DASHBOARD, LIVE):
        assert site.get(path).status_code == 403
    assert "Needs a person now" not in site.get(FRONT).text


def test_who_is_signed_out_while_it_renews_itself_is_led_to_the_door(site: Site) -> None:
    answer = site.get(LIVE, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/backoffice/sign-in"
    assert site.get(DASHBOARD).status_code == 303


def test_renewing_itself_does_not_keep_a_session_alive(site: Site) -> None:
    site.sign_in("support")
    site.get(DASHBOARD)

    def last_seen() -> Any:
        return site.world.one("select last_seen_at from web_sessions order by id desc limit 1")

    before = last_seen()
    site.world.clock.advance(minutes=5)
    for path in (LIVE, LIVE_FRONT):
        assert site.get(path).status_code == 200
    assert last_seen() == before
    site.get(DASHBOARD)
    assert last_seen() > before


def test_fifty_viewers_cost_the_database_what_one_costs(
    site: Site, db: Counted, vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "FRESH_SECONDS", dict.fromkeys(Period, 600.0))
    sell(site.world, vendor, Delivered("A"))
    first = site.sign_in("support")
    viewers = [_beside(site, first) for _ in range(50)]
    before = db.pictures()
    pages: list[TestResponse] = []
    threads = [
        threading.Thread(target=lambda one=viewer: pages.append(one.get(LIVE)))
        for viewer in viewers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.pictures() - before == 1
    assert {page.status_code for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert "1 order delivered" in words(pages[0])


def test_another_view_is_another_picture(
    site: Site, db: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "FRESH_SECONDS", dict.fromkeys(Period, 600.0))
    site.sign_in("support")
    before = db.pictures()
    for path in (DASHBOARD, LIVE, f"{DASHBOARD}?period=7d", f"{LIVE}?period=7d&country=NG"):
        site.get(path)
    assert db.pictures() - before == 3


def _beside(site: Site, browser: Browser) -> Browser:
    """Another browser with the same session."""
    beside = site.browser()
    for cookie in browser.client._cookies.values():
        beside.client.set_cookie(cookie.key, cookie.value, domain=cookie.domain, path=cookie.path)
    return beside
