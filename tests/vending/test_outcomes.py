"""What each outcome of a vend does to order, hold, receipt and route."""

from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotSent,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
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
    made = World(db, clock, {"first": first, "second": second}, opens_after=10**6)
    with db.statement() as tx:
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null, pair_held = false")
        tx.run("delete from outbox")
        tx.run("delete from provider_states")
    return made


def test_a_delivered_vend_pays_the_provider_and_queues_one_receipt(world: World) -> None:
    order = world.placed(200)
    world.vend(order)
    assert world.state(order) == "delivered"
    assert world.buyers_money(order) == naira(800)
    assert world.receipts(order) == ["delivered"]
    assert world.books_differ() == []


def test_vending_again_changes_nothing(world: World, first: ScriptedVendor) -> None:
    order = world.placed()
    for _ in range(3):
        world.vend(order)
    world.look()
    assert len(first.requests) == 1
    assert world.receipts(order) == ["delivered"]


def test_a_declined_sale_gives_the_money_back_and_asks_nobody_else(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    first.answers.append(Declined("barred", Scope.SALE))
    order = world.placed()
    world.vend(order)
    assert world.state(order) == "declined"
    assert world.buyers_money(order) == naira(1_000)
    assert world.receipts(order) == ["refunded"]
    assert second.requests == []


@pytest.mark.parametrize(
    "refusal",
    [
        Declined("no_such_plan", Scope.PROVIDER),
        NotSent("connect"),
        Throttled("429", timedelta(seconds=5)),
        Throttled("019", timedelta(seconds=30), same_recipient=True),
        Misconfigured("401"),
    ],
)
def test_a_refusal_that_proves_nothing_was_sold_takes_the_next_route(
    world: World, first: ScriptedVendor, second: ScriptedVendor, refusal: Declined
) -> None:
    first.answers.append(refusal)
    order = world.placed()
    world.vend(order)
    assert world.state(order) == "delivered"
    assert len(first.requests) == len(second.requests) == 1


def test_an_unknown_never_goes_to_another_provider(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    first.answers.append(Unknown("read_timeout"))
    first.words.extend([Unknown("500")] * 500)
    order = world.placed()
    world.vend(order)
    world.pass_time(120)
    assert world.state(order) == "unknown"
    assert world.buyers_money(order) == naira(800)
    assert second.requests == []
    assert len(first.requests) == 1


def test_an_unknown_that_was_delivered_is_found_out_by_asking(
    world: World, first: ScriptedVendor
) -> None:
    def taken_then_silent(request: object) -> Unknown:
        first.deliver("first-" + str(world.one("select reference from orders order by id desc")))
        return Unknown("read_timeout")

    first.answers.append(taken_then_silent)
    order = world.placed()
    world.vend(order)
    world.pass_time(10)
    assert world.state(order) == "delivered"
    assert world.receipts(order) == ["delivered"]


def test_not_found_twice_after_the_grace_sends_the_same_reference_once_more(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    first.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    world.pass_time(20)
    assert len(first.requests) == 1, "not before the grace has passed"
    world.pass_time(100)
    assert world.state(order) == "delivered"
    assert len(first.requests) == 2
    assert len({request.reference for request in first.requests}) == 1
    assert second.requests == []


def test_where_duplicates_are_not_documented_to_be_refused_nothing_is_sent_again(
    db: Database, clock: FixedClock
) -> None:
    vendor = ScriptedVendor(clock, "first", refuses_duplicates=False)
    world = World(db, clock, {"first": vendor})
    vendor.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    world.pass_time(300)
    assert world.state(order) == "unknown"
    assert len(vendor.requests) == 1


def test_a_repeat_that_did_not_get_through_is_made_again_and_never_elsewhere(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    first.answers.extend([Unknown("read_timeout"), Misconfigured("401")])
    order = world.placed()
    world.vend(order)
    world.pass_time(45)
    assert world.state(order) == "unknown"
    assert world.buyers_money(order) == naira(800)
    world.pass_time(300)
    assert world.state(order) == "delivered"
    assert list(first.book.values()) == [1]
    assert second.requests == []


def test_a_pending_vend_waits_and_is_asked_at_five_fifteen_thirty_and_sixty_seconds(
    world: World, first: ScriptedVendor
) -> None:
    first.answers.append(Pending("X1", "099"))
    first.words.extend([Pending("X1", "099")] * 5 + [Delivered("X1")])
    order = world.placed()
    world.vend(order)
    asked = []
    for second_ in range(1, 190):
        world.pass_time(1)
        if len(first.queries) > len(asked):
            asked.append(second_)
    assert world.state(order) == "delivered"
    assert asked == [5, 15, 30, 60, 120, 180]


def test_a_pending_vend_that_fails_later_gives_the_money_back(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    first.answers.append(Pending("X1", "099"))
    first.words.append(Declined("failed", Scope.SALE))
    order = world.placed()
    world.vend(order)
    world.pass_time(6)
    assert world.state(order) == "declined"
    assert world.receipts(order) == ["refunded"]
    assert second.requests == []


def test_nothing_that_can_be_sent_within_twenty_seconds_ends_as_declined(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    first.answers.extend([NotSent("connect")] * 100)
    second.answers.extend([NotSent("connect")] * 100)
    order = world.placed()
    world.vend(order)
    world.pass_time(18)
    assert world.state(order) == "placed"
    world.pass_time(4)
    assert world.state(order) == "declined"
    assert world.receipts(order) == ["refunded"]
    assert world.books_differ() == []


def test_at_twenty_seconds_an_order_with_an_open_attempt_goes_on_waiting(
    world: World, first: ScriptedVendor
) -> None:
    first.answers.append(Pending("X1", "099"))
    first.words.extend([Pending("X1", "099")] * 3)
    order = world.placed()
    world.vend(order)
    world.pass_time(25)
    assert world.state(order) == "pending"
    assert world.receipts(order) == []


def test_the_buyer_of_a_slow_order_hears_of_it_once(world: World, first: ScriptedVendor) -> None:
    first.answers.append(Unknown("read_timeout"))
    first.words.extend([Unknown("500")] * 100)
    order = world.placed()
    world.vend(order)
    world.pass_time(150)
    kinds = [row[0] for row in world.all("select kind from mt_sms where order_id = %s", order)]
    assert kinds == ["slow"]


def test_after_a_day_the_buyer_has_the_money_and_we_carry_the_loss(
    world: World, first: ScriptedVendor
) -> None:
    first.answers.append(Unknown("read_timeout"))
    first.words.extend([Unknown("500")] * 5_000)
    order = world.placed()
    world.vend(order)
    world.pass_time(24 * 3600 - 600, step=600)
    assert (world.state(order), world.buyers_money(order)) == ("unknown", naira(800))
    world.pass_time(660, step=60)
    assert world.state(order) == "reversed"
    assert world.buyers_money(order) == naira(1_000)
    assert world.receipts(order) == ["refunded"]
    kinds = world.all("select kind from breaks where order_id = %s and closed_at is null", order)
    assert kinds == [("unknown_outcome",)]
    assert world.books_differ() == []


def test_a_stopped_provider_is_not_asked_until_its_balance_call_answers_well(
    world: World, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    from app.services.watch_providers import probe_provider

    first.answers.append(Misconfigured("018"))
    world.vend(world.placed())
    world.vend(world.placed())
    assert len(first.requests) == 1
    first.balance = Misconfigured("401")
    probe_provider(world.vending, "first")
    world.vend(world.placed())
    assert len(first.requests) == 1
    first.balance = naira(1_000)
    probe_provider(world.vending, "first")
    world.vend(world.placed())
    assert len(first.requests) == 2


def test_a_breaker_opens_after_its_failures_and_lets_one_through_after_its_pause(
    db: Database, clock: FixedClock, first: ScriptedVendor, second: ScriptedVendor
) -> None:
    world = World(db, clock, {"first": first, "second": second}, opens_after=5)
    with db.statement() as tx:
        tx.run("delete from provider_states")
    first.answers.extend([NotSent("connect")] * 5)
    for _ in range(5):
        world.vend(world.placed())
    world.vend(world.placed())
    assert len(first.requests) == 5
    clock.advance(seconds=11)
    world.vend(world.placed())
    assert len(first.requests) == 6
    world.vend(world.placed())
    assert len(first.requests) == 7, "it answered well: closed again"
