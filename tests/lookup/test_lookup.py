"""Whose a number is: what was learned of it, from whom, and who is asked."""

import threading
from itertools import count

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Delivered, Pending, Scope
from app.domain.requests import FindOperator, OrderPlaced
from app.ports.channels import MoSms
from app.ports.operator_lookup import LookupUnknown, OperatorFound, OperatorNotFound
from app.services.look_up_operator import LookUpContext, look_up_operator
from app.services.mo_sms import handle
from app.services.perform import perform
from app.services.show_number import set_operator
from app.services.sweep import take_outbox
from tests.factories.races import meet_at
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.lookups import ScriptedLookup
from tests.fakes.vendor import ScriptedVendor

MTN, AIRTEL, GLO = "mtn-ng", "airtel-ng", "glo-ng"
_numbers = count(1)


@pytest.fixture
def number() -> Msisdn:
    """First allocated to MTN."""
    return Msisdn(f"+2348036{next(_numbers):06d}")


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def asked() -> ScriptedLookup:
    return ScriptedLookup()


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor, asked: ScriptedLookup) -> World:
    return World(db, clock, {"first": vendor}, lookups=(asked,))


def known(world: World, number: Msisdn) -> str | None:
    """What a screen reads; a look-up may be asked for by it."""
    found = perform(world.context, world.origin(world.subscriber()), FindOperator(number))
    operator: str | None = found.operator
    return operator


def sold(world: World, number: Msisdn, operator: str) -> int:
    """A sale of somebody who chose this operator, vended; its order."""
    answer = world.buy(world.subscriber(naira(1_000)), 200, number, operator=operator)
    assert isinstance(answer, OrderPlaced), answer
    order = int(world.one("select id from orders where reference = %s", answer.reference))
    world.vend(order)
    return order


def write(world: World, sender: Msisdn, text: str) -> None:
    """An SMS to the short code, from a SIM of MTN."""
    received = MoSms("africastalking", f"mo-{next(_numbers)}", sender, "20880", text, None, "62130")
    handle(world.context, received, "*384*123#")


def rows(world: World, number: Msisdn) -> list[tuple[str, str]]:
    return world.all(
        "select source, operator from number_operators where msisdn = %s order by source", number
    )


# --- what a sale teaches ---------------------------------------------------------------------


def test_where_nothing_was_learned_the_prefix_counts(world: World, number: Msisdn) -> None:
    assert known(world, number) == MTN
    assert known(world, Msisdn("+27821234567")) is None


def test_a_number_that_was_corrected_once_is_right_the_next_time_for_everybody(
    world: World, number: Msisdn
) -> None:
    sold(world, number, AIRTEL)
    assert known(world, number) == AIRTEL
    world.clock.advance(hours=24 * 365)
    assert known(world, number) == AIRTEL
    assert world.books_differ() == []


def test_also_by_sms(world: World, number: Msisdn, vendor: ScriptedVendor) -> None:
    sold(world, number, AIRTEL)
    ada = world.subscriber(naira(1_000))
    write(world, ada, f"AIR 200 0{number[4:]} {PIN}")
    world.look()
    assert (vendor.requests[-1].recipient, vendor.requests[-1].operator) == (number, AIRTEL)
    assert world.spendable(ada) == naira(800)


def test_a_sale_that_was_declined_teaches_nothing(
    world: World, number: Msisdn, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Declined("wrong_network", Scope.SALE))
    assert world.state(sold(world, number, GLO)) == "declined"
    assert known(world, number) == MTN


def test_a_sale_teaches_when_it_is_delivered_and_not_before(
    world: World, number: Msisdn, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Pending("X1"))
    vendor.words.append(Delivered("X1"))
    order = sold(world, number, AIRTEL)
    assert (world.state(order), known(world, number)) == ("pending", MTN)
    world.pass_time(6)
    assert (world.state(order), known(world, number)) == ("delivered", AIRTEL)


