"""Workers that race, pause or die never vend twice and never settle twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db import orders
from app.db.engine import Database
from app.domain.errors import ForbiddenTransition
from app.domain.orders import OrderState, may_become
from app.domain.outcomes import Delivered, Unknown
from app.ports.vending import VendRequest
from app.services.vend_order import vend_order
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    return World(db, clock, {"first": vendor}, opens_after=10**6)


def at_once(count: int, act: Callable[[int], object]) -> list[BaseException]:
    failures: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        gate.wait()
        try:
            act(number)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_of_many_workers_with_the_same_order_one_vends(
    world: World, vendor: ScriptedVendor
) -> None:
    order = world.placed()
    assert at_once(12, lambda _: vend_order(world.vending, order)) == []
    assert len(vendor.requests) == 1
    assert world.receipts(order) == ["delivered"]


def test_a_worker_that_died_with_the_request_in_its_hands_is_taken_over_only_after_its_time(
    world: World, vendor: ScriptedVendor
) -> None:
    def dies(request: VendRequest) -> Delivered:
        vendor.deliver(request.reference)
        raise KeyboardInterrupt

    vendor.answers.append(dies)
    order = world.placed()
    with pytest.raises(KeyboardInterrupt):
        world.vend(order)
    world.pass_time(34)
    assert vendor.queries == []
    assert world.state(order) == "sending"
    world.pass_time(5)
    assert world.state(order) == "delivered"
    assert len(vendor.requests) == 1


def test_a_paused_worker_that_wakes_up_late_settles_nothing_that_was_settled(
    world: World, vendor: ScriptedVendor
) -> None:
    """The answer arrives after the sweeper asked the vendor and settled."""

    def slow(request: VendRequest) -> Delivered:
        vendor.deliver(request.reference)
        world.pass_time(60)
        return Unknown("read_timeout")  # type: ignore[return-value]

    vendor.answers.append(slow)
    order = world.placed()
    world.vend(order)
    assert world.state(order) == "delivered"
    assert world.receipts(order) == ["delivered"]
    assert world.books_differ() == []


def test_nothing_leaves_after_send_by(world: World, vendor: ScriptedVendor) -> None:
    from app.services.vend_order import _claim, send

    order = world.placed()
    claim = _claim(world.vending, order, [])
    assert claim is not None
    world.clock.advance(seconds=90)
    world.look()
    send(world.vending, claim)
    assert vendor.book == {} or list(vendor.book.values()) == [1]
    assert world.state(order) in {"placed", "declined", "unknown", "delivered"}
    world.pass_time(200)
    assert sum(vendor.book.values()) <= 1
    assert (world.state(order) == "delivered") == (sum(vendor.book.values()) == 1)


@pytest.mark.parametrize("before", list(OrderState))
@pytest.mark.parametrize("wanted", list(OrderState))
def test_a_transition_that_is_not_in_the_table_is_refused(
    world: World, before: OrderState, wanted: OrderState
) -> None:
    if before == wanted or may_become(before, wanted):
        return
    order = world.placed()
    with world.db.transaction() as tx:
        tx.run("update orders set state = %s where id = %s", (before, order))
    with pytest.raises(ForbiddenTransition), world.db.transaction() as tx:
        orders.move(tx, orders.lock(tx, order), wanted, due_at=None)
    with world.db.transaction() as tx:
        tx.run("update orders set state = 'placed', due_at = null where id = %s", (order,))


def test_a_state_that_moved_on_meanwhile_is_not_overwritten(world: World) -> None:
    order = world.placed()
    with world.db.transaction() as tx:
        read = orders.lock(tx, order)
    world.vend(order)
    with pytest.raises(ForbiddenTransition), world.db.transaction() as tx:
        orders.move(tx, read, OrderState.DECLINED, due_at=None)


def test_the_same_step_of_a_session_places_one_order(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    origin = world.origin(msisdn)
    answers: list[object] = []
    assert at_once(8, lambda _: answers.append(world.buy(msisdn, origin=origin))) == []
    assert len({repr(answer) for answer in answers}) == 1
    assert world.spendable(msisdn) == naira(800)


def test_a_wallet_bought_from_by_many_sessions_never_goes_below_zero(world: World) -> None:
    msisdn = world.subscriber(naira(500), exempt=True)
    answers: list[str] = []
    at_once(16, lambda _: answers.append(type(world.buy(msisdn, 100)).__name__))
    assert answers.count("OrderPlaced") == 5
    assert world.spendable(msisdn) == naira(0)
    assert world.one("select min(deadline - placed_at) from orders") == timedelta(seconds=20)
