"""How often something may be done in a while, and when it may be tried again."""

from datetime import date, timedelta

from app.domain.requests import (
    MoneySent,
    OrderPlaced,
    TooFast,
)
from app.domain.secret import Secret
from app.domain.velocity import Counted, pace_of
from tests.agents.counter import Counter
from tests.factories.world import World, naira
from tests.identity.crowd import at_once, stranger

TODAY = date(2026, 3, 2)


def test_purchases_have_a_pace_and_the_answer_says_when_to_try_again(world: World) -> None:
    ada, most = world.subscriber(naira(20_000)), pace_of(Counted.PURCHASES, "NG", 1, TODAY).most
    first = world.clock.now()
    for _ in range(most):
        assert isinstance(world.buy(ada, 100), OrderPlaced)
        world.clock.advance(seconds=1)
    assert world.buy(ada, 100) == TooFast(first + timedelta(minutes=10))
    world.clock.advance(minutes=10)
    assert isinstance(world.buy(ada, 100), OrderPlaced)


def test_a_repeated_hop_of_the_last_purchase_allowed_gets_its_order(world: World) -> None:
    ada, most = world.subscriber(naira(20_000)), pace_of(Counted.PURCHASES, "NG", 1, TODAY).most
    for _ in range(most - 1):
        world.buy(ada, 100)
    origin = world.origin(ada)
    last = world.buy(ada, 100, origin=origin)
    assert isinstance(last, OrderPlaced)
    assert world.buy(ada, 100, origin=origin) == last


def test_only_so_many_new_numbers_get_money_in_an_hour(world: World) -> None:
    ada, known = world.subscriber(naira(50_000)), stranger()
    assert isinstance(world.send(ada, known, naira(100)), MoneySent)
    world.clock.advance(minutes=61)
    first = world.clock.now()
    for _ in range(5):
        assert isinstance(world.send(ada, stranger(), naira(100)), MoneySent)
    refused = stranger()
    assert world.send(ada, refused, naira(100)) == TooFast(first + timedelta(hours=1))
    assert world.all("select 1 from transfers where recipient = %s", refused) == []
    assert isinstance(world.send(ada, known, naira(100)), MoneySent)
    world.clock.advance(minutes=60)
    assert isinstance(world.send(ada, refused, naira(100)), MoneySent)
    assert world.books_differ() == []


def test_new_numbers_at_once_are_counted_one_by_one(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    numbers = iter([stranger() for _ in range(20)])
    replies = at_once(20, lambda: world.send(ada, next(numbers), naira(100)))
    assert sum(isinstance(reply, MoneySent) for reply in replies) == 5
    assert sum(isinstance(reply, TooFast) for reply in replies) == 15
    assert world.spendable(ada) == naira(49_500)


def test_codes_guessed_wrong_thrice_a_day_stop_withdrawals(world: World, counter: Counter) -> None:
    ada = world.subscriber(naira(50_000))
    for _ in range(3):
        agent = counter.agent(naira(1))
        ready = counter.ready(ada, 1_000)
        wrong = Secret("000000" if ready.code.value != "000000" else "111111")
        for _ in range(3):
            counter.pay_out(agent, ada, 1_000, wrong)
    assert isinstance(counter.withdraw(ada, 1_000), TooFast)
    assert world.spendable(ada) == naira(50_000)
    assert world.books_differ() == []
