"""The worst case: no re-query, no refusal of duplicates, no validation, no callback. And a vendor
that can be asked, but only about the id it answered with."""

import pytest

from app.db import breaks
from app.db.engine import Database
from app.domain.breaks import Way
from app.domain.outcomes import Declined, Delivered, Pending, Scope, Unknown
from app.ports.vending import StatusCallback
from app.services.look_after_attempt import look_after_attempt
from app.services.settle_by_hand import last_attempt, open_unknown_order, settle_by_hand
from app.services.vendor_callback import hear_status
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def mute(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first", can_query=False, refuses_duplicates=False)


@pytest.fixture
def own_id(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(
        clock, "first", can_query=False, refuses_duplicates=False, knows_own_id=True
    )


@pytest.fixture
def second(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "second")


def a_world(db: Database, clock: FixedClock, *vendors: ScriptedVendor) -> World:
    made = World(db, clock, {one.traits.name: one for one in vendors}, opens_after=10**6)
    with db.statement() as tx:
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null, pair_held = false")
        tx.run("delete from outbox")
        tx.run("delete from provider_states")
    return made


@pytest.mark.parametrize("answer", [Unknown("read_timeout"), Unknown("odd", "77"), Pending("77")])
def test_what_it_cannot_say_is_neither_asked_nor_sent_again_nor_bought_elsewhere(
    db: Database, clock: FixedClock, mute: ScriptedVendor, second: ScriptedVendor,
    answer: Unknown | Pending,
) -> None:  # fmt: skip
    world = a_world(db, clock, mute, second)
    mute.answers.append(answer)
    order = world.placed()
    world.vend(order)
    world.pass_time(300)
    assert world.state(order) in {"unknown", "pending"}
    assert world.buyers_money(order) == naira(800)
    assert (len(mute.requests), mute.queries, second.requests) == (1, [], [])
    world.pass_time(24 * 3600, step=600)
    assert world.state(order) == "reversed"
    assert world.buyers_money(order) == naira(1_000)
    assert world.receipts(order) == ["refunded"]
    assert (
        world.one(
            "select string_agg(kind, ' ') from breaks where order_id = %s and closed_at is null",
            order,
        )
        == "unknown_outcome"
    )
    assert (len(mute.requests), mute.queries, second.requests) == (1, [], [])
    assert world.books_differ() == []


def test_looking_after_it_early_and_often_changes_nothing(
    db: Database, clock: FixedClock, mute: ScriptedVendor
) -> None:
    world = a_world(db, clock, mute)
    mute.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    attempt = world.one("select id from vend_attempts where order_id = %s", order)
    for _ in range(5):
        look_after_attempt(world.vending, attempt)
    due = world.one("select due_at from vend_attempts where id = %s", attempt)
    opened = world.one("select opened_at from vend_attempts where id = %s", attempt)
    assert due == opened + world.vending.rules.staff_look_after
    assert world.state(order) == "unknown"
    assert mute.queries == []


def test_a_worker_that_died_with_the_request_in_its_hands_leaves_an_unknown(
    db: Database, clock: FixedClock, mute: ScriptedVendor, second: ScriptedVendor
) -> None:
    class Killed(BaseException):
        pass

    def die(_: object) -> Unknown:
        raise Killed

    world = a_world(db, clock, mute, second)
    mute.answers.append(die)
    order = world.placed()
    with pytest.raises(Killed):
        world.vend(order)
    world.pass_time(120)
    assert world.state(order) == "unknown"
    assert (len(mute.requests), mute.queries, second.requests) == (1, [], [])


@pytest.mark.parametrize(
    ("way", "state", "left"), [(Way.DELIVERED, "delivered", 800), (Way.DECLINED, "declined", 1_000)]
)
def test_staff_end_it_either_way(
    db: Database, clock: FixedClock, mute: ScriptedVendor, way: Way, state: str, left: int
) -> None:
    world = a_world(db, clock, mute)
    mute.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    reference = world.one("select reference from orders where id = %s", order)
    found = open_unknown_order(world.context, reference, "the vendor was called", "admin")
    with db.transaction() as tx:
        row = breaks.lock(tx, found)
        assert row is not None
        settle_by_hand(world.context, tx, row, way, last_attempt(tx, row))
    assert world.state(order) == state
    assert world.buyers_money(order) == naira(left)
    world.pass_time(25 * 3600, step=3600)
    assert world.state(order) == state
    assert world.books_differ() == []


def test_an_id_it_gave_is_asked_about_and_ends_the_order(
    db: Database, clock: FixedClock, own_id: ScriptedVendor
) -> None:
    world = a_world(db, clock, own_id)
    own_id.answers.append(Pending("ATPid_1"))
    own_id.words.extend([Pending("ATPid_1"), Delivered("ATPid_1")])
    order = world.placed()
    world.vend(order)
    world.pass_time(20)
    assert world.state(order) == "delivered"
    assert len(own_id.queries) == 2
    assert world.books_differ() == []


def test_an_unknown_with_its_id_is_asked_about_and_may_fail(
    db: Database, clock: FixedClock, own_id: ScriptedVendor, second: ScriptedVendor
) -> None:
    world = a_world(db, clock, own_id, second)
    own_id.answers.append(Unknown("costs_more", "ATPid_1"))
    own_id.words.append(Declined("Failed", Scope.SALE))
    order = world.placed()
    world.vend(order)
    world.pass_time(10)
    assert world.state(order) == "declined"
    assert world.receipts(order) == ["refunded"]
    assert second.requests == []


def test_without_its_id_it_is_never_asked(
    db: Database, clock: FixedClock, own_id: ScriptedVendor, second: ScriptedVendor
) -> None:
    world = a_world(db, clock, own_id, second)
    own_id.answers.append(Unknown("read_timeout"))
    order = world.placed()
    world.vend(order)
    world.pass_time(600)
    assert world.state(order) == "unknown"
    assert (own_id.queries, second.requests) == ([], [])


def test_its_callback_is_a_reason_to_ask_and_a_lie_changes_nothing(
    db: Database, clock: FixedClock, own_id: ScriptedVendor
) -> None:
    world = a_world(db, clock, own_id)
    own_id.answers.append(Pending("ATPid_1"))
    own_id.words.extend([Pending("ATPid_1")] * 5)
    order = world.placed()
    world.vend(order)
    said = StatusCallback("first", Delivered("ATPid_1"), external_id="ATPid_1")
    assert hear_status(world.vending, said)
    world.look()
    assert world.state(order) == "pending"
    assert own_id.queries
    assert not hear_status(
        world.vending, StatusCallback("first", Delivered("x"), external_id="ATPid_unknown")
    )
    assert world.one("select count(*) from vendor_words where external_id = 'ATPid_unknown'") == 0
