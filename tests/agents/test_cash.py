"""Cash goes in and comes out at an agent once, whoever repeats, races or guesses."""

import threading
from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    CashDone,
    CashLimitReached,
    CodeWrong,
    GetTransactions,
    NotEnough,
    QuoteWithdrawal,
    WithdrawalQuote,
    WithdrawalReady,
    WrongPin,
)
from app.domain.secret import Secret
from app.services.run_agents import close_agent
from tests.agents.counter import Counter, why
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


def wrong(code: Secret) -> Secret:
    return Secret("000000" if code.value != "000000" else "111111")


# --- cash in ---------------------------------------------------------------------------------


def test_cash_in_moves_float_into_the_wallet_and_both_are_told(
    world: World, counter: Counter
) -> None:
    agent, ada = counter.agent(naira(10_000)), world.subscriber()
    done = counter.cash_in(agent, ada, 1_000)
    assert isinstance(done, CashDone)
    assert done.earned == naira(5)
    assert (world.spendable(ada), counter.float_of(agent)) == (naira(1_000), naira(9_000))
    assert counter.earned(agent) == naira(5)
    assert world.sms(ada) == ["cash_in"]
    assert world.sms(agent) == ["float_received", "cash_in_done"]
    assert world.books_differ() == []


def test_a_repeated_hop_cashes_in_once(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(10_000)), world.subscriber()
    origin = world.origin(agent)
    answers = {counter.cash_in(agent, ada, 1_000, origin) for _ in range(3)}
    assert len(answers) == 1
    assert world.spendable(ada) == naira(1_000)


def test_cash_in_beyond_the_float_does_nothing_and_says_so(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(500)), world.subscriber()
    assert counter.cash_in(agent, ada, 1_000) == NotEnough(naira(500), naira(1_000))
    assert world.spendable(ada) == naira(0)
    assert world.books_differ() == []


def test_a_wrong_pin_moves_nothing(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(10_000)), world.subscriber()
    assert counter.cash_in(agent, ada, 1_000, pin="1111") == WrongPin(2)
    assert counter.float_of(agent) == naira(10_000)


def test_only_agents_at_work_cash_in_and_never_for_themselves(
    world: World, counter: Counter
) -> None:
    agent, ada, obi = counter.agent(naira(10_000)), world.subscriber(), world.subscriber()
    assert why(counter.cash_in(ada, obi, 100)) == "not_an_agent"
    assert why(counter.cash_in(agent, agent, 100)) == "no_such_customer"
    assert why(counter.cash_in(agent, Msisdn("+2348039999999"), 100)) == "no_such_customer"
    assert why(counter.cash_in(agent, ada, 100_001)) == "no_cash_here"
    close_agent(world.context, agent, "test", "moved away")
    assert why(counter.cash_in(agent, ada, 100)) == "not_an_agent"


def test_splitting_an_amount_earns_once(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(10_000)), world.subscriber()
    for _ in range(4):
        counter.cash_in(agent, ada, 500)
    assert counter.earned(agent) == naira(5)
    world.clock.advance(seconds=timedelta(hours=25).total_seconds())
    counter.cash_in(agent, ada, 500)
    assert counter.earned(agent) == naira(10)


def test_the_agent_above_earns_too(world: World, counter: Counter) -> None:
    above = counter.agent()
    agent, ada = counter.agent(naira(10_000), parent=above), world.subscriber()
    counter.cash_in(agent, ada, 1_000)
    assert (counter.earned(agent), counter.earned(above)) == (naira(5), naira(1))
    assert world.books_differ() == []


def test_a_customer_moves_no_more_cash_than_the_country_allows(
    world: World, counter: Counter
) -> None:
    agent, ada = counter.agent(naira(300_000)), world.subscriber()
    for _ in range(2):
        assert isinstance(counter.cash_in(agent, ada, 45_000), CashDone)
    assert counter.cash_in(agent, ada, 10_001) == CashLimitReached(naira(10_000))
    assert counter.withdraw(ada, 10_001) == CashLimitReached(naira(10_000))
    world.clock.advance(seconds=timedelta(hours=25).total_seconds())
    assert isinstance(counter.cash_in(agent, ada, 45_000), CashDone)


