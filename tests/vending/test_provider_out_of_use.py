"""A provider leaves use while orders of it are open: staff look, time ends them, nothing hangs."""

from dataclasses import replace

import pytest

from app.db.engine import Database
from app.domain.outcomes import Delivered, Pending, Unknown
from app.domain.vending import PROVIDER_GONE
from app.services.look_after_attempt import look_after_attempt
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def first(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, first: ScriptedVendor) -> World:
    second = ScriptedVendor(clock, "second")
    made = World(db, clock, {"first": first, "second": second}, opens_after=10**6)
    with db.statement() as tx:
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null, pair_held = false")
        tx.run("delete from outbox")
    return made


def out_of_use(world: World, *names: str) -> None:
    """The program was started again without these."""
    left = {name: one for name, one in world.vending.providers.items() if name not in names}
    world.vending = replace(world.vending, providers=left, order=tuple(left))


def in_use(world: World) -> None:
    """The program was started again with all of them."""
    world.vending = replace(world.vending, providers=world.vendors, order=tuple(world.vendors))


def open_breaks(world: World, order: int) -> list[str]:
    sql = "select kind from breaks where order_id = %s and closed_at is null"
    return [row[0] for row in world.all(sql, order)]


@pytest.mark.parametrize("answer", [Unknown("read_timeout"), Pending("77")])
def test_its_open_order_goes_to_staff_with_the_word_why(
    world: World, first: ScriptedVendor, answer: Unknown | Pending
) -> None:
    first.answers.append(answer)
    order = world.placed()
    world.vend(order)
    out_of_use(world, "first")
    world.pass_time(10)
    assert open_breaks(world, order) == ["unknown_order"]
    assert world.attempts(order) == [("first", "unknown", PROVIDER_GONE)]
    assert world.one("select code from orders where id = %s", order) == PROVIDER_GONE
    assert (world.state(order), world.buyers_money(order)) == ("unknown", naira(800))


def test_it_ends_within_the_day_like_any_that_nobody_can_say_of(
    world: World, first: ScriptedVendor
) -> None:
    first.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    out_of_use(world, "first")
    world.pass_time(24 * 3600 + 600, step=600)
    assert (world.state(order), world.buyers_money(order)) == ("reversed", naira(1_000))
    assert open_breaks(world, order) == ["unknown_outcome"]
    assert world.receipts(order) == ["refunded"]
    assert world.books_differ() == []


def test_one_that_comes_back_is_asked_again(world: World, first: ScriptedVendor) -> None:
    first.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    out_of_use(world, "first")
    world.pass_time(30)
    in_use(world)
    first.words.append(Delivered("X"))
    world.pass_time(90)
    assert (world.state(order), open_breaks(world, order)) == ("delivered", [])


def test_a_request_that_another_worker_may_still_hold_is_left_alone(
    world: World, first: ScriptedVendor
) -> None:
    class Killed(BaseException):
        pass

    def die(_: object) -> Unknown:
        raise Killed

    first.answers.append(die)
    order = world.placed()
    with pytest.raises(Killed):
        world.vend(order)
    out_of_use(world, "first")
    attempt = world.one("select id from vend_attempts where order_id = %s", order)
    look_after_attempt(world.vending, attempt)
    assert (world.state(order), open_breaks(world, order)) == ("sending", [])
    world.pass_time(120)
    assert (world.state(order), open_breaks(world, order)) == ("unknown", ["unknown_order"])


def test_an_order_not_yet_sent_takes_another_route_or_is_refunded(world: World) -> None:
    order = world.placed()
    out_of_use(world, "first")
    world.vend(order)
    assert world.attempts(order) == [("second", "closed", "")]
    nowhere = world.placed()
    out_of_use(world, "second")
    world.vend(nowhere)
    assert (world.state(nowhere), world.buyers_money(nowhere)) == ("declined", naira(1_000))


def test_its_word_of_an_ended_order_that_cannot_be_asked_after_goes_to_staff(
    world: World, first: ScriptedVendor
) -> None:
    order = world.placed()
    world.vend(order)
    attempt = world.one("select id from vend_attempts where order_id = %s", order)
    with world.db.statement() as tx:
        tx.run("update vend_attempts set due_at = %s where id = %s", (world.clock.now(), attempt))
    out_of_use(world, "first")
    world.pass_time(5)
    assert (world.state(order), open_breaks(world, order)) == ("delivered", ["unheard_word"])
    assert world.one("select due_at from vend_attempts where id = %s", attempt) is None
