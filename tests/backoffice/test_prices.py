"""Prices: what a change would mean, two people, and what subscribers pay until it begins."""

import re
from datetime import timedelta
from itertools import count

import pytest

from app.db import catalogue
from app.db.engine import Database
from app.domain.money import Money
from app.domain.requests import OrderPlaced, PriceChanged
from app.services.sync_catalogue import list_changes
from tests.backoffice.site import Browser, Site
from tests.factories.plans import mtn
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

PLAN = "1024mb-7d"
PAGE = f"/backoffice/catalogue/mtn-ng/{PLAN}"
WHY = "the operator raised its own"
_keys = count(1)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        tx.run("delete from product_prices")
        tx.run("delete from catalogue_changes")
        tx.run("delete from offers where product <> 'airtime'")
        tx.run("update approvals set state = 'declined', decided_by = 'test', decided_at = now()"
               " where state = 'asked'")  # fmt: skip
    world = World(db, clock, {n: ScriptedVendor(clock, n) for n in ("first", "second")})
    world.stock_plans()
    world.clock.advance(seconds=1)
    return world


def price(world: World, code: str = PLAN) -> Money:
    with world.db.statement() as tx:
        found = catalogue.plan(
            tx, "mtn-ng", code, ["first", "second"], world.clock.now(), samples=True
        )
    assert found is not None
    return found.price


def key(world: World) -> str:
    return world.context.new_reference()


def minted(page: str) -> str:
    return re.findall(r'name="key"[^>]* value="([^"]+)"', page)[0]


def ask(browser: Browser, world: World, amount: str = "900", begins: str = "", **more: str) -> int:
    fields = {"amount": amount, "begins": begins, "reason": WHY, "key": key(world)} | more
    return browser.post(f"{PAGE}/price", **fields).status_code


def ticket(world: World) -> str:
    return str(world.one("select ticket from approvals order by id desc limit 1"))


def waiting(world: World) -> int:
    return int(world.one("select count(*) from approvals where state = 'asked'"))


def in_days(world: World, days: int) -> str:
    """A moment as a browser sends it, in the zone of staff."""
    there = world.clock.now() + timedelta(days=days, hours=1)
    return f"{there:%Y-%m-%dT%H:%M}"


def test_a_price_with_a_date_is_sold_at_the_old_price_until_then(site: Site, world: World) -> None:
    before = price(world)
    assert before == naira(800)
    maker = site.sign_in("finance_maker")
    shown = maker.get(f"{PAGE}/price?amount=900&begins={in_days(world, 2)}").text
    for told in ("NGN 900.00", "+12.5 %", "0 bought it", "1GB 7 days NGN 900", "Enter PIN for"):
        assert told in re.sub(r"<[^>]+>", "", shown), told
    assert ask(maker, world, "900", in_days(world, 2)) == 303
    wanted = ticket(world)
    assert price(world) == before
    checker = site.sign_in("finance_checker")
    page = re.sub(r"<[^>]+>", "", checker.get(f"/backoffice/approvals/{wanted}").text)
    assert "NGN 800.00 becomes NGN 900.00" in page
    assert checker.post(f"/backoffice/approvals/{wanted}/approve").status_code == 303
    assert price(world) == before
    buyer = world.subscriber(naira(5_000))
    assert isinstance(world.buy_plan(buyer, PLAN, 800), OrderPlaced)
    world.clock.advance(hours=49)
    assert price(world) == naira(900)
    assert isinstance(world.buy_plan(buyer, PLAN, 800), PriceChanged), "never above what was said"
    assert isinstance(world.buy_plan(buyer, PLAN, 900), OrderPlaced)
    assert world.spendable(buyer) == naira(5_000 - 800 - 900)
    assert "to come" not in site.sign_in("finance_checker").get(PAGE).text
    [(_, _, detail)] = site.audited("catalogue.price")
    assert detail == {"ticket": wanted}
    [(was, will)] = world.all("select before, after from audit where act = 'catalogue.price'")
    assert "NGN 800.00" in was["prices"][0]
    assert "NGN 900.00" in will["prices"][0]


