"""A PIN is money once: for whoever types it first, whoever repeats, races or comes late."""

import threading
from collections.abc import Callable, Iterable
from datetime import date

import pytest

from app.db import vouchers as queries
from app.db.engine import Database
from app.db.errors import AnswerLost
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    GetTransactions,
    Movement,
    VoucherIsYours,
    VoucherMistyped,
    VoucherNotGood,
    VoucherRedeemed,
    VoucherTooMuch,
)
from app.ports.channels import MoSms
from app.services import redeem_voucher
from app.services.mo_sms import handle
from app.services.perform import perform
from app.services.run_vouchers import BatchHasEnded, void_vouchers
from app.services.session_end import find_end
from menus.texts.messages import render
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.vouchers.shop import MAKER, Shop, guess


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def at_once(acts: Iterable[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_pin_is_worth_its_face_value_and_its_owner_is_told(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(naira(100)), shop.pin(500)
    owed = shop.owed()
    done = shop.redeemed(ada, pin)
    assert (done.amount, done.balance) == (naira(500), naira(600))
    assert (world.spendable(ada), owed - shop.owed()) == (naira(600), naira(500))
    assert world.sms(ada) == ["topped_up"]
    assert world.books_differ() == []


def test_it_is_in_the_mini_statement(world: World, shop: Shop) -> None:
    ada = world.subscriber()
    done = shop.redeemed(ada, shop.pin())
    [line] = perform(world.context, world.origin(ada), GetTransactions())  # type: ignore[misc]
    assert isinstance(line, Movement)
    assert (line.kind, line.reference) == ("voucher", f"voucher:{done.reference}")


def test_the_digits_may_be_grouped_as_they_are_printed(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    shop.redeemed(ada, f" {pin[:4]} {pin[4:8]}-{pin[8:12]} {pin[12:]}")
    assert world.spendable(ada) == naira(500)


def test_a_repeated_hop_credits_once_and_gets_the_same_answer(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    origin = world.origin(ada)
    assert len({shop.redeem(ada, pin, origin) for _ in range(3)}) == 1
    assert world.spendable(ada) == naira(500)
    assert world.sms(ada) == ["topped_up"]


def test_a_repeated_hop_does_what_was_typed_first_whatever_it_brings(
    world: World, shop: Shop
) -> None:
    ada, obi = world.subscriber(), world.subscriber()
    pin, other = shop.pin(), shop.pin()
    origin, wrong = world.origin(ada), world.origin(obi)
    first = shop.redeemed(ada, pin, origin)
    assert shop.redeem(ada, other, origin) == first
    assert shop.redeem(obi, guess(1), wrong) == VoucherNotGood()
    assert shop.redeem(obi, other, wrong) == VoucherNotGood()
    assert (world.spendable(ada), world.spendable(obi)) == (naira(500), naira(0))


def test_copies_of_a_hop_at_once_credit_once(world: World, shop: Shop) -> None:
    ada, pin = world.subscriber(), shop.pin()
    origin, replies = world.origin(ada), list[object]()
    at_once([lambda: replies.append(shop.redeem(ada, pin, origin))] * 8)
    assert len(replies) == 8
    assert len(set(replies)) == 1
    assert world.spendable(ada) == naira(500)
    assert world.books_differ() == []


def test_of_many_who_type_one_pin_at_once_exactly_one_is_credited(world: World, shop: Shop) -> None:
    for _ in range(3):
        people, pin = [world.subscriber() for _ in range(10)], shop.pin()
        replies: list[object] = []

        def act(msisdn: Msisdn, pin: str = pin, replies: list[object] = replies) -> None:
            replies.append(shop.redeem(msisdn, pin))

        at_once([lambda one=one: act(one) for one in people])  # type: ignore[misc]
        assert sum(isinstance(reply, VoucherRedeemed) for reply in replies) == 1
        assert replies.count(VoucherNotGood()) == 9
        assert sum(world.spendable(one).amount_minor for one in people) == 500_00
    assert world.books_differ() == []


def test_one_who_has_redeemed_it_is_told_so_and_others_are_not(world: World, shop: Shop) -> None:
    ada, obi, pin = world.subscriber(), world.subscriber(), shop.pin()
    shop.redeemed(ada, pin)
    for _ in range(7):
        assert shop.redeem(ada, pin) == VoucherIsYours()
    assert shop.redeem(obi, pin) == VoucherNotGood()
    assert world.spendable(ada) == naira(500)


def test_wrong_used_void_and_expired_pins_look_the_same(world: World, shop: Shop) -> None:
    ada, obi = world.subscriber(), world.subscriber()
    used, void, expired = shop.pin(), shop.issue(), shop.issue(last_day=date(2026, 3, 2))
    shop.redeemed(obi, used)
    void_vouchers(world.context, void.batch.reference, MAKER, "lost")
    world.clock.advance(hours=13)
    answers = [
        shop.redeem(ada, pin) for pin in (guess(2), used, void.pins[0].value, expired.pins[0].value)
    ]
    assert answers == [VoucherNotGood()] * 4
    assert world.spendable(ada) == naira(0)


@pytest.mark.parametrize("typed", ["1", "7392", "12345678901234567890", "card", "-", "\u0661" * 14])
def test_digits_that_cannot_be_a_pin_are_told_apart(world: World, shop: Shop, typed: str) -> None:
    assert shop.redeem(world.subscriber(), typed) == VoucherMistyped()


def test_a_voucher_that_does_not_fit_stays_good(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, pin = world.subscriber(), shop.pin(500)
    origin = world.origin(ada)
    room = [naira(499)]
    monkeypatch.setattr(redeem_voucher, "wallet_room", lambda *_: room[0])
    assert shop.redeem(ada, pin, origin) == VoucherTooMuch(naira(500))
    room[0] = naira(500)
    assert shop.redeem(ada, pin, origin) == VoucherTooMuch(naira(500)), "a copy of the first hop"
    assert world.spendable(ada) == naira(0)
    shop.redeemed(ada, pin)
    assert world.books_differ() == []


def test_two_vouchers_at_once_do_not_outgrow_the_room(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, pins = world.subscriber(), [shop.pin(500) for _ in range(4)]

    def room(_: object, tx: object, owner: object) -> Money:
        row = tx.one(  # type: ignore[attr-defined]
            "select posted_minor from balances where account_id = account_id('wallet', %s, 'NGN')",
            (str(owner.id),),  # type: ignore[attr-defined]
        )
        return naira(1_000) - Money(row[0], "NGN")

    monkeypatch.setattr(redeem_voucher, "wallet_room", room)
    at_once([lambda pin=pin: shop.redeem(ada, pin) for pin in pins])  # type: ignore[misc]
    assert world.spendable(ada) == naira(1_000)


def test_a_stranger_has_no_wallet_and_no_pin_is_looked_up(world: World, shop: Shop) -> None:
    pin, ada = shop.pin(), world.subscriber()
    assert str(shop.redeem(Msisdn("+2348039990077"), pin).why) == "not_registered"  # type: ignore[attr-defined]
    assert world.all("select 1 from voucher_tries where msisdn = '+2348039990077'") == []
    shop.redeemed(ada, pin)


def test_a_crash_between_the_count_and_the_credit_loses_nothing(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, pin = world.subscriber(), shop.pin()
    origin = world.origin(ada)
    with monkeypatch.context() as patch:
        patch.setattr(queries, "lock", _raise(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            shop.redeem(ada, pin, origin)
    assert world.spendable(ada) == naira(0)
    shop.redeemed(ada, pin, origin)
    assert world.spendable(ada) == naira(500)


def test_an_answer_lost_after_the_commit_is_found_again(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, pin = world.subscriber(), shop.pin()
    look_up, calls = redeem_voucher._look_up, []

    def lose(*arguments: object) -> object:
        reply = look_up(*arguments)  # type: ignore[arg-type]
        calls.append(reply)
        if len(calls) == 1:
            raise AnswerLost
        return reply

    monkeypatch.setattr(redeem_voucher, "_look_up", lose)
    done = shop.redeemed(ada, pin)
    assert calls == [done, done]
    assert world.spendable(ada) == naira(500)


def test_void_and_redemption_at_once_leave_the_books_right(world: World, shop: Shop) -> None:
    for _ in range(4):
        issued = shop.issue(6, 100)
        people = [world.subscriber() for _ in range(6)]
        acts: list[Callable[[], object]] = [
            lambda one=one, pin=pin: shop.redeem(one, pin.value)  # type: ignore[misc]
            for one, pin in zip(people, issued.pins, strict=True)
        ]
        reference = issued.batch.reference
        acts.insert(
            3,
            lambda reference=reference: void_vouchers(  # type: ignore[misc]
                world.context, reference, MAKER, "race"
            ),
        )
        at_once(acts)
        assert shop.state(reference) == "void"
        assert world.books_differ() == []
        with pytest.raises(BatchHasEnded):
            void_vouchers(world.context, reference, MAKER, "again")


def test_a_session_that_redis_forgot_ends_as_before(world: World, shop: Shop) -> None:
    ada = world.subscriber()
    origin = world.origin(ada)
    done = shop.redeemed(ada, shop.pin(), origin)
    text = find_end(world.context, origin.channel, origin.session, ada)
    assert text == f"NGN 500.00 added to your wallet. Balance NGN 500.00. Ref {done.reference}"
    stranger = Msisdn("+2348039990078")
    assert find_end(world.context, origin.channel, origin.session, stranger) is None


# --- by SMS ----------------------------------------------------------------------------------


def texted(world: World, sender: Msisdn, text: str, id_: str) -> str:
    """The text of the answer."""
    sms = MoSms("africastalking", id_, sender, "20880", text, None, "62130")
    handle(world.context, sms, "*384*123#")
    [row] = world.all(
        "select kind, params from mt_sms where msisdn = %s order by id desc limit 1", sender
    )
    return render(row[0], "en", row[1])


def test_a_voucher_by_sms_is_redeemed_once_and_its_digits_are_not_kept(
    world: World, shop: Shop
) -> None:
    ada, pin = world.subscriber(), shop.pin()
    text = f"topup {pin[:4]} {pin[4:8]} {pin[8:12]} {pin[12:]}"
    answers = {texted(world, ada, text, f"{ada}-1") for _ in range(3)}
    assert len(answers) == 1
    assert answers.pop().startswith("NGN 500.00 added to your wallet. Balance NGN 500.00. Ref ")
    assert world.spendable(ada) == naira(500)
    assert world.sms(ada) == ["topped_up"]
    kept = world.all("select redacted, outcome from mo_sms where msisdn = %s", ada)
    assert kept == [("topup ****", "RedeemVoucher")]


def test_every_failure_by_sms_says_what_to_do(world: World, shop: Shop) -> None:
    ada, obi, pin = world.subscriber(), world.subscriber(), shop.pin()
    assert "SMS TOPUP and the digits" in texted(world, ada, "TOPUP", f"{ada}-1")
    assert "Check the digits" in texted(world, ada, "TOPUP 1234", f"{ada}-2")
    assert "Not valid" in texted(world, ada, f"TOPUP {guess(3)}", f"{ada}-3")
    shop.redeemed(obi, pin)
    assert "already in your wallet" in texted(world, obi, f"TOPUP {pin}", f"{obi}-1")
    for number in range(5):
        texted(world, ada, f"TOPUP {guess(10 + number)}", f"{ada}-g{number}")
    assert "Try again after 02/03 13:00" in texted(world, ada, f"TOPUP {guess(4)}", f"{ada}-4")
    stranger = Msisdn("+2348039990079")
    assert "not registered" in texted(world, stranger, f"TOPUP {guess(4)}", "stranger-topup")


def test_no_pin_is_anywhere_in_the_database(world: World, shop: Shop) -> None:
    ada, issued = world.subscriber(), shop.issue(3)
    used, unused, by_sms = (pin.value for pin in issued.pins)
    shop.redeemed(ada, used)
    texted(world, ada, f"TOPUP {by_sms}", f"{ada}-1")
    tables = [
        row[0] for row in world.all("select tablename from pg_tables where schemaname = 'public'")
    ]
    for table in tables:
        stored = str(world.all(f"select t::text from {table} t"))
        assert not any(pin in stored for pin in (used, unused, by_sms)), table


def _raise(error: BaseException) -> Callable[..., object]:
    def act(*_: object) -> object:
        raise error

    return act
