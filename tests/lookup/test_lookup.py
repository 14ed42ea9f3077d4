"""Whose a number is: which vendors are asked, how often, and what counts where a correction says
something else."""

import threading

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.ports.operator_lookup import LookupUnknown, OperatorFound, OperatorNotFound
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.lookups import ScriptedLookup
from tests.lookup.conftest import AIRTEL, GLO, MTN, known, rows, sold, write

# --- who is asked, and how often -------------------------------------------------------------


def test_a_vendor_is_asked_by_a_job_and_its_answer_is_there_the_next_time(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.knows[number] = GLO
    assert known(world, number) == MTN
    assert asked.asked == [], "a screen asks nobody"
    world.look()
    assert known(world, number) == GLO
    at = world.one("select learned_at from number_operators where msisdn = %s", number)
    assert (rows(world, number), at) == ([("reloadly", GLO)], world.clock.now())


def test_an_answer_is_asked_for_again_only_when_it_is_old(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.knows[number] = GLO
    known(world, number)
    world.look()
    world.clock.advance(hours=30 * 24 - 1)
    known(world, number)
    world.look()
    assert asked.asked == [number]
    world.clock.advance(hours=1)
    asked.answers = [LookupUnknown("503")]
    assert known(world, number) == GLO
    world.look()
    assert asked.asked == [number, number]
    assert known(world, number) == GLO, "an old answer is better than a prefix"


def test_many_screens_in_a_moment_ask_once(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    threads = [threading.Thread(target=known, args=(world, number)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.look()
    assert asked.asked == [number]
    world.clock.advance(minutes=9)
    known(world, number)
    world.look()
    assert asked.asked == [number]
    world.clock.advance(minutes=1)
    known(world, number)
    world.look()
    assert asked.asked == [number, number], "nobody could say: it is asked again"


def test_a_number_that_was_corrected_lately_is_not_looked_up(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    sold(world, number, AIRTEL)
    known(world, number)
    world.look()
    assert asked.asked == []


def test_a_number_of_no_operator_of_ours_is_not_asked_for_again_at_once(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.answers = [OperatorNotFound("COULD_NOT_AUTO_DETECT_OPERATOR")]
    for _ in range(2):
        assert known(world, number) == MTN
        world.look()
        world.clock.advance(hours=24)
    assert asked.asked == [number]


def test_the_next_vendor_is_asked_where_one_does_not_know(
    db: Database, clock: FixedClock, number: Msisdn
) -> None:
    away = ScriptedLookup("away", answers=[LookupUnknown("timeout")])
    ignorant = ScriptedLookup("ignorant", answers=[OperatorNotFound("404")])
    kenyan = ScriptedLookup("kenyan", frozenset({"KE"}))
    knowing = ScriptedLookup("knowing", knows={number: AIRTEL})
    last = ScriptedLookup("last", knows={number: GLO})
    world = World(db, clock, lookups=(away, ignorant, kenyan, knowing, last))
    known(world, number)
    world.look()
    assert rows(world, number) == [("knowing", AIRTEL)]
    assert [len(one.asked) for one in (away, ignorant, kenyan, knowing, last)] == [1, 1, 0, 1, 0]


@pytest.mark.parametrize("operator", ["safaricom-ke", "nobody", ""])
def test_an_operator_that_cannot_be_the_numbers_is_not_believed(
    operator: str, world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.answers = [OperatorFound(operator)]
    known(world, number)
    world.look()
    assert (known(world, number), rows(world, number)) == (MTN, [])


@pytest.mark.parametrize("elsewhere", [(), (ScriptedLookup("kenyan", frozenset({"KE"})),)])
def test_where_no_vendor_can_be_asked_nothing_is_wished_for(
    elsewhere: tuple[ScriptedLookup, ...], db: Database, clock: FixedClock, number: Msisdn
) -> None:
    world = World(db, clock, lookups=elsewhere)
    assert known(world, number) == MTN
    assert world.nudges == []
    assert world.one("select count(*) from operator_lookups where msisdn = %s", number) == 0


def test_a_stranger_who_writes_an_sms_has_nobody_asked(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    text = f"AIR 200 0{number[4:]} {PIN}"
    write(world, Msisdn("+2348039990033"), text)
    world.look()
    assert asked.asked == []
    write(world, world.subscriber(naira(1_000)), text)
    world.look()
    assert asked.asked == [number]


# --- a correction and a look-up that differ --------------------------------------------------


def test_a_look_up_that_comes_after_a_correction_does_not_undo_it(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    known(world, number)
    sold(world, number, AIRTEL)
    asked.knows[number] = MTN
    world.look()
    assert rows(world, number) == [("reloadly", MTN), ("sale", AIRTEL)]
    assert known(world, number) == AIRTEL


def test_a_vendor_that_repeats_itself_undoes_no_correction_and_one_that_changes_its_word_does(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    def asked_in_a_month(operator: str) -> None:
        world.clock.advance(hours=31 * 24)
        asked.knows[number] = operator
        known(world, number)
        world.look()

    asked_in_a_month(GLO)
    sold(world, number, AIRTEL)
    asked_in_a_month(GLO)
    assert known(world, number) == AIRTEL
    asked_in_a_month(MTN)
    assert known(world, number) == MTN, "it was moved since"
    world.clock.advance(hours=1)
    sold(world, number, AIRTEL)
    asked_in_a_month(MTN)
    assert known(world, number) == AIRTEL


def test_a_vendor_that_lost_sight_of_a_number_for_a_while_brings_no_news(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    answers = [OperatorFound(GLO), OperatorNotFound("404"), OperatorFound(GLO)]
    asked.answers = list(answers)
    known(world, number)
    world.look()
    sold(world, number, AIRTEL)
    for _ in answers[1:]:
        world.clock.advance(hours=31 * 24)
        known(world, number)
        world.look()
    assert asked.answers == []
    assert known(world, number) == AIRTEL