def test_agents_racing_to_cash_in_for_one_customer_respect_the_limit(
    world: World, counter: Counter
) -> None:
    agents, ada = [counter.agent(naira(100_000)) for _ in range(6)], world.subscriber()
    replies: list[object] = []

    def take(agent: Msisdn) -> None:
        replies.append(counter.cash_in(agent, ada, 30_000))

    threads = [threading.Thread(target=take, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(reply, CashDone) for reply in replies) == 3
    assert world.spendable(ada) == naira(90_000)
    assert world.books_differ() == []


def test_a_low_float_is_told_once_when_it_becomes_low(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(1_000), low_float=500), world.subscriber()
    for _ in range(3):
        counter.cash_in(agent, ada, 300)
    assert world.sms(agent).count("float_low") == 1


# --- cash out --------------------------------------------------------------------------------


def test_a_withdrawal_holds_amount_and_fee_and_an_agent_pays_it(
    world: World, counter: Counter
) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
    quote = counter.ask(ada, QuoteWithdrawal(naira(1_000), counter.number(agent)))
    assert quote == WithdrawalQuote(naira(20), "Corner shop")
    ready = counter.ready(ada, 1_000)
    assert (ready.total, world.spendable(ada)) == (naira(1_020), naira(3_980))
    paid = counter.pay_out(agent, ada, 1_000, ready.code)
    assert paid == CashDone(ready.reference, naira(10))
    assert counter.float_of(agent) == naira(1_001)
    assert counter.earned(agent) == naira(10)
    assert world.spendable(ada) == naira(3_980)
    assert world.sms(ada) == ["withdrawal_held", "withdrawal_paid"]
    assert world.books_differ() == []


def test_every_step_is_in_the_mini_statement(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(10_000)), world.subscriber()
    counter.cash_in(agent, ada, 2_000)
    counter.pay_out(agent, ada, 1_000, counter.ready(ada, 1_000).code)
    lines = counter.ask(ada, GetTransactions())
    assert isinstance(lines, tuple)
    assert [(line.kind, line.amount) for line in lines] == [  # type: ignore[union-attr]
        ("cash_out", -naira(1_020)),
        ("cash_in", naira(2_000)),
    ]


def test_every_copy_of_the_hop_shows_the_same_code_and_holds_once(
    world: World, counter: Counter
) -> None:
    ada = world.subscriber(naira(5_000))
    origin = world.origin(ada)
    answers = {counter.withdraw(ada, 1_000, origin=origin) for _ in range(3)}
    assert len(answers) == 1
    assert world.spendable(ada) == naira(3_980)


def test_the_code_is_nowhere_in_the_database(world: World, counter: Counter) -> None:
    ada = world.subscriber(naira(5_000))
    code = counter.ready(ada, 1_000).code.value
    for table in ("withdrawals", "mt_sms", "outbox", "ledger_transactions"):
        assert all(code not in str(row) for row in world.all(f"select * from {table}"))


def test_a_code_is_bound_to_number_amount_and_agent(world: World, counter: Counter) -> None:
    named, other = counter.agent(naira(1)), counter.agent(naira(1))
    ada, obi = world.subscriber(naira(5_000)), world.subscriber(naira(5_000))
    ready = counter.ready(ada, 1_000, counter.number(named))
    assert counter.pay_out(named, obi, 1_000, ready.code) == CodeWrong()
    assert counter.pay_out(other, ada, 1_000, ready.code) == CodeWrong()
    assert counter.pay_out(named, ada, 999, ready.code) == CodeWrong()
    assert isinstance(counter.pay_out(named, ada, 1_000, ready.code), CashDone)
    assert world.books_differ() == []


def test_three_wrong_tries_void_it_and_give_the_money_back(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
    ready = counter.ready(ada, 1_000)
    for _ in range(3):
        assert counter.pay_out(agent, ada, 1_000, wrong(ready.code)) == CodeWrong()
    assert counter.state(ready.reference) == ("void", "wrong_code")
    assert counter.pay_out(agent, ada, 1_000, ready.code) == CodeWrong()
    assert world.spendable(ada) == naira(5_000)
    assert world.sms(ada) == ["withdrawal_held", "withdrawal_void"]
    assert world.books_differ() == []


def test_a_repeated_wrong_hop_is_one_try(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
    ready = counter.ready(ada, 1_000)
    origin = world.origin(agent)
    for _ in range(5):
        assert counter.pay_out(agent, ada, 1_000, wrong(ready.code), origin) == CodeWrong()
    assert isinstance(counter.pay_out(agent, ada, 1_000, ready.code), CashDone)


def test_after_ten_minutes_it_is_void_and_the_money_is_back(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
    ready = counter.ready(ada, 1_000)
    world.clock.advance(seconds=601)
    assert counter.pay_out(agent, ada, 1_000, ready.code) == CodeWrong()
    world.look()
    assert counter.state(ready.reference) == ("void", "expired")
    assert world.spendable(ada) == naira(5_000)
    assert world.books_differ() == []


def test_a_new_code_voids_the_old(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
    old, new = counter.ready(ada, 1_000), counter.ready(ada, 2_000)
    assert counter.state(old.reference) == ("void", "replaced")
    assert world.spendable(ada) == naira(2_950)
    assert counter.pay_out(agent, ada, 1_000, old.code) == CodeWrong()
    assert isinstance(counter.pay_out(agent, ada, 2_000, new.code), CashDone)
    assert world.books_differ() == []


def test_a_new_code_that_can_not_be_paid_leaves_the_old_in_force(
    world: World, counter: Counter
) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(1_500))
    old = counter.ready(ada, 1_000)
    assert isinstance(counter.withdraw(ada, 5_000), NotEnough)
    assert isinstance(counter.pay_out(agent, ada, 1_000, old.code), CashDone)


def test_a_pay_out_and_an_expiry_at_once_end_it_once(world: World, counter: Counter) -> None:
    for _ in range(8):
        agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
        ready = counter.ready(ada, 1_000)
        world.clock.advance(seconds=599.999)
        replies: list[object] = []
        threads = [
            threading.Thread(target=lambda: replies.append(  # noqa: B023 - joined within the loop
                counter.pay_out(agent, ada, 1_000, ready.code))),  # noqa: B023
            threading.Thread(target=lambda: (world.clock.advance(seconds=1), world.look())),
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        paid = isinstance(replies[0], CashDone)
        world.look()
        assert counter.state(ready.reference)[0] == ("paid" if paid else "void")
        assert world.spendable(ada) == (naira(3_980) if paid else naira(5_000))
    assert world.books_differ() == []


def test_two_agents_with_one_code_pay_once(world: World, counter: Counter) -> None:
    agents, ada = [counter.agent(naira(1)) for _ in range(6)], world.subscriber(naira(5_000))
    ready = counter.ready(ada, 1_000)
    replies: list[object] = []

    def pay(agent: Msisdn) -> None:
        replies.append(counter.pay_out(agent, ada, 1_000, ready.code))

    threads = [threading.Thread(target=pay, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(reply, CashDone) for reply in replies) == 1
    assert world.books_differ() == []


def test_two_withdrawals_at_once_leave_one_open(world: World, counter: Counter) -> None:
    ada = world.subscriber(naira(5_000))
    replies: list[object] = []

    def ask() -> None:
        replies.append(counter.withdraw(ada, 1_000))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(reply, WithdrawalReady) for reply in replies)
    assert world.all("select 1 from withdrawals where state = 'open'") == [(1,)]
    assert world.spendable(ada) == naira(3_980)
    assert world.books_differ() == []


def test_an_agent_who_guesses_pays_nothing_out_for_an_hour(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(1)), world.subscriber(naira(5_000))
    for number in range(10):
        stranger = Msisdn(f"+23480377700{number:02d}")
        assert counter.pay_out(agent, stranger, 100, Secret("123456")) == CodeWrong()
    ready = counter.ready(ada, 1_000)
    assert why(counter.pay_out(agent, ada, 1_000, ready.code)) == "too_many_wrong"
    world.clock.advance(seconds=3_601)
    again = counter.ready(ada, 1_000)
    assert isinstance(counter.pay_out(agent, ada, 1_000, again.code), CashDone)


def test_an_agent_can_not_pay_out_the_own_withdrawal(world: World, counter: Counter) -> None:
    agent, above = counter.agent(naira(1)), counter.agent(naira(5_000))
    counter.cash_in(above, agent, 2_000)
    ready = counter.ready(agent, 1_000)
    assert counter.pay_out(agent, agent, 1_000, ready.code) == CodeWrong()


def test_without_a_licence_no_cash_moves(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(5_000)), world.subscriber(naira(5_000))
    ready = counter.ready(ada, 1_000)
    object.__setattr__(world.context, "licence_held", False)
    assert why(counter.cash_in(agent, ada, 100)) == "no_cash_here"
    assert why(counter.withdraw(ada, 100)) == "no_cash_here"
    assert why(counter.pay_out(agent, ada, 1_000, ready.code)) == "no_cash_here"
