"""Money goes from wallet to wallet once, or waits for its owner, or comes back."""

import threading
from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    GetTransactions,
    LimitReached,
    MoneySent,
    NotEnough,
    Refusal,
    Refused,
    WrongPin,
)
from app.services.perform import perform
from app.services.session_end import find_end
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock

STRANGER = Msisdn("+2348039990001")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


def told(world: World, msisdn: Msisdn) -> list[str]:
    rows = world.all("select kind from mt_sms where msisdn = %s order by id", msisdn)
    return [row[0] for row in rows]


def test_a_registered_number_has_the_money_at_once_and_both_are_told(world: World) -> None:
    ada, obi = world.subscriber(naira(1_000)), world.subscriber(naira(50))
    sent = world.send(ada, obi, naira(300))
    assert isinstance(sent, MoneySent)
    assert not sent.waits
    assert (world.spendable(ada), world.spendable(obi)) == (naira(700), naira(350))
    assert (told(world, ada), told(world, obi)) == (["money_sent"], ["money_received"])
    assert world.books_differ() == []


def test_the_statement_of_each_shows_the_reference(world: World) -> None:
    ada, obi = world.subscriber(naira(1_000)), world.subscriber()
    sent = world.send(ada, obi, naira(300))
    assert isinstance(sent, MoneySent)
    for owner, amount in ((ada, -naira(300)), (obi, naira(300))):
        latest = perform(world.context, world.origin(owner), GetTransactions())[0]  # type: ignore[index]
        assert (latest.kind, latest.amount) == ("transfer", amount)
        assert latest.reference.split(":")[1] == sent.reference


def test_an_unregistered_number_enrols_and_finds_it(world: World) -> None:
    ada = world.subscriber(naira(1_000))
    sent = world.send(ada, STRANGER, naira(300))
    assert isinstance(sent, MoneySent)
    assert sent.waits
    assert world.spendable(ada) == naira(700)
    assert told(world, STRANGER) == ["money_promised"]
    assert world.books_differ() == []
    world.enrol(STRANGER)
    assert world.spendable(STRANGER) == naira(300)
    assert told(world, ada) == ["money_waits", "money_sent"]
    world.pass_time(73 * 3600, step=3600)
    assert world.spendable(ada) == naira(700)
    assert world.books_differ() == []


def test_what_nobody_registers_for_comes_back_after_72_hours(world: World) -> None:
    ada = world.subscriber(naira(1_000))
    nobody = Msisdn("+2348039990002")
    world.send(ada, nobody, naira(300))
    world.clock.advance(seconds=timedelta(hours=71).total_seconds())
    world.look()
    assert world.spendable(ada) == naira(700)
    world.clock.advance(seconds=3600)
    world.look()
    world.look()
    assert world.spendable(ada) == naira(1_000)
    assert told(world, ada) == ["money_waits", "money_returned"]
    world.enrol(nobody)
    assert world.spendable(nobody) == naira(0)
    assert world.books_differ() == []


def test_somebody_who_registers_while_others_send_gets_all_of_it(world: World) -> None:
    senders = [world.subscriber(naira(100), exempt=True) for _ in range(6)]
    newcomers = [Msisdn(f"+23480399910{number:02d}") for number in range(5)]

    def spend(sender: Msisdn) -> None:
        for newcomer in newcomers:
            assert isinstance(world.send(sender, newcomer, naira(10)), MoneySent)

    def arrive() -> None:
        for newcomer in newcomers:
            world.enrol(newcomer)

    threads = [threading.Thread(target=spend, args=(sender,)) for sender in senders]
    threads.append(threading.Thread(target=arrive))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.all("select 1 from transfers where state = 'waiting'") == []
    assert [world.spendable(newcomer) for newcomer in newcomers] == [naira(60)] * 5
    assert world.books_differ() == []


def test_a_repeated_hop_sends_once_and_gives_the_same_answer(world: World) -> None:
    ada, obi = world.subscriber(naira(1_000)), world.subscriber()
    origin = world.origin(ada)
    answers = {world.send(ada, obi, naira(300), origin=origin) for _ in range(3)}
    assert len(answers) == 1
    assert world.spendable(ada) == naira(700)
    end = find_end(world.context, origin.channel, origin.session, ada)
    assert end is not None
    assert "NGN 300.00 sent to" in end
    assert find_end(world.context, origin.channel, origin.session, obi) is None


@pytest.mark.parametrize("amount", [0, -5])
def test_no_amount_and_less_is_not_sent(world: World, amount: int) -> None:
    ada = world.subscriber(naira(1_000))
    answer = world.send(ada, world.subscriber(), naira(amount))
    assert answer == Refused(Refusal.NOT_SENT_HERE)


def test_money_goes_neither_to_oneself_nor_abroad_nor_where_it_is_forbidden(
    world: World,
) -> None:
    ada = world.subscriber(naira(1_000))
    refused = Refused(Refusal.NOT_SENT_HERE)
    assert world.send(ada, ada, naira(10)) == refused
    assert world.send(ada, Msisdn("+254712345678"), naira(10)) == refused
    object.__setattr__(world.context, "licence_held", False)
    assert world.send(ada, world.subscriber(), naira(10)) == refused
    assert world.spendable(ada) == naira(1_000)


def test_wrong_pin_too_little_and_too_much_move_nothing(world: World) -> None:
    ada, obi = world.subscriber(naira(30_000)), world.subscriber()
    assert world.send(ada, obi, naira(300), pin="1111") == WrongPin(2)
    assert world.send(ada, obi, naira(20_001)) == LimitReached(naira(20_000))
    assert isinstance(world.send(obi, ada, naira(1)), NotEnough)
    assert (world.spendable(ada), world.spendable(obi)) == (naira(30_000), naira(0))


def test_purchases_and_transfers_count_against_one_daily_limit(world: World) -> None:
    ada, obi = world.subscriber(naira(60_000)), world.subscriber()
    for _ in range(2):
        assert isinstance(world.send(ada, obi, naira(20_000)), MoneySent)
    world.buy(ada, 5_000)
    assert world.send(ada, obi, naira(6_000)) == LimitReached(naira(5_000))
    assert world.books_differ() == []


def test_many_who_send_to_each_other_at_once_neither_block_nor_lose_anything(
    world: World,
) -> None:
    people = [world.subscriber(naira(200), exempt=True) for _ in range(4)]
    answers: list[object] = []

    def spend(number: int) -> None:
        for turn in range(12):
            to = people[(number + 1 + turn % 3) % 4]
            answers.append(world.send(people[number], to, naira(15)))

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {type(answer) for answer in answers} <= {MoneySent, NotEnough}
    assert sum((world.spendable(one) for one in people), naira(0)) == naira(800)
    assert world.books_differ() == []


def test_two_hundred_debits_of_a_wallet_that_covers_fifty_succeed_fifty_times(
    world: World,
) -> None:
    ada, obi = world.subscriber(naira(500), exempt=True), world.subscriber()
    answers: list[object] = []

    def spend() -> None:
        answers.extend(world.send(ada, obi, naira(10)) for _ in range(10))

    threads = [threading.Thread(target=spend) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, MoneySent) for answer in answers) == 50
    assert len(answers) == 200
    assert (world.spendable(ada), world.spendable(obi)) == (naira(0), naira(500))
    assert world.books_differ() == []
