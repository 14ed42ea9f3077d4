"""A vendor that can't be asked and asks us instead: Africa's Talking airtime."""

from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Delivered, NotSent, Pending, Scope, Unknown
from app.ports.vending import StatusCallback, ValidationRequest, VendRequest
from app.services.vendor_callback import hear_status, validate
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

NAME = "africastalking"
TO = Msisdn("+2348031112222")


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(
        clock, NAME, can_query=False, refuses_duplicates=False, validates=True,
        callback_settles=True,
    )  # fmt: skip


@pytest.fixture
def spare(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "second")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor, spare: ScriptedVendor) -> World:
    made = World(db, clock, {NAME: vendor, "second": spare}, opens_after=10**6)
    with db.statement() as tx:
        tx.run("update orders set due_at = null, slow_notice_at = null")
        tx.run(
            "update vend_attempts set due_at = null, pair_held = false, transaction_id = null,"
            " external_id = null"
        )
        tx.run("delete from outbox")
        tx.run("delete from provider_states")
        tx.run("delete from validations")
        tx.run("delete from vendor_words")
    return made


def asks(world: World, transaction: str, amount: int = 200, to: Msisdn = TO) -> bool:
    return validate(world.vending, ValidationRequest(NAME, transaction, to, naira(amount)))


def tells(world: World, external_id: str, word: str) -> bool:
    outcome = Delivered(external_id) if word == "success" else Declined("failed", Scope.SALE)
    return hear_status(world.vending, StatusCallback(NAME, outcome, external_id=external_id))


def validated_then(world: World, transaction: str, answer: object):  # type: ignore[no-untyped-def]
    def vend(_: VendRequest) -> object:
        assert asks(world, transaction)
        return answer

    return vend


