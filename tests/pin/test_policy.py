"""Weak PINs are refused, enrolling and changing are safe to repeat."""

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.pin_policy import weakness
from app.domain.requests import (
    ChangePin,
    CheckPin,
    ChoosePin,
    Done,
    Enrol,
    PinAccepted,
    PinMismatch,
    PinPurpose,
    Refusal,
    Refused,
    WeakPin,
)
from app.domain.secret import Secret
from app.services.check_pin import Door, Verified, verify
from app.services.perform import perform
from tests.factories.world import PIN, World
from tests.fakes.clock import FixedClock

NEW = Msisdn("+2348037654321")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.mark.parametrize(
    "pin", ["1234", "4321", "0000", "1111", "777777", "2580", "1990", "2026", "1212", "123456",
            "", "12", "12345678", "12a4", "١٢٣٤", "12 4", "7654321"],
)  # fmt: skip
def test_an_easy_pin_is_refused(pin: str) -> None:
    assert weakness(pin, NEW) is not None


@pytest.mark.parametrize("pin", ["7392", "84629", "905174"])
def test_a_good_pin_is_taken(pin: str) -> None:
    assert weakness(pin, NEW) is None


def ask(world: World, msisdn: Msisdn, step: int, request: object, session: str = "enrol") -> object:
    return perform(world.context, world.origin(msisdn, step, f"{session}-{msisdn}"), request)  # type: ignore[arg-type]


def test_a_new_number_enrols_once_however_often_the_hop_is_repeated(world: World) -> None:
    msisdn = Msisdn("+2348035550001")
    assert isinstance(ask(world, msisdn, 4, ChoosePin(Secret("1234"), PinPurpose.ENROL)), WeakPin)
    assert ask(world, msisdn, 5, ChoosePin(Secret("8642"), PinPurpose.ENROL)) == PinAccepted()
    assert ask(world, msisdn, 6, Enrol(Secret("8643"), "en")) == PinMismatch()
    for _ in range(3):
        assert ask(world, msisdn, 7, Enrol(Secret("8642"), "en")) == Done()
    assert world.one("select count(*) from subscribers where msisdn = %s", msisdn) == 1
    assert world.sms(msisdn) == ["registered"]


def test_repeating_a_pin_that_was_never_chosen_registers_nobody(world: World) -> None:
    msisdn = Msisdn("+2348035550002")
    assert ask(world, msisdn, 6, Enrol(Secret("8642"), "en")) == PinMismatch()
    assert world.one("select count(*) from subscribers where msisdn = %s", msisdn) == 0


def test_another_number_cannot_finish_somebodys_enrolment(world: World) -> None:
    mine, theirs = Msisdn("+2348035550003"), Msisdn("+2348035550004")
    ask(world, mine, 5, ChoosePin(Secret("8642"), PinPurpose.ENROL))
    origin = world.origin(theirs, 6, f"enrol-{mine}")
    assert perform(world.context, origin, Enrol(Secret("8642"), "en")) == PinMismatch()


def test_a_pin_is_changed_only_after_the_old_one_was_given_in_this_session(world: World) -> None:
    msisdn = world.subscriber()
    refused = ask(world, msisdn, 2, ChoosePin(Secret("8642"), PinPurpose.CHANGE), "change")
    assert refused == Refused(Refusal.PIN_NOT_CHECKED)
    assert ask(world, msisdn, 3, CheckPin(Secret(PIN)), "change") == Done()
    chosen = ask(world, msisdn, 4, ChoosePin(Secret("8642"), PinPurpose.CHANGE), "change")
    assert chosen == PinAccepted()
    for _ in range(3):
        assert ask(world, msisdn, 5, ChangePin(Secret("8642")), "change") == Done()
    origin = world.origin(msisdn)
    assert isinstance(verify(world.context, origin, Secret("8642"), Door.USSD), Verified)
    assert world.sms(msisdn) == ["pin_changed"]