def test_the_newest_correction_counts_and_a_number_may_come_back(
    world: World, number: Msisdn
) -> None:
    for operator in (AIRTEL, GLO, MTN, AIRTEL):
        sold(world, number, operator)
        world.clock.advance(hours=1)
        assert known(world, number) == operator


def test_a_sale_that_says_what_the_prefix_says_is_not_kept(world: World, number: Msisdn) -> None:
    sold(world, number, MTN)
    assert rows(world, number) == []


def test_a_sale_for_another_countrys_number_teaches_nothing(world: World) -> None:
    kenyan = Msisdn("+254712345678")
    sold(world, kenyan, MTN)
    assert (known(world, kenyan), rows(world, kenyan)) == ("safaricom-ke", [])


def test_a_vendor_that_finds_the_operator_itself_proves_nothing_but_a_choice_beats_the_prefix(
    db: Database, clock: FixedClock, asked: ScriptedLookup, number: Msisdn
) -> None:
    finder = ScriptedVendor(clock, "second", finds_operator=True)
    world = World(db, clock, {"second": finder}, lookups=(asked,))
    sold(world, number, AIRTEL)
    assert known(world, number) == AIRTEL
    asked.knows[number] = GLO
    clock.advance(seconds=1)
    world.look()
    assert known(world, number) == GLO, "a vendor that was asked knows better"
    clock.advance(seconds=1)
    sold(world, number, AIRTEL)
    assert known(world, number) == AIRTEL, "until somebody chooses anew"
    set_operator(world.context, number, MTN, "ada@nexustop.example", "papers seen")
    clock.advance(hours=1)
    sold(world, number, AIRTEL)
    assert known(world, number) == MTN, "a choice outranks no correction"


def test_two_sales_for_a_number_that_settle_at_once_both_teach(
    world: World, number: Msisdn
) -> None:
    sold(world, number, AIRTEL)
    orders = [
        int(world.one("select id from orders where reference = %s",
                      world.buy(world.subscriber(naira(1_000)), 200, number,
                                operator=GLO).reference))
        for _ in range(2)
    ]  # fmt: skip
    meet_at(
        world.db,
        lambda tx: tx.run("select from number_operators where msisdn = %s for update", (number,)),
        [lambda order=order: world.vend(order) for order in orders],  # type: ignore[misc]
    )
    assert [world.state(order) for order in orders] == ["delivered", "delivered"]
    assert rows(world, number) == [("sale", GLO)]
    assert world.books_differ() == []


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


# --- jobs that are lost, late or doubled -----------------------------------------------------


def test_a_look_up_whose_job_was_lost_is_done_by_the_sweeper(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.knows[number] = GLO
    known(world, number)
    assert take_outbox(world.db).jobs.keys() == {"lookup"}
    world.pass_time(4)
    assert (asked.asked, known(world, number)) == ([number], GLO)


def test_a_worker_that_died_while_asking_leaves_it_to_another(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    class Dies(ScriptedLookup):
        def operator_of(self, msisdn: Msisdn) -> OperatorFound:
            raise SystemExit

    known(world, number)
    lookup = int(world.one("select id from operator_lookups where msisdn = %s", number))
    with pytest.raises(SystemExit):
        look_up_operator(LookUpContext(world.context, (Dies(),)), lookup)
    asked.knows[number] = GLO
    world.pass_time(55, step=5)
    assert asked.asked == []
    world.pass_time(10, step=5)
    assert (asked.asked, known(world, number)) == ([number], GLO)


def test_a_job_that_runs_twice_asks_once(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.knows[number] = GLO
    known(world, number)
    lookup = int(world.one("select id from operator_lookups where msisdn = %s", number))
    meet_at(
        world.db,
        lambda tx: tx.run("select from operator_lookups where id = %s for update", (lookup,)),
        [lambda: world.jobs["lookup"](lookup)] * 3,
    )
    world.jobs["lookup"](lookup)
    world.look()
    assert asked.asked == [number]