def test_whoever_asked_cannot_approve_and_of_two_approvers_one_does(
    site: Site, world: World
) -> None:
    owner = site.sign_in("owner")
    assert ask(owner, world) == 303
    wanted = ticket(world)
    assert "another person must decide" in owner.get(f"/backoffice/approvals/{wanted}").text
    assert owner.post(f"/backoffice/approvals/{wanted}/approve").status_code == 400
    assert price(world) == naira(800)
    checker = site.sign_in("finance_checker")
    assert checker.post(f"/backoffice/approvals/{wanted}/approve").status_code == 303
    assert checker.post(f"/backoffice/approvals/{wanted}/approve").status_code == 409
    assert price(world) == naira(900)


def test_sent_twice_it_is_asked_once_and_waiting_stands_on_the_page(
    site: Site, world: World
) -> None:
    maker = site.sign_in("finance_maker")
    one = minted(maker.get(f"{PAGE}/price?amount=900").text)
    assert [ask(maker, world, key=one) for _ in range(2)] == [303, 303]
    assert waiting(world) == 1
    assert ticket(world) in maker.get(PAGE).text
    assert ticket(world) in maker.get("/backoffice/catalogue").text


def test_lists_of_vendors_leave_a_price_of_people_alone_until_it_is_let_go_of(
    site: Site, world: World
) -> None:
    ask(site.sign_in("finance_maker"), world)
    site.sign_in("finance_checker").post(f"/backoffice/approvals/{ticket(world)}/approve")
    world.clock.advance(seconds=1)
    world.stock_plans()
    assert price(world) == naira(900)
    maker = site.sign_in("finance_maker")
    assert "set by people" in maker.get(PAGE).text
    fields = {"let-go-reason": WHY, "let-go-key": key(world)}
    assert maker.post(f"{PAGE}/let-go", **fields).status_code == 303
    site.sign_in("finance_checker").post(f"/backoffice/approvals/{ticket(world)}/approve")
    world.clock.advance(seconds=1)
    assert price(world) == naira(900), "until the next list"
    world.stock_plans()
    assert price(world) == naira(800)
    again = {"let-go-reason": WHY, "let-go-key": key(world)}
    refused = maker.post(f"{PAGE}/let-go", **again)
    assert (refused.status_code, waiting(world)) == (400, 0)


def test_letting_go_drops_prices_that_were_to_come(site: Site, world: World) -> None:
    ask(site.sign_in("finance_maker"), world, begins=in_days(world, 2))
    site.sign_in("finance_checker").post(f"/backoffice/approvals/{ticket(world)}/approve")
    maker = site.sign_in("finance_maker")
    assert "to come" in maker.get(PAGE).text
    maker.post(f"{PAGE}/let-go", **{"let-go-reason": WHY, "let-go-key": key(world)})
    site.sign_in("finance_checker").post(f"/backoffice/approvals/{ticket(world)}/approve")
    world.clock.advance(hours=72)
    assert price(world) == naira(800)


@pytest.mark.parametrize("amount", ["", "-5", "0", "abc", "9" * 400, "<script>x</script>", "KES 5"])
def test_an_amount_that_is_none_is_said_and_nothing_is_asked(
    site: Site, world: World, amount: str
) -> None:
    maker = site.sign_in("finance_maker")
    looked = maker.get(f"{PAGE}/price", query_string={"amount": amount})
    assert looked.status_code == 400
    assert "Type an amount above zero in NGN" in looked.text
    assert "<script>x" not in looked.text
    assert ask(maker, world, amount) == 400
    assert waiting(world) == 0


@pytest.mark.parametrize("begins", ["soon", "2026-13-01T00:00", "0001-01-01T00:00", "9" * 99])
def test_a_day_that_is_none_is_said(site: Site, world: World, begins: str) -> None:
    maker = site.sign_in("finance_maker")
    looked = maker.get(f"{PAGE}/price", query_string={"amount": "900", "begins": begins})
    assert looked.status_code in {200, 400}
    assert (looked.status_code == 400) == ("Type a day and a time" in looked.text)


