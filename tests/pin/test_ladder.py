"""The PIN ladder: what wrong guesses lead to, at each door, whatever races or repeats."""

import threading
from datetime import timedelta

import pytest

from app.db import pins, subscribers
from app.db.engine import Database
from app.domain.requests import OrderPlaced, Origin, PinLocked, Refusal, Refused, WrongPin
from app.domain.secret import Secret
from app.security.pin import PinHasher
from app.services.check_pin import Door, Verified, _take, verify
from app.services.cure_pin import issue_start_pin, reset_pin, unlock_subscriber
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

WRONG = Secret("1111")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


def guess(world: World, msisdn, pin: str = "1111", door: Door = Door.USSD, origin=None):  # type: ignore[no-untyped-def]
    return verify(world.context, origin or world.origin(msisdn), Secret(pin), door)


def test_two_wrong_pins_say_how_many_tries_are_left(world: World) -> None:
    msisdn = world.subscriber()
    assert guess(world, msisdn) == WrongPin(2)
    assert guess(world, msisdn) == WrongPin(1)


def test_the_third_locks_for_fifteen_minutes_the_fifth_for_a_day_the_seventh_until_staff(
    world: World,
) -> None:
    msisdn = world.subscriber()
    guess(world, msisdn)
    guess(world, msisdn)
    assert guess(world, msisdn) == PinLocked(world.clock.now() + timedelta(minutes=15))
    assert isinstance(guess(world, msisdn, PIN), PinLocked), "the right PIN doesn't open a lock"
    world.clock.advance(minutes=16)
    assert guess(world, msisdn) == WrongPin(1)
    assert guess(world, msisdn) == PinLocked(world.clock.now() + timedelta(hours=24))
    world.clock.advance(hours=25)
    assert guess(world, msisdn) == WrongPin(1)
    assert guess(world, msisdn) == PinLocked(None)
    world.clock.advance(days=400)
    assert guess(world, msisdn, PIN) == PinLocked(None)
    unlock_subscriber(world.context, msisdn, "test", "asked")
    assert isinstance(guess(world, msisdn, PIN), Verified)
    assert world.sms(msisdn) == ["pin_locked"] * 3


def test_ten_wrong_guesses_a_day_are_the_most(world: World) -> None:
    msisdn = world.subscriber()
    with world.db.statement() as tx:
        tx.run(
            "update subscribers set guesses = 9, guess_day = %s where msisdn = %s",
            (world.clock.now().date(), msisdn),
        )
    assert isinstance(guess(world, msisdn), PinLocked)
    assert isinstance(guess(world, msisdn, PIN), PinLocked)
    world.clock.advance(days=1)
    assert isinstance(guess(world, msisdn, PIN), Verified)


def test_a_right_pin_clears_the_count_in_the_orders_own_commit(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    guess(world, msisdn)
    guess(world, msisdn)
    assert isinstance(world.buy(msisdn), OrderPlaced)
    assert guess(world, msisdn) == WrongPin(2)


def test_a_right_pin_with_too_little_money_clears_the_count_as_well(world: World) -> None:
    msisdn = world.subscriber(naira(100))
    guess(world, msisdn)
    guess(world, msisdn)
    world.buy(msisdn, 200)
    assert guess(world, msisdn) == WrongPin(2)


def test_a_repeated_hop_counts_once_and_gets_the_same_answer(world: World) -> None:
    msisdn = world.subscriber()
    origin = world.origin(msisdn)
    answers = {repr(guess(world, msisdn, origin=origin)) for _ in range(5)}
    assert answers == {repr(WrongPin(2))}
    assert world.one("select failures from subscribers where msisdn = %s", msisdn) == 1


def test_digits_typed_again_in_a_copy_of_the_hop_are_no_second_guess(world: World) -> None:
    msisdn = world.subscriber()
    origin = world.origin(msisdn)
    guess(world, msisdn, "1111", origin=origin)
    assert guess(world, msisdn, PIN, origin=origin) == WrongPin(2)


def test_a_copy_verifies_once_more_what_a_dead_process_left_unverified(world: World) -> None:
    msisdn = world.subscriber()
    lost, again = world.origin(msisdn), world.origin(msisdn)
    for origin in (lost, again):
        take_and_die(world, origin)
    assert isinstance(guess(world, msisdn, PIN, origin=lost), Verified)
    assert isinstance(guess(world, msisdn, "1111", origin=again), WrongPin)
    assert isinstance(guess(world, msisdn, PIN, origin=again), WrongPin)


def test_one_copy_only_takes_over_from_the_dead(world: World) -> None:
    msisdn = world.subscriber()
    origin = world.origin(msisdn)
    take_and_die(world, origin)
    with world.db.statement() as tx:
        assert pins.take_over(tx, origin, world.clock.now()) is not None
        assert pins.take_over(tx, origin, world.clock.now()) is None


def take_and_die(world: World, origin: Origin) -> None:
    """As a process does that is killed while it verifies."""
    with world.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        assert subscriber is not None
        assert _take(tx, origin, subscriber, Door.USSD, world.clock.now()).taken


def test_guesses_in_parallel_cannot_outrun_the_lock(world: World) -> None:
    msisdn = world.subscriber()
    verdicts = []
    gate = threading.Barrier(16)

    def one(number: int) -> None:
        gate.wait()
        verdicts.append(guess(world, msisdn, f"{2_000 + number}"))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verified = world.one(
        "select count(*) from pin_attempts a join subscribers s on s.id = a.subscriber_id"
        " where s.msisdn = %s", msisdn,
    )  # fmt: skip
    assert verified == 3, "three hashes were compared and no more"
    assert sum(isinstance(verdict, PinLocked) for verdict in verdicts) == 14


def test_many_sessions_with_the_right_pin_at_once_all_get_in(world: World) -> None:
    msisdn = world.subscriber(naira(10_000), exempt=True)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(world.buy(msisdn, 100))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(answer) for answer in answers] == [OrderPlaced] * 12
    assert world.one("select failures from subscribers where msisdn = %s", msisdn) == 0


