"""What needs a person stands in a queue, oldest first, and leads to where it is settled."""

import json
import re

import pytest

from app.db import breaks
from app.db.engine import Database
from app.domain.cases import CaseKind
from app.domain.outcomes import Unknown
from app.domain.requests import ProblemReported, ReportProblem
from app.ports.payments import Paid
from app.services.backoffice import queue_page
from app.services.correct_books import ask_adjustment
from app.services.perform import perform
from tests.backoffice.site import Site
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    with db.statement() as tx:
        tx.run("update breaks set closed_at = now(), resolution = 'before' where closed_at is null")
        tx.run("update cases set state = 'solved', ended_at = now() where state = 'open'")
        tx.run("update approvals set state = 'declined', decided_by = 'x', decided_at = now()"
               " where state = 'asked'")  # fmt: skip
        tx.run("update orders set state = 'declined', due_at = null where state = 'unknown'")
        tx.run("delete from outbox")
        tx.run("delete from route_standings")
        tx.run("update vend_attempts set due_at = null, state = 'closed'")
    return World(db, clock, {"first": vendor})


def unknown(world: World, vendor: ScriptedVendor, count: int = 1) -> list[str]:
    vendor.answers.extend([Unknown("read_timeout")] * count)
    made = []
    for _ in range(count):
        world.clock.advance(seconds=1)
        order = world.placed(200)
        world.vend(order)
        made.append(str(world.one("select reference from orders where id = %s", order)))
    return made


def rows(page: str) -> list[str]:
    """Where the rows lead, as they stand."""
    body = page.split("<tbody>", 1)[1] if "<tbody>" in page else ""
    return re.findall(r'<td data-label="What"><a href="([^"]+)"', body)


def count(page: str, kind: str) -> str:
    return re.findall(rf'kind={kind}"[^>]*>[^<]*<span class="count">([^<]+)<', page)[0]


def test_each_queue_leads_to_where_its_things_are_settled(
    site: Site, world: World, vendor: ScriptedVendor
) -> None:
    [order] = unknown(world, vendor)
    msisdn = world.subscriber(naira(500))
    reply = perform(world.context, world.origin(msisdn), ReportProblem("", CaseKind.OTHER))
    assert isinstance(reply, ProblemReported)
    world.payments.payments["q1"] = Paid("q1", naira(500), naira(5), "nobody")
    world.webhook({"paid": "q1"})
    maker = site.someone("finance_maker")
    ticket = ask_adjustment(world.context, msisdn, 100, "", "counted it", maker.name)
    now = world.clock.now()
    with world.db.transaction() as tx:
        low = {"provider": "first", "left_minor": 100, "currency": "NGN"}
        breaks.open_(tx, "low_float", low, now)
        over = {"country": "NG", "day": "2026-11-29", "cap": 10}
        breaks.open_(tx, "sms_over_cap", over, now)
        breaks.open_(tx, "trial_balance", {}, now)
    world.look()
    ids = dict(world.all("select kind, id from breaks where closed_at is null"))
    browser = site.sign_in("support")
    for kind, leads in {
        "unknown": f"/backoffice/orders/{order}",
        "cases": f"/backoffice/cases/{reply.ticket}",
        "approvals": f"/backoffice/approvals/{ticket}",
        "suspense": f"/backoffice/breaks/{ids['suspense']}",
        "float": f"/backoffice/breaks/{ids['low_float']}",
        "sms": f"/backoffice/breaks/{ids['sms_over_cap']}",
        "breaks": f"/backoffice/breaks/{ids['trial_balance']}",
    }.items():
        page = browser.get(f"/backoffice/queue?kind={kind}").text
        assert rows(page) == [leads], kind
        assert count(page, kind) == "1"
        assert browser.get(leads).status_code == 200
    assert str(msisdn) not in page, "numbers are masked"


def test_an_empty_queue_says_what_would_be_here(site: Site) -> None:
    page = site.sign_in("auditor").get("/backoffice/queue?kind=suspense").text
    assert "Money that came in for nobody we know comes here." in page


@pytest.mark.parametrize(
    "asked", ["kind=nosuch", "after=x", "after=1-2-3", "after=9" * 9, "after=-1-1"]
)
def test_a_queue_or_place_that_there_is_not_is_not_found(site: Site, asked: str) -> None:
    assert site.sign_in("auditor").get(f"/backoffice/queue?{asked}").status_code == 404


def test_a_long_queue_is_read_page_by_page_the_oldest_first(
    site: Site, world: World, vendor: ScriptedVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_page, "PAGE_SIZE", 2)
    made = unknown(world, vendor, 5)
    browser, seen, path = site.sign_in("support"), [], "/backoffice/queue?kind=unknown"
    while path:
        page = browser.get(path).text
        seen.append([row.rsplit("/", 1)[1] for row in rows(page)])
        further = re.findall(r'rel="next" href="([^"]+)"', page)
        path = further[0].replace("&amp;", "&") if further else ""
    assert seen == [made[:2], made[2:4], made[4:]]


def test_the_vendors_of_those_that_are_ticked_are_asked(
    site: Site, world: World, vendor: ScriptedVendor
) -> None:
    browser = site.sign_in("support")
    token = browser.csrf()
    first, second, third = unknown(world, vendor, 3)
    for reference in (first, second, third):
        vendor.deliver(f"first-{reference}")
    ticked = {"csrf_token": token, "order": [first, third, third, "ZZZZZZ", "' or 1=1", "\0"]}
    assert browser.client.post("/backoffice/queue/ask", data=ticked).status_code == 303
    assert "The vendors of 2 orders are being asked" in browser.get("/backoffice/queue").text
    world.look()
    states = dict(world.all("select reference, state from orders where reference = any(%s)",
                            [first, second, third]))  # fmt: skip
    assert states == {first: "delivered", second: "unknown", third: "delivered"}
    asked = [subject for _, subject, _ in site.audited("order.ask_vendor")]
    assert asked[-2:] == [first, third]


TOO_MANY = [f"AAAA{a}{b}" for a in "ABCDEFGH" for b in "2345678"]


@pytest.mark.parametrize(
    ("ticked", "told"),
    [([], "Choose an order first"), (TOO_MANY, "Choose 50 orders or fewer")],
)
def test_none_or_too_many_are_not_asked_about(site: Site, ticked: list[str], told: str) -> None:
    browser = site.sign_in("support")
    data = {"csrf_token": browser.csrf(), "order": ticked}
    browser.client.post("/backoffice/queue/ask", data=data)
    assert told in browser.get("/backoffice/queue").text


def test_whoever_only_reads_sees_no_boxes(site: Site, world: World, vendor: ScriptedVendor) -> None:
    unknown(world, vendor)
    browser = site.sign_in("auditor")
    assert "checkbox" not in browser.get("/backoffice/queue?kind=unknown").text
    assert browser.post("/backoffice/queue/ask", order="AAAAAA").status_code == 403


def test_more_than_a_hundred_are_not_counted(site: Site, world: World) -> None:
    with world.db.statement() as tx:
        for number in range(130):
            tx.run("insert into breaks (kind, detail, opened_at) values ('low_float', %s, now())",
                   (json.dumps({"provider": "first", "n": number}),))  # fmt: skip
    page = site.sign_in("auditor").get("/backoffice/queue?kind=float").text
    assert count(page, "float") == "100+"