def test_no_reason_no_ticket_and_a_forged_form_does_nothing(site: Site, world: World) -> None:
    maker = site.sign_in("finance_maker")
    assert ask(maker, world, reason="") == 400
    assert ask(maker, world, reason="x" * 400) == 400
    forged = maker.post(f"{PAGE}/price", token="forged", amount="900", reason=WHY, key=key(world))
    assert (forged.status_code, waiting(world)) == (400, 0)


def test_a_price_below_every_cost_is_refused_and_says_why(site: Site, world: World) -> None:
    maker = site.sign_in("finance_maker")
    looked = maker.get(f"{PAGE}/price?amount=1")
    assert looked.status_code == 400
    assert "No provider sells it for NGN 1.00" in looked.text


@pytest.mark.parametrize("role", ["support", "auditor", "finance_checker"])
def test_whoever_only_looks_sees_prices_and_no_form(site: Site, world: World, role: str) -> None:
    browser = site.sign_in(role)
    page = browser.get(PAGE).text
    assert "NGN 800.00" in page
    assert "See what it would mean" not in page
    assert ask(browser, world) == 403
    assert waiting(world) == 0


@pytest.mark.parametrize("path", ["mtn-ng/no-plan", "nobody-xx/airtime", "mtn-ng/%00", "a/b"])
def test_a_product_that_there_is_not_is_not_found(site: Site, path: str) -> None:
    assert site.sign_in("owner").get(f"/backoffice/catalogue/{path}").status_code == 404


def test_the_catalogue_is_one_operators_by_family_and_state(site: Site, world: World) -> None:
    browser = site.sign_in("support")
    page = browser.get("/backoffice/catalogue?operator=mtn-ng").text
    assert PLAN in page
    assert PLAN not in browser.get("/backoffice/catalogue?operator=mtn-ng&state=withdrawn").text
    world.stock_plans(plans=[])
    assert PLAN in browser.get("/backoffice/catalogue?operator=mtn-ng&state=withdrawn").text
    assert "Withdrawn" in browser.get(PAGE).text
    for odd in ("operator=nobody", "operator=mtn-ng&state=x", "operator=mtn-ng&family=<b>"):
        assert browser.get(f"/backoffice/catalogue?{odd}").status_code == 400


def test_a_cost_that_moved_far_is_accepted_or_declined_once_with_a_reason(
    site: Site, world: World
) -> None:
    plans = [one for one in mtn() if one.kind == "data"]
    dear = [
        type(one)(**{**{n: getattr(one, n) for n in one.__slots__}, "cost": one.cost + one.cost})
        for one in plans if one.cost
    ]  # fmt: skip
    world.stock_plans("first", plans=dear)
    changes = list_changes(world.vending)
    assert changes
    [change] = [one for one in changes if one.product == PLAN]
    maker = site.sign_in("finance_maker")
    assert str(change.now) in maker.get(PAGE).text
    at = f"/backoffice/catalogue/changes/{change.id}"
    why = {f"change-{change.id}-reason": WHY}
    assert maker.post(f"{at}9999999999999999999", how="accept", **why).status_code == 404
    assert maker.post(at, how="accept").status_code == 400
    assert maker.post(at, how="<b>", **why).status_code == 400
    assert site.sign_in("support").post(at, how="accept", **why).status_code == 403
    maker = site.sign_in("finance_maker")
    assert maker.post(at, how="decline", **why).status_code == 303
    assert maker.post(at, how="accept", **why).status_code == 303
    assert [change for change in list_changes(world.vending) if change.product == PLAN] == []
    [(_, subject, detail)] = site.audited("catalogue.declined")
    assert (subject, detail["reason"]) == (f"mtn-ng {PLAN}", WHY)
    assert site.audited("catalogue.accepted") == []


def test_the_ledgers_check_finds_a_price_that_nobody_approved(site: Site, world: World) -> None:
    ask(site.sign_in("finance_maker"), world)
    site.sign_in("finance_checker").post(f"/backoffice/approvals/{ticket(world)}/approve")
    assert world.books_differ() == []
    with world.db.statement() as tx:
        tx.run("update product_prices set price_minor = price_minor + 1 where held")
    assert any("wasn't approved" in one for one in world.books_differ())
    with world.db.statement() as tx:
        tx.run("update product_prices set price_minor = price_minor - 1 where held")
