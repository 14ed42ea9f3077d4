"""Routes: what staff see of them, and every switch, which works from the next order on."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.requests import Refusal, Refused
from app.services.watch_providers import probe_provider
from tests.backoffice.site import Browser, Site
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

WHY = "they have an outage"
FIRST = "/backoffice/routes/providers/first"
MTN = "/backoffice/routes/operators/mtn-ng"


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        for table in (
            "route_standings", "route_rules", "maintenance", "provider_answers", "provider_states"
        ):  # fmt: skip
            tx.run(f"delete from {table}")
        tx.run("update vend_attempts set answered = ''")
    made = World(db, clock, {n: ScriptedVendor(clock, n) for n in ("first", "second")})
    made.vending = replace(made.vending, order=(), open_items={"first": {"late": "How late?"}})
    return made


def sold_by(world: World) -> str:
    """Which vendor gets a fresh order; empty when none does."""
    order = world.placed()
    world.vend(order)
    attempts = world.attempts(order)
    return attempts[-1][0] if attempts else ""


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1]).split())


def audited(world: World, act: str) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    rows = world.all("select subject, before, after from audit where act = %s order by id", act)
    return [(subject, before, after) for subject, before, after in rows]


def weigh(browser: Browser, name: str, **more: str) -> int:
    wanted = {"sold": "yes", "weight": "100", "place": "", "reason": WHY} | more
    fields = {f"rule-{name}-{field}": value for field, value in wanted.items()}
    return browser.post(f"{MTN}/rules/{name}", **fields).status_code


def test_the_kill_switch_of_a_provider_stops_routing_at_once(site: Site, world: World) -> None:
    admin = site.sign_in("admin")
    weigh(admin, "first", place="1")
    assert sold_by(world) == "first"
    twice = [admin.post(f"{FIRST}/stop", **{"stop-reason": WHY}).status_code for _ in range(2)]
    assert twice == [303, 303]
    assert sold_by(world) == "second"
    probe_provider(world.vending, "first")
    assert sold_by(world) == "second", "what staff stopped comes back by staff only"
    assert "stopped by" in words(admin.get(FIRST).text)
    assert admin.post(f"{FIRST}/start", **{"start-reason": WHY}).status_code == 303
    assert sold_by(world) == "first"
    assert audited(world, "provider.stop") == [("first", {"stopped": None}, {"stopped": "staff"})]
    assert audited(world, "provider.start") == [("first", {"stopped": "staff"}, {"stopped": None})]


def test_staff_keep_a_provider_stopped_that_stopped_by_itself(site: Site, world: World) -> None:
    with world.db.statement() as tx:
        tx.run("insert into provider_states (name, stopped_code, stopped_by, stopped_at)"
               " values ('first', 'bad_key', 'system', now())")  # fmt: skip
    admin = site.sign_in("admin")
    assert admin.post(f"{FIRST}/stop", **{"stop-reason": WHY}).status_code == 303
    probe_provider(world.vending, "first")
    assert world.one("select stopped_code from provider_states where name = 'first'") == "staff"


def test_what_the_kill_switch_stops_is_refused_until_it_is_let_go(site: Site, world: World) -> None:
    admin = site.sign_in("admin")
    assert admin.post(f"{MTN}/stop", **{"stop-reason": WHY}).status_code == 303
    assert WHY in words(admin.get(MTN).text)
    buyer = world.subscriber(naira(1_000))
    assert world.buy(buyer, 200) == Refused(Refusal.NOT_SOLD_HERE)
    assert world.spendable(buyer) == naira(1_000)
    assert admin.post(f"{MTN}/start", **{"start-reason": WHY}).status_code == 303
    assert sold_by(world) in {"first", "second"}
    assert len(audited(world, "route.close")) == len(audited(world, "route.open")) == 2


def test_weights_and_places_count_from_the_next_order_on(site: Site, world: World) -> None:
    admin = site.sign_in("admin")
    assert weigh(admin, "second", place="1") == 303
    assert {sold_by(world) for _ in range(4)} == {"second"}
    page = words(admin.get(MTN).text)
    assert re.search(r"second \S* ?ok 100 ", page), page
    assert weigh(admin, "second", sold="no") == 303
    assert sold_by(world) == "first"
    assert weigh(admin, "second", weight="1") == 303
    assert re.search(r"second ok (0|1) ", words(admin.get(MTN).text))
    ours = [one for one in audited(world, "route.weigh") if one[0] == "mtn-ng airtime second"]
    assert ours[0] == (
        "mtn-ng airtime second", {"closed": False, "weight": 100, "place": None},
        {"closed": False, "weight": 100, "place": 1},
    )  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"weight": ""}, {"weight": "-1"}, {"weight": "0"}, {"weight": "9999999"}, {"place": "0"},
        {"place": "x"}, {"sold": "<b>"}, {"reason": ""}, {"reason": "y" * 999},
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_changes_nothing(
    site: Site, world: World, more: dict[str, str]
) -> None:
    assert weigh(site.sign_in("admin"), "first", **more) == 400
    assert world.all("select 1 from route_rules") == []


def test_a_breaker_that_staff_opened_stays_open_until_its_time_or_they_close_it(
    site: Site, world: World
) -> None:
    admin = site.sign_in("admin")
    weigh(admin, "first", place="1")
    at = f"{FIRST}/breakers/mtn-ng"
    fields = {"open-mtn-ng-minutes": "10", "open-mtn-ng-reason": WHY}
    assert admin.post(f"{at}/open", **fields).status_code == 303
    assert sold_by(world) == "second"
    probe_provider(world.vending, "first")
    assert sold_by(world) == "second", "a good answer closes only what failures opened"
    assert "by hand" in words(admin.get(FIRST).text)
    assert admin.post(f"{at}/close", **{"close-mtn-ng-reason": WHY}).status_code == 303
    assert sold_by(world) == "first"
    admin.post(f"{at}/open", **fields)
    assert sold_by(world) == "second"
    world.clock.advance(seconds=601)
    assert sold_by(world) == "first"
    for minutes in ("0", "-1", "", "99999", "<b>"):
        wrong = fields | {"open-mtn-ng-minutes": minutes}
        assert admin.post(f"{at}/open", **wrong).status_code == 400
    [opened, *_] = audited(world, "breaker.open")
    assert (opened[0], opened[1]) == ("first mtn-ng", {"open_until": None})


def test_maintenance_is_announced_once_and_ended_early(site: Site, world: World) -> None:
    admin = site.sign_in("admin")
    weigh(admin, "first", place="1")
    # Staff are in Lagos, an hour before UTC.
    now = world.clock.now() + timedelta(hours=1)
    fields = {
        "maintenance-operator": "", "maintenance-reason": WHY,
        "maintenance-from_at": f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}",
        "maintenance-until_at": f"{now + timedelta(hours=3):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    twice = [admin.post(f"{FIRST}/maintenance", **fields).status_code for _ in range(2)]
    assert twice == [303, 303]
    assert len(world.all("select 1 from maintenance")) == 1
    assert sold_by(world) == "second"
    window = world.one("select id from maintenance")
    at = f"/backoffice/routes/maintenance/{window}/end"
    assert admin.post(at, **{f"end-{window}-reason": WHY}).status_code == 303
    assert sold_by(world) == "first"
    for wrong in ({"maintenance-until_at": ""}, {"maintenance-until_at": "2000-01-01T00:00"},
                  {"maintenance-operator": "nobody"}, {"maintenance-from_at": "soon"}):  # fmt: skip
        assert admin.post(f"{FIRST}/maintenance", **(fields | wrong)).status_code == 400


def test_limits_of_a_float_are_set_with_before_and_after(site: Site, world: World) -> None:
    probe_provider(world.vending, "first")
    admin = site.sign_in("admin")
    fields = {"float-alarm": "50,000", "float-stop": "0", "float-reason": WHY}
    assert admin.post(f"{FIRST}/float", **fields).status_code == 303
    assert "Staff are called below NGN 50,000.00" in words(admin.get(FIRST).text)
    backwards = fields | {"float-stop": "60000"}
    assert admin.post(f"{FIRST}/float", **backwards).status_code == 400
    [(_, before, after)] = audited(world, "provider.float")
    assert (before["alarm_minor"], after["alarm_minor"]) == (0, 50_000_00)


def test_an_open_question_is_ticked_once_with_what_the_vendor_said(
    site: Site, world: World, redis_url: str
) -> None:
    admin = site.sign_in("admin")
    assert "How late?" in admin.get(FIRST).text
    at, fields = f"{FIRST}/questions/late", {"item-late-reason": "at most five minutes"}
    assert admin.post(at, **fields).status_code == 303
    assert admin.post(at, **fields).status_code == 400
    assert admin.post(f"{FIRST}/questions/no", **{"item-no-reason": WHY}).status_code == 400
    assert len(site.audited("provider.confirm")) == 1


@pytest.mark.parametrize("role", ["support", "auditor", "finance_maker", "finance_checker"])
def test_whoever_only_looks_sees_routes_and_no_switch(site: Site, role: str) -> None:
    browser = site.sign_in(role)
    for page in ("/backoffice/routes", FIRST, MTN):
        assert browser.get(page).status_code == 200
        assert "Stop " not in words(browser.get(page).text)
    assert browser.post(f"{FIRST}/stop", **{"stop-reason": WHY}).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["providers/nobody", "operators/nobody", "operators/mtn-ng?product=nothing", "providers/%00"],
)
def test_what_there_is_not_is_not_found(site: Site, path: str) -> None:
    assert site.sign_in("admin").get(f"/backoffice/routes/{path}").status_code == 404


def test_an_amount_to_look_at_is_read(site: Site) -> None:
    admin = site.sign_in("admin")
    assert admin.get(f"{MTN}?amount=500").status_code == 200
    for amount in ("-1", "x", "<b>", "9" * 99):
        assert admin.get(MTN, query_string={"amount": amount}).status_code == 400