def test_a_sale_is_validated_answered_and_settled_by_its_first_final_callback(
    world: World, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(validated_then(world, "T1", Pending("T1", "Sent")))
    order = world.placed(200, TO)
    world.vend(order)
    assert world.state(order) == "pending"
    tells(world, "T1", "success")
    tells(world, "T1", "failed")
    tells(world, "T1", "success")
    assert world.state(order) == "delivered"
    assert world.receipts(order) == ["delivered"]
    assert world.books_differ() == []


def test_a_failed_callback_gives_the_money_back_only_after_the_grace(
    world: World, vendor: ScriptedVendor, spare: ScriptedVendor
) -> None:
    vendor.answers.append(validated_then(world, "T1", Pending("T1", "Sent")))
    order = world.placed(200, TO)
    world.vend(order)
    tells(world, "T1", "failed")
    world.pass_time(20)
    assert world.state(order) == "pending"
    world.pass_time(10)
    assert world.state(order) == "declined"
    assert spare.requests == []


def test_a_callback_that_comes_before_the_answer_is_remembered(
    world: World, vendor: ScriptedVendor
) -> None:
    def early(_: VendRequest) -> object:
        assert asks(world, "T-other")
        tells(world, "Q1", "success")
        return Pending("Q1", "Sent")

    vendor.answers.append(early)
    order = world.placed(200, TO)
    world.vend(order)
    assert world.state(order) == "delivered"


def test_a_callback_for_an_id_we_do_not_know_changes_nothing(
    world: World, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(validated_then(world, "T1", Pending("T1", "Sent")))
    order = world.placed(200, TO)
    world.vend(order)
    assert not tells(world, "forged", "success")
    assert world.state(order) == "pending"


def test_the_same_transaction_id_always_gets_the_same_answer(
    world: World, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(validated_then(world, "T1", Pending("T1", "Sent")))
    world.vend(world.placed(200, TO))
    world.clock.advance(hours=1)
    assert asks(world, "T1")
    assert not asks(world, "T2")
    assert not asks(world, "T2")


@pytest.mark.parametrize(("amount", "to"), [(300, TO), (200, Msisdn("+2348039999999"))])
def test_a_validation_of_something_else_is_refused(
    world: World, vendor: ScriptedVendor, amount: int, to: Msisdn
) -> None:
    answers = []

    def vend(_: VendRequest) -> object:
        answers.append(asks(world, "T1", amount, to))
        return Unknown("read_timeout")

    vendor.answers.append(vend)
    world.vend(world.placed(200, TO))
    assert answers == [False]


def test_a_validation_after_send_by_is_refused(world: World, vendor: ScriptedVendor) -> None:
    answers = []

    def vend(request: VendRequest) -> object:
        world.clock.advance(seconds=6)
        answers.append(asks(world, "T1"))
        return Unknown("read_timeout")

    vendor.answers.append(vend)
    world.vend(world.placed(200, TO))
    assert answers == [False]


def test_not_validated_by_the_grace_means_not_sent_and_blocks_the_pair_for_ten_minutes(
    world: World, vendor: ScriptedVendor, spare: ScriptedVendor
) -> None:
    vendor.answers.append(Unknown("read_timeout"))
    order = world.placed(200, TO)
    world.vend(order)
    world.pass_time(30)
    assert world.state(order) == "declined", "the 20 seconds were over by then"
    assert not asks(world, "T-late")
    other = world.placed(200, TO)
    world.vend(other)
    assert [name for name, _, _ in world.attempts(other)] == [NAME, "second"]
    assert len(vendor.requests) == 1
    world.pass_time(600, step=20)
    third = world.placed(200, TO)
    vendor.answers.append(validated_then(world, "T9", Pending("T9", "Sent")))
    world.vend(third)
    assert len(vendor.requests) == 2


def test_only_one_attempt_for_a_number_and_amount_is_open_at_a_time(
    world: World, vendor: ScriptedVendor, spare: ScriptedVendor
) -> None:
    vendor.answers.append(validated_then(world, "T1", Pending("T1", "Sent")))
    world.vend(world.placed(200, TO))
    world.vend(world.placed(200, TO))
    assert len(vendor.requests) == 1
    assert len(spare.requests) == 1


def test_a_vendor_that_sells_without_asking_is_stopped_and_its_attempts_become_unknown(
    world: World, vendor: ScriptedVendor, spare: ScriptedVendor
) -> None:
    vendor.answers.append(Pending("Q1", "Sent"))
    order = world.placed(200, TO)
    world.vend(order)
    assert world.state(order) == "unknown"
    world.vend(world.placed(300, TO))
    assert len(vendor.requests) == 1, "nothing is routed to it any more"
    world.pass_time(300, step=5)
    assert world.state(order) == "unknown", "silence proves nothing about such a vendor"


def test_validated_and_then_silent_waits_a_day_and_then_the_buyer_is_paid_back(
    world: World, vendor: ScriptedVendor, spare: ScriptedVendor
) -> None:
    vendor.answers.append(validated_then(world, "T1", Unknown("read_timeout")))
    order = world.placed(200, TO)
    world.vend(order)
    world.pass_time(24 * 3600 - 600, step=600)
    assert world.state(order) == "unknown"
    world.pass_time(720, step=120)
    assert world.state(order) == "reversed"
    assert world.buyers_money(order) == naira(1_000)
    assert spare.requests == []
    tells(world, "T1", "success")
    assert world.state(order) == "reversed"
    assert world.buyers_money(order) == naira(1_000)
    assert world.one("select count(*) from breaks where closed_at is null") == 0
    assert world.books_differ() == []


def test_a_late_failure_takes_our_float_back_and_touches_no_wallet(
    world: World, vendor: ScriptedVendor
) -> None:
    from app.domain.ledger import AccountKind, system

    vendor.answers.append(validated_then(world, "T1", Unknown("read_timeout")))
    order = world.placed(200, TO)
    world.vend(order)
    world.pass_time(24 * 3600 + 120, step=600)
    loss = world.balance(system(AccountKind.UNKNOWN_LOSS, "NGN"))
    tells(world, "T1", "failed")
    tells(world, "T1", "failed")
    assert world.balance(system(AccountKind.UNKNOWN_LOSS, "NGN")) == loss + naira(200)
    assert world.buyers_money(order) == naira(1_000)
    assert world.books_differ() == []


def test_a_refused_connection_is_tried_elsewhere(
    world: World, vendor: ScriptedVendor, spare: ScriptedVendor
) -> None:
    vendor.answers.append(NotSent("connect"))
    order = world.placed(200, TO)
    world.vend(order)
    assert world.state(order) == "delivered"
    assert len(spare.requests) == 1
    assert world.clock.now() < world.order(order).placed_at + timedelta(seconds=20)
