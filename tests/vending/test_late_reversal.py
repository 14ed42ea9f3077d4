"""A vendor takes back what it had delivered: the buyer has the money back, once, and is told."""

import threading

import pytest

from app.db.engine import Database
from app.domain.ledger import AccountKind, system
from app.domain.outcomes import Declined, Delivered, NotSent, Pending, Scope, Unknown
from app.ports.vending import StatusCallback
from app.services.look_after_attempt import look_after_attempt
from app.services.vendor_callback import hear_status
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

TAKEN_BACK = Declined("reversed", Scope.SALE, "X1", taken_back=True)


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    made = World(db, clock, {"first": vendor})
    with db.statement() as tx:
        tx.run("delete from outbox")
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null")
    return made


def delivered(world: World) -> int:
    order = world.placed(200)
    world.vend(order)
    assert world.state(order) == "delivered"
    return order


def tell(world: World, order: int) -> None:
    """The vendor's webhook about an order, and the worker that follows."""
    reference = world.one("select reference from vend_attempts where order_id = %s", order)
    assert hear_status(world.vending, StatusCallback("first", Unknown("callback"), reference))
    world.look()


def told(world: World, order: int) -> list[str]:
    rows = world.all("select kind from mt_sms where order_id = %s order by id", order)
    return [row[0] for row in rows]


def test_the_price_comes_back_the_float_too_and_staff_look(
    world: World, vendor: ScriptedVendor
) -> None:
    spent = world.balance(system(AccountKind.PROVIDER_FLOAT, "NGN", "first"))
    order = delivered(world)
    vendor.words.append(TAKEN_BACK)
    tell(world, order)
    assert world.state(order) == "reversed"
    assert world.buyers_money(order) == naira(1_000)
    assert world.balance(system(AccountKind.PROVIDER_FLOAT, "NGN", "first")) == spent
    assert told(world, order) == ["delivered", "reversed"]
    kinds = world.all("select kind from breaks where order_id = %s and closed_at is null", order)
    assert kinds == [("vendor_reversal",)]
    assert world.books_differ() == []


def test_heard_again_and_again_it_happens_once(world: World, vendor: ScriptedVendor) -> None:
    order = delivered(world)
    vendor.words.extend([TAKEN_BACK] * 5)
    for _ in range(5):
        tell(world, order)
    assert world.buyers_money(order) == naira(1_000)
    assert told(world, order) == ["delivered", "reversed"]
    assert world.one("select count(*) from breaks where order_id = %s", order) == 1
    assert world.books_differ() == []


def test_asked_by_many_workers_at_once_it_happens_once(
    world: World, vendor: ScriptedVendor
) -> None:
    order = delivered(world)
    vendor.words.extend([TAKEN_BACK] * 8)
    attempt = int(world.one("select id from vend_attempts where order_id = %s", order))
    threads = [
        threading.Thread(target=look_after_attempt, args=(world.vending, attempt))
        for _ in range(8)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.buyers_money(order) == naira(1_000)
    assert told(world, order) == ["delivered", "reversed"]
    assert world.books_differ() == []


@pytest.mark.parametrize(
    "word",
    [
        Delivered("X1"),
        Declined("failed", Scope.SALE, "X1"),
        Declined("011", Scope.SALE),
        Declined("030", Scope.PROVIDER),
        Unknown("500"),
        NotSent("connect"),
        Pending("X1"),
    ],
)
def test_no_other_word_undoes_a_delivery(
    world: World, vendor: ScriptedVendor, word: Delivered
) -> None:
    order = delivered(world)
    vendor.words.append(word)
    tell(world, order)
    assert world.state(order) == "delivered"
    assert world.buyers_money(order) == naira(800)
    assert told(world, order) == ["delivered"]


def test_a_callback_alone_undoes_nothing(world: World, vendor: ScriptedVendor) -> None:
    order = delivered(world)
    reference = world.one("select reference from vend_attempts where order_id = %s", order)
    hear_status(world.vending, StatusCallback("first", TAKEN_BACK, reference, "X1"))
    assert world.state(order) == "delivered"
    world.look()
    assert world.state(order) == "delivered", "asked, the vendor says that it was delivered"


def test_a_vendor_that_cannot_be_asked_has_spoken_its_last_word(
    db: Database, clock: FixedClock
) -> None:
    silent = ScriptedVendor(clock, "first", can_query=False, callback_settles=True)
    world = World(db, clock, {"first": silent})
    order = delivered(world)
    hear_status(world.vending, StatusCallback("first", TAKEN_BACK, None, "X1"))
    world.look()
    assert world.state(order) == "delivered"


@pytest.mark.parametrize(("word", "loss"), [(Delivered("X1"), 200), (TAKEN_BACK, 0)])
def test_an_order_that_was_given_up_may_still_be_known_later(
    world: World, vendor: ScriptedVendor, word: Delivered, loss: int
) -> None:
    before = world.balance(system(AccountKind.PROVIDER_FLOAT, "NGN", "first"))
    vendor.answers.append(Unknown("read_timeout"))
    vendor.words.extend([Unknown("500")] * 200)
    order = world.placed(200)
    world.vend(order)
    world.pass_time(25 * 3600, step=3600)
    assert world.state(order) == "reversed"
    vendor.words.clear()
    vendor.words.append(word)
    tell(world, order)
    assert world.buyers_money(order) == naira(1_000)
    after = world.balance(system(AccountKind.PROVIDER_FLOAT, "NGN", "first"))
    assert after - before == naira(loss)
    assert world.one("select count(*) from breaks where order_id = %s and closed_at is null",
                     order) == 0  # fmt: skip
    assert world.books_differ() == []


def test_a_vendor_that_cannot_be_heard_is_asked_again_until_it_has_spoken(
    world: World, vendor: ScriptedVendor
) -> None:
    order = delivered(world)
    vendor.words.extend([Unknown("500"), NotSent("connect"), Unknown("500"), TAKEN_BACK])
    tell(world, order)
    assert world.state(order) == "delivered"
    world.pass_time(200, step=5)
    assert world.state(order) == "reversed"
    asked = len(vendor.queries)
    world.pass_time(600, step=30)
    assert len(vendor.queries) == asked


def test_a_word_whose_job_was_lost_is_asked_about_by_the_sweeper(
    world: World, vendor: ScriptedVendor
) -> None:
    order = delivered(world)
    reference = world.one("select reference from vend_attempts where order_id = %s", order)
    vendor.words.append(TAKEN_BACK)
    hear_status(world.vending, StatusCallback("first", Unknown("callback"), reference))
    with world.db.statement() as tx:
        tx.run("delete from outbox")
    world.pass_time(60, step=5)
    assert world.state(order) == "reversed"


def test_a_vendor_that_never_says_becomes_a_task_for_staff(
    world: World, vendor: ScriptedVendor
) -> None:
    order = delivered(world)
    vendor.words.extend([Unknown("odd")] * 1_000)
    tell(world, order)
    world.pass_time(3 * 3600, step=60)
    assert world.one("select count(*) from breaks where order_id = %s", order) == 0
    world.pass_time(2 * 3600, step=60)
    kinds = world.all("select kind from breaks where order_id = %s", order)
    assert kinds == [("unheard_word",)]
    asked = len(vendor.queries)
    world.pass_time(600, step=30)
    assert len(vendor.queries) == asked
