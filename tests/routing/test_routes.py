"""Routes of real orders: what the catalogue offers, what stands against each, and the record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.db import routes
from app.db.engine import Database
from app.domain.ledger import AccountKind, system
from app.domain.outcomes import Declined, Delivered, NotSent, ProviderTraits, Scope, Unknown
from app.domain.products import ProductKind
from app.services.bulkheads import Bulkheads
from app.services.judge_routes import judge_routes
from app.services.run_providers import (
    announce_maintenance,
    open_items,
    set_float_limits,
    tick_item,
)
from app.services.run_routes import set_route, show_decisions
from app.services.staff_refused import StaffRefused
from app.services.watch_providers import probe_provider
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def first(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def second(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "second")


@pytest.fixture
def world(db: Database, clock: FixedClock, first: ScriptedVendor, second: ScriptedVendor) -> World:
    """Two vendors, tried in their order; nothing is known of either."""
    with db.statement() as tx:
        for table in (
            "route_standings", "route_rules", "maintenance", "provider_answers", "provider_states"
        ):  # fmt: skip
            tx.run(f"delete from {table}")
        tx.run("update vend_attempts set answered = ''")
    return World(db, clock, {"first": first, "second": second})


def sold_by(world: World, **vending: object) -> str:
    """Which vendor gets a fresh order; empty when none does."""
    world.vending = replace(world.vending, **vending)  # type: ignore[arg-type]
    order = world.placed()
    world.vend(order)
    attempts = world.attempts(order)
    return attempts[-1][0] if attempts else ""


def why_not(world: World, provider: str) -> str:
    reference = world.one("select reference from orders order by id desc limit 1")
    [*_, decision] = show_decisions(world.vending, reference)
    [route] = [route for route in decision.routes if route["provider"] == provider]
    return str(route["against"])


def test_a_decision_is_kept_with_what_spoke_for_and_against_each(world: World) -> None:
    assert sold_by(world) == "first"
    reference = world.one("select reference from orders order by id desc limit 1")
    [decision] = show_decisions(world.vending, reference)
    assert decision.chosen == "first"
    assert {route["provider"]: route["against"] for route in decision.routes} == {
        "first": "", "second": "",
    }  # fmt: skip
    with pytest.raises(StaffRefused):
        show_decisions(world.vending, "NOSUCH")


def test_what_nobody_offers_is_paid_back_at_once(world: World) -> None:
    with world.db.statement() as tx:
        tx.run("update offers set withdrawn_at = now() where operator = 'glo-ng'")
    buyer = world.subscriber(naira(500))
    request = world.buy(buyer, 200)
    order = world.one("select id from orders where reference = %s", request.reference)
    with world.db.statement() as tx:
        tx.run("update orders set operator = 'glo-ng' where id = %s", (order,))
    world.vend(order)
    assert (world.state(order), world.spendable(buyer)) == ("declined", naira(500))
    assert world.receipts(order) == ["refunded"]


def test_staff_close_a_route_and_open_it_again(world: World) -> None:
    set_route(world.vending, "mtn-ng", ProductKind.AIRTIME, "first", "ada", "slow", closed=True)
    assert sold_by(world) == "second"
    assert why_not(world, "first") == "closed by staff"
    set_route(world.vending, "mtn-ng", ProductKind.AIRTIME, "first", "ada", "well", closed=False)
    assert sold_by(world) == "first"
    with pytest.raises(StaffRefused, match="no provider"):
        set_route(world.vending, "mtn-ng", ProductKind.AIRTIME, "no", "ada", "", closed=True)


def test_nothing_is_sold_through_a_provider_in_maintenance(world: World) -> None:
    now = world.clock.now()
    announce_maintenance(
        world.vending, "first", "", now, now + timedelta(hours=1), "their weekly one", "ada"
    )
    assert sold_by(world) == "second"
    assert why_not(world, "first") == "maintenance"
    world.clock.advance(seconds=3_601)
    assert sold_by(world) == "first"


def test_a_float_below_its_stop_sells_nothing_and_a_low_one_calls_staff_once(
    world: World, first: ScriptedVendor
) -> None:
    set_float_limits(world.vending, "first", 1_000_00, 100_00, "ada")
    breaks = "select count(*) from breaks where kind = 'low_float'"
    before = world.one(breaks)
    first.balance = naira(299)
    for _ in range(3):
        probe_provider(world.vending, "first")
    assert world.one(breaks) == before + 1
    assert sold_by(world) == "second"
    assert why_not(world, "first") == "float too low"
    first.balance = naira(301)
    probe_provider(world.vending, "first")
    assert sold_by(world) == "first"
    first.balance = naira(5_000)
    probe_provider(world.vending, "first")
    first.balance = naira(299)
    probe_provider(world.vending, "first")
    assert world.one(breaks) == before + 2
    with pytest.raises(StaffRefused):
        set_float_limits(world.vending, "first", 1, 2, "ada")


def test_live_mode_sells_nothing_from_a_sample(world: World) -> None:
    with world.db.statement() as tx:
        tx.run("update offers set source = 'sample 2025-02' where provider = 'first'")
    assert sold_by(world) == "first"
    assert sold_by(world, live=True) == "second"
    assert why_not(world, "first") == "known from a sample only"


def test_live_mode_waits_until_every_open_question_to_a_vendor_is_answered(world: World) -> None:
    asked: dict[str, dict[str, str]] = {"first": {"a": "?", "b": "?"}, "second": {}}
    assert sold_by(world, open_items=asked) == "first"
    assert sold_by(world, open_items=asked, live=True) == "second"
    assert open_items(world.vending, "first") == ["a", "b"]
    tick_item(world.vending, "first", "a", "ada", "yes, they said")
    assert sold_by(world) == "second"
    tick_item(world.vending, "first", "b", "ada", "no")
    assert sold_by(world) == "first"
    with pytest.raises(StaffRefused):
        tick_item(world.vending, "first", "b", "ada", "again")


def test_a_breaker_is_of_one_operator_only(world: World, first: ScriptedVendor) -> None:
    first.answers.extend([NotSent("connect")] * 5)
    for _ in range(5):
        assert sold_by(world) == "second"
    assert sold_by(world) == "second"
    assert why_not(world, "first") == "breaker open"
    assert len(first.requests) == 5
    buyer = world.subscriber(naira(500))
    order = world.one(
        "update orders set operator = 'glo-ng' where reference = %s returning id",
        world.buy(buyer, 100).reference,
    )
    world.vend(order)
    assert world.attempts(order)[0][0] == "first"
    world.clock.advance(seconds=11)
    assert sold_by(world) == "first"


def test_a_full_bulkhead_sends_the_order_elsewhere(world: World) -> None:
    traits = {
        "first": replace(world.vending.providers["first"].traits, most_in_flight=1),
        "second": world.vending.providers["second"].traits,
    }
    bulkheads = Bulkheads(traits, 64)
    assert bulkheads.enter("first")
    assert sold_by(world, bulkheads=bulkheads) == "second"
    assert why_not(world, "first") == "as many requests as it may have"
    bulkheads.leave("first")
    assert sold_by(world) == "first"
    assert sold_by(world) == "first"


def test_a_rate_limit_is_kept() -> None:
    traits = ProviderTraits("slow", True, True, timedelta(), most_per_second=2)
    moment = [100.0]
    bulkheads = Bulkheads({"slow": traits}, 64, lambda: moment[0])
    assert [bulkheads.enter("slow") for _ in range(3)] == [True, True, False]
    moment[0] += 1
    assert bulkheads.enter("slow")


def test_a_provider_that_fails_loses_weight_step_by_step_and_gets_it_back(
    world: World, first: ScriptedVendor
) -> None:
    world.opens_after = 1_000
    world.vending = replace(world.vending, breaker=replace(world.vending.breaker, opens_after=999))
    for _ in range(6):
        first.answers.append(Unknown("500"))
        assert sold_by(world) == "first"
    seen = []
    for _ in range(3):
        judge_routes(world.vending)
        seen.append(world.one("select weight from route_standings where provider = 'first'"))
    assert seen == [90, 80, 70]
    world.clock.advance(seconds=601)
    for _ in range(20):
        judge_routes(world.vending)
    row = world.all(
        "select weight, success_bp, median_ms from route_standings where provider = 'first'"
    )
    assert row == [(100, 10_000, 0)]


def test_a_refusal_of_the_sale_is_no_failure_of_the_provider(
    world: World, first: ScriptedVendor
) -> None:
    first.answers.extend([Declined("barred", Scope.SALE)] * 8)
    for _ in range(8):
        sold_by(world)
    judge_routes(world.vending)
    assert world.all("select * from route_standings where weight < 100") == []


def test_without_a_fixed_order_the_same_order_draws_the_same_route(world: World) -> None:
    world.vending = replace(world.vending, order=())
    chosen = {sold_by(world) for _ in range(40)}
    assert chosen == {"first", "second"}


def test_choosing_asks_one_query_whatever_the_number_of_candidates(world: World) -> None:
    with world.db.transaction() as tx:
        asked = []
        honest = tx.all
        tx.all = lambda sql, params=(): (asked.append(sql), honest(sql, params))[1]  # type: ignore[method-assign, assignment]
        found = routes.candidates(tx, "mtn-ng", "airtime", "airtime", world.clock.now())
    assert len(found) >= 2
    assert len(asked) == 1


def test_an_order_that_goes_to_a_second_provider_pays_the_second_one(
    world: World, first: ScriptedVendor
) -> None:
    first.answers.append(Declined("cannot", Scope.PROVIDER))
    floats = [system(AccountKind.PROVIDER_FLOAT, "NGN", name) for name in ("first", "second")]
    before = [world.balance(account) for account in floats]
    assert sold_by(world) == "second"
    assert [world.balance(account) for account in floats] == [before[0], before[1] + naira(200)]
    assert world.books_differ() == []


def test_delivered_is_still_delivered(world: World, first: ScriptedVendor) -> None:
    first.answers.append(Delivered("X"))
    assert sold_by(world) == "first"
    assert list(first.book.values()) == [1]
