"""Exchange rates: asked for on a page, approved by another person, each shown with its dates."""

import re

import pytest

from app.db.engine import Database
from tests.backoffice.site import Browser, Site
from tests.factories.world import World
from tests.fakes.clock import FixedClock

WHY = "the bank moved its rate"
GOOD = {"base": "NGN", "quote": "KES", "rate": "0.05", "margin_bp": "300", "begins": ""}


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        tx.run("update approvals set state = 'declined', decided_by = 'test', decided_at = now()"
               " where state = 'asked'")  # fmt: skip
    return World(db, clock)


def ask(browser: Browser, world: World, **more: str) -> int:
    fields = GOOD | {"reason": WHY, "key": world.context.new_reference()} | more
    return browser.post("/backoffice/rates/change", **fields).status_code


def waiting(world: World) -> int:
    return int(world.one("select count(*) from approvals where state = 'asked'"))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_rate_is_looked_at_asked_for_and_approved_by_another(site: Site, world: World) -> None:
    maker = site.sign_in("finance_maker")
    looked = words(maker.get("/backoffice/rates/change", query_string=GOOD).text)
    assert "KES 1 = NGN 20.6" in looked
    one = world.context.new_reference()
    assert [ask(maker, world, key=one) for _ in range(2)] == [303, 303]
    assert waiting(world) == 1
    ticket = world.one("select ticket from approvals where state = 'asked'")
    assert ticket in maker.get("/backoffice/rates").text
    checker = site.sign_in("finance_checker")
    assert "KES 1 = NGN 20.6" in words(checker.get(f"/backoffice/approvals/{ticket}").text)
    assert checker.post(f"/backoffice/approvals/{ticket}/approve").status_code == 303
    page = words(checker.get("/backoffice/rates?base=NGN&quote=KES").text)
    assert "0.05" in page
    assert "two people" in page
    assert world.books_differ() == []


def test_the_owner_cannot_approve_an_own_rate(site: Site, world: World) -> None:
    owner = site.sign_in("owner")
    assert ask(owner, world) == 303
    ticket = world.one("select ticket from approvals where state = 'asked'")
    assert owner.post(f"/backoffice/approvals/{ticket}/approve").status_code == 400
    assert waiting(world) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"rate": ""}, {"rate": "-1"}, {"rate": "0"}, {"rate": "<script>"}, {"rate": "9" * 300},
        {"margin_bp": ""}, {"margin_bp": "-1"}, {"margin_bp": "99999"}, {"base": "USD"},
        {"quote": "NGN"}, {"begins": "soon"},
    ],
)  # fmt: skip
def test_a_rate_that_is_none_is_said_and_nothing_is_asked(
    site: Site, world: World, more: dict[str, str]
) -> None:
    maker = site.sign_in("finance_maker")
    looked = maker.get("/backoffice/rates/change", query_string=GOOD | more)
    assert looked.status_code == 400
    assert "<script>" not in looked.text.split("<main", 1)[1]
    assert ask(maker, world, **more) == 400
    assert waiting(world) == 0


def test_whoever_only_looks_cannot_ask(site: Site, world: World) -> None:
    support = site.sign_in("support")
    assert "Set a rate" not in support.get("/backoffice/rates").text
    assert ask(support, world) == 403
