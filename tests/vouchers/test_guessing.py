"""Whoever guesses is stopped, however many guesses are made at once."""

import threading

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import VoucherMistyped, VoucherNotGood, VouchersStopped
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.vouchers.shop import Shop, guess


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def breaks(world: World, msisdn: Msisdn) -> int:
    return int(
        world.one(
            "select count(*) from breaks where kind = 'voucher_guessing'"
            " and detail->>'msisdn' = %s", msisdn,
        )
    )  # fmt: skip


def test_of_a_thousand_guesses_of_one_number_five_are_looked_up(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    replies = [shop.redeem(ada, guess(number)) for number in range(1_000)]
    assert replies[:5] == [VoucherNotGood()] * 5
    assert all(isinstance(reply, VouchersStopped) for reply in replies[5:])
    assert isinstance(shop.redeem(ada, pin), VouchersStopped), "not even a right one"
    assert world.spendable(ada) == naira(0)
    assert world.one("select count(*) from voucher_tries where msisdn = %s", ada) == 5


def test_guesses_at_once_do_not_outrun_the_limit(world: World, shop: Shop) -> None:
    ada = world.subscriber()
    pins = [guess(number) for number in range(300)]
    replies: list[object] = []

    def act(share: list[str]) -> None:
        replies.extend(shop.redeem(ada, pin) for pin in share)

    threads = [threading.Thread(target=act, args=(pins[n::12],)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 300
    assert replies.count(VoucherNotGood()) == 5
    assert sum(isinstance(reply, VouchersStopped) for reply in replies) == 295
    assert breaks(world, ada) == 0


def test_right_pins_among_the_guesses_forgive_none_of_them(world: World, shop: Shop) -> None:
    ada, pins = world.subscriber(), [shop.pin(1) for _ in range(5)]
    for number, pin in enumerate(pins[:4]):
        assert shop.redeem(ada, guess(number)) == VoucherNotGood()
        shop.redeemed(ada, pin)
    assert shop.redeem(ada, guess(99)) == VoucherNotGood()
    assert isinstance(shop.redeem(ada, pins[4]), VouchersStopped)


def test_used_vouchers_of_others_count_as_guesses(world: World, shop: Shop) -> None:
    ada, obi, pins = world.subscriber(), world.subscriber(), shop.issue(6).pins
    for pin in pins[:5]:
        shop.redeemed(obi, pin.value)
        assert shop.redeem(ada, pin.value) == VoucherNotGood()
    assert isinstance(shop.redeem(ada, pins[5].value), VouchersStopped)


def test_after_an_hour_a_right_one_works(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    for number in range(5):
        shop.redeem(ada, guess(number))
    world.clock.advance(minutes=59)
    stopped = shop.redeem(ada, pin)
    assert isinstance(stopped, VouchersStopped)
    world.clock.advance(minutes=1)
    assert stopped.until == world.clock.now()
    shop.redeemed(ada, pin)


def test_ten_in_a_day_stop_for_a_day_and_are_for_staff_to_look_at(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    for number in range(10):
        assert shop.redeem(ada, guess(number)) == VoucherNotGood()
        assert breaks(world, ada) == (1 if number == 9 else 0)
        if number == 4:
            world.clock.advance(minutes=61)
    world.clock.advance(hours=23)
    assert isinstance(shop.redeem(ada, pin), VouchersStopped)
    world.look()
    world.clock.advance(hours=1)
    assert shop.redeem(ada, guess(77)) == VoucherNotGood()
    shop.redeemed(ada, pin)
    assert breaks(world, ada) == 1


def test_one_number_does_not_stop_another(world: World, shop: Shop) -> None:
    ada, obi, pin = world.subscriber(), world.subscriber(), shop.pin()
    for number in range(6):
        shop.redeem(ada, guess(number))
    shop.redeemed(obi, pin)


def test_a_repeated_hop_is_one_guess(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    origin = world.origin(ada)
    for _ in range(20):
        assert shop.redeem(ada, guess(1), origin) == VoucherNotGood()
    shop.redeemed(ada, pin)


def test_mistyping_is_counted_for_itself(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    replies = [shop.redeem(ada, "1234") for _ in range(25)]
    assert replies[:20] == [VoucherMistyped()] * 20
    assert all(isinstance(reply, VouchersStopped) for reply in replies[20:])
    shop.redeemed(ada, pin)


def test_tries_are_forgotten_when_they_count_no_more(world: World, shop: Shop) -> None:
    ada = world.subscriber()
    shop.redeem(ada, guess(1))
    world.clock.advance(hours=47)
    world.look()
    assert world.one("select count(*) from voucher_tries where msisdn = %s", ada) == 1
    world.clock.advance(hours=2)
    world.look()
    assert world.one("select count(*) from voucher_tries where msisdn = %s", ada) == 0
