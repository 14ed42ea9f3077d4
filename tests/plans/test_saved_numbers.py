"""Up to twenty numbers are kept with a name, however many sessions save at once."""

import pytest

from app.db import beneficiaries
from app.db.engine import Database, Transaction
from app.domain.beneficiaries import MOST, BadName, short_name
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    Beneficiaries,
    Done,
    GetBeneficiaries,
    ListFull,
    MoneySent,
    NameTaken,
    Refusal,
    Refused,
    RemoveBeneficiary,
    SaveBeneficiary,
)
from app.services.perform import perform
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock

MAMA, ADA, OBI = (Msisdn(f"+234803111000{n}") for n in (1, 2, 3))


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


def save(world: World, owner: Msisdn, number: Msisdn, name: str) -> object:
    return perform(world.context, world.origin(owner), SaveBeneficiary(number, name))


def remove(world: World, owner: Msisdn, number: Msisdn) -> object:
    return perform(world.context, world.origin(owner), RemoveBeneficiary(number))


def names(world: World, owner: Msisdn) -> list[str]:
    reply = perform(world.context, world.origin(owner), GetBeneficiaries())
    assert isinstance(reply, Beneficiaries)
    return [one.name for one in reply.saved]


def id_of(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select id from subscribers where msisdn = %s", msisdn))


def test_what_was_used_last_comes_first_then_what_was_saved_last(world: World) -> None:
    owner = world.subscriber(naira(5_000))
    for number, name in ((MAMA, "Mama"), (ADA, "Ada"), (OBI, "Obi")):
        assert save(world, owner, number, name) == Done()
        world.clock.advance(seconds=1)
    assert names(world, owner) == ["Obi", "Ada", "Mama"]
    world.buy(owner, to=MAMA)
    assert names(world, owner) == ["Mama", "Obi", "Ada"]
    world.clock.advance(seconds=1)
    assert isinstance(world.send(owner, ADA, naira(100)), MoneySent)
    assert names(world, owner) == ["Ada", "Mama", "Obi"]


def test_nobody_sees_the_numbers_of_others(world: World) -> None:
    owner, other = world.subscriber(), world.subscriber()
    save(world, owner, MAMA, "Mama")
    assert names(world, other) == []
    assert remove(world, other, MAMA) == Done()
    assert names(world, owner) == ["Mama"]


def test_a_number_has_one_name_and_a_name_one_number(world: World) -> None:
    owner = world.subscriber()
    assert save(world, owner, MAMA, "Mama") == Done()
    assert save(world, owner, MAMA, "Mum") == Done()
    assert names(world, owner) == ["Mum"]
    assert save(world, owner, ADA, "MUM") == NameTaken()
    assert remove(world, owner, MAMA) == remove(world, owner, MAMA) == Done()
    assert save(world, owner, ADA, "Mum") == Done()


def test_somebody_who_isnt_registered_saves_nothing(world: World) -> None:
    stranger = Msisdn("+2348039999999")
    assert save(world, stranger, MAMA, "Mama") == Refused(Refusal.NOT_REGISTERED)
    assert remove(world, stranger, MAMA) == Refused(Refusal.NOT_REGISTERED)
    assert names(world, stranger) == []


def fill(world: World, owner: Msisdn, count: int) -> None:
    for n in range(count):
        assert save(world, owner, Msisdn(f"+23480322200{n:02d}"), f"Friend {n}") == Done()


def test_the_twenty_first_is_refused_and_a_new_name_for_a_saved_one_isnt(world: World) -> None:
    owner = world.subscriber()
    fill(world, owner, MOST)
    assert save(world, owner, MAMA, "Mama") == ListFull()
    assert save(world, owner, Msisdn("+2348032220000"), "Papa") == Done()
    assert len(names(world, owner)) == MOST


def test_sessions_that_meet_save_no_more_than_fit(world: World) -> None:
    owner = world.subscriber()
    fill(world, owner, MOST - 1)
    replies: list[object] = []

    def act(number: Msisdn, name: str) -> None:
        replies.append(save(world, owner, number, name))

    def holding(tx: Transaction) -> None:
        beneficiaries.lock(tx, id_of(world, owner))

    acts = [lambda n=n: act(Msisdn(f"+234803333000{n}"), f"New {n}") for n in range(4)]  # type: ignore[misc]
    meet_at(world.db, holding, acts)
    assert sorted(map(str, replies)) == ["Done()", *["ListFull()"] * 3]
    assert len(names(world, owner)) == MOST


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Mama", "Mama"), ("  Mama   Put ", "Mama Put"), ("Bro 2", "Bro 2"), ("Ñoño é", "Ñoño é")],
)
def test_names_are_letters_digits_and_blanks(typed: str, name: str) -> None:
    assert short_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["", " ", "0803", "12", "x" * 13, "a<b", "Mama!", "ма́ма", "a\nb!", "😀", "a{b}", "%s", "١a"],
)
def test_everything_else_is_no_name(typed: str) -> None:
    with pytest.raises(BadName):
        short_name(typed)