def test_three_wrong_pins_by_sms_switch_pin_by_sms_off_and_never_close_ussd(world: World) -> None:
    msisdn = world.subscriber()
    assert guess(world, msisdn, door=Door.SMS) == WrongPin(2)
    guess(world, msisdn, door=Door.SMS)
    assert guess(world, msisdn, door=Door.SMS) == Refused(Refusal.PIN_BY_SMS_OFF)
    assert guess(world, msisdn, PIN, Door.SMS) == Refused(Refusal.PIN_BY_SMS_OFF)
    assert isinstance(guess(world, msisdn, PIN), Verified)
    assert world.sms(msisdn) == ["pin_by_sms_off"]
    world.clock.advance(hours=25)
    assert isinstance(guess(world, msisdn, PIN, Door.SMS), Verified)


def test_sms_uses_at_most_three_of_the_ten_guesses_a_day(world: World) -> None:
    msisdn = world.subscriber()
    for _ in range(6):
        guess(world, msisdn, door=Door.SMS)
    assert world.one("select guesses from subscribers where msisdn = %s", msisdn) == 3


def test_an_unknown_number_gets_an_answer_that_names_no_pin(world: World) -> None:
    from app.domain.msisdn import Msisdn

    assert guess(world, Msisdn("+2348039999999"), PIN) == Refused(Refusal.NOT_REGISTERED)


def test_a_hash_under_an_old_pepper_still_opens_and_is_made_again(
    world: World, clock: FixedClock
) -> None:
    msisdn = world.subscriber()
    rotated = PinHasher("p2:new-pepper,p1:test-pepper", memory_kib=8, passes=1)
    object.__setattr__(world.context, "hasher", rotated)
    assert isinstance(guess(world, msisdn, PIN), Verified)
    assert world.one("select pepper_id from subscribers where msisdn = %s", msisdn) == "p2"
    assert isinstance(guess(world, msisdn, PIN), Verified)


def test_a_start_pin_works_for_a_day_and_must_be_changed_before_anything_is_bought(
    world: World,
) -> None:
    msisdn = world.subscriber(naira(1_000))
    reset_pin(world.context, msisdn, "test", "forgotten")
    assert world.sms(msisdn) == ["start_pin"]
    start = issue_start_pin(world.context, msisdn)
    assert isinstance(guess(world, msisdn, PIN), WrongPin)
    request = world.buy(msisdn, pin=start.value)
    assert request == Refused(Refusal.MUST_CHANGE_PIN)
    world.clock.advance(hours=25)
    assert isinstance(guess(world, msisdn, start.value), PinLocked)


def test_unlocking_and_resetting_leave_an_audit_chain_that_holds(world: World) -> None:
    from app.security.audit import read_chain

    msisdn = world.subscriber()
    unlock_subscriber(world.context, msisdn, "test", "asked")
    reset_pin(world.context, msisdn, "test", "forgotten")
    with world.db.transaction() as tx:
        chain = read_chain(tx)
    assert chain.entries >= 2
    assert chain.broken == []


def test_no_table_holds_a_pin(world: World, owner: Database) -> None:
    secret = "846291"
    msisdn = world.subscriber(naira(1_000))
    made = world.context.hasher.hash(Secret(secret), msisdn)
    with world.db.statement() as tx:
        tx.run("update subscribers set pin_hash = %s where msisdn = %s", (made.hash, msisdn))
    assert isinstance(world.buy(msisdn, pin=secret), OrderPlaced)
    guess(world, msisdn, secret)
    with owner.transaction() as tx:
        tables = [
            row[0] for row in tx.all("select tablename from pg_tables where schemaname = 'public'")
        ]
        for table in tables:
            found = tx.one(
                f"select count(*) from {table} t where t::text like %s", (f"%{secret}%",)
            )
            assert found[0] == 0, table
