"""A wallet takes in what its tier allows and no more, and money that comes back always."""

from datetime import timedelta

import psycopg2.errors
import pytest

from app.db import ledger, subscribers
from app.domain.ledger import fund, wallet
from app.domain.requests import (
    CashDone,
    CommissionTaken,
    FindRecipient,
    MoneySent,
    Recipient,
    TakeCommission,
    WithdrawalReady,
)
from app.domain.secret import Secret
from app.services.show_subscriber import set_tier
from app.services.wallet_room import wallet_room
from tests.agents.counter import Counter, why
from tests.factories.world import PIN, World, naira
from tests.identity.crowd import at_once, room, stranger, topped_up


def test_room_is_what_the_tier_leaves(world: World) -> None:
    ada = world.subscriber(naira(299_999))
    assert room(world, ada) == naira(1)
    topped_up(world, ada, 5)
    assert room(world, ada) == naira(0)
    set_tier(world.context, ada, 3, "test", "shown at the office")
    assert room(world, ada) is None


def test_whoever_looked_at_the_room_has_it_until_the_commit(world: World) -> None:
    ada = world.subscriber(naira(290_000))
    owner = int(world.one("select id from subscribers where msisdn = %s", ada))
    with world.db.transaction() as first:
        row = subscribers.find_by_id(first, owner)
        assert row is not None
        assert wallet_room(world.context, first, row) == naira(10_000)
        with world.db.transaction() as second:
            second.run("set local lock_timeout = '100ms'")
            with pytest.raises(psycopg2.errors.LockNotAvailable):
                wallet_room(world.context, second, row)
        ledger.post(first, fund("test:room", wallet(owner, "NGN"), naira(6_000)))
    assert room(world, ada) == naira(4_000)


def test_cash_fills_a_wallet_to_its_limit_and_no_further(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(100_000)), world.subscriber(naira(290_000))
    assert why(counter.cash_in(agent, ada, 10_001)) == "cannot_receive"
    assert counter.float_of(agent) == naira(100_000)
    assert world.sms(ada) == []
    assert isinstance(counter.cash_in(agent, ada, 10_000), CashDone)
    assert why(counter.cash_in(agent, ada, 1)) == "cannot_receive"
    assert world.books_differ() == []


def test_two_agents_cannot_fill_the_same_room(world: World, counter: Counter) -> None:
    agents = [counter.agent(naira(50_000)) for _ in range(4)]
    ada, waiting = world.subscriber(naira(290_000)), iter(agents)
    replies = at_once(4, lambda: counter.cash_in(next(waiting), ada, 10_000))
    assert sum(isinstance(reply, CashDone) for reply in replies) == 1
    assert world.spendable(ada) == naira(300_000)
    assert world.books_differ() == []


def test_a_transfer_that_does_not_fit_is_refused_before_and_at_the_pin(world: World) -> None:
    ada, obi = world.subscriber(naira(50_000)), world.subscriber(naira(290_000))
    counter = Counter(world)
    assert why(counter.ask(ada, FindRecipient(obi, naira(10_001)))) == "cannot_receive"
    assert counter.ask(ada, FindRecipient(obi, naira(10_000))) == Recipient(registered=True)
    assert why(world.send(ada, obi, naira(10_001))) == "cannot_receive"
    assert world.spendable(ada) == naira(50_000)
    assert world.all("select 1 from transfers where recipient = %s", obi) == []
    assert world.one("select spent_minor from daily_spend s join subscribers o"
                     " on o.id = s.subscriber_id where o.msisdn = %s", ada) is None  # fmt: skip
    assert isinstance(world.send(ada, obi, naira(10_000)), MoneySent)


def test_senders_at_once_cannot_fill_the_same_room(world: World) -> None:
    obi = world.subscriber(naira(290_000))
    senders = iter([world.subscriber(naira(20_000)) for _ in range(5)])
    replies = at_once(5, lambda: world.send(next(senders), obi, naira(6_000)))
    assert sum(isinstance(reply, MoneySent) for reply in replies) == 1
    assert world.spendable(obi) == naira(296_000)
    assert world.books_differ() == []


def test_who_could_not_send_an_amount_learns_nothing_of_the_others_wallet(world: World) -> None:
    poor, obi = world.subscriber(naira(100)), world.subscriber(naira(299_999))
    asked = FindRecipient(obi, naira(10_000))
    assert Counter(world).ask(poor, asked) == Recipient(registered=True)


def test_a_wrong_pin_count_is_cleared_where_the_recipient_cannot_receive(world: World) -> None:
    ada, obi = world.subscriber(naira(50_000)), world.subscriber(naira(300_000))
    world.send(ada, obi, naira(100), pin="1111")
    assert why(world.send(ada, obi, naira(100))) == "cannot_receive"
    assert world.one("select failures from subscribers where msisdn = %s", ada) == 0


def test_what_waits_and_does_not_fit_goes_back(world: World) -> None:
    obi, senders = stranger(), [world.subscriber(naira(20_000)) for _ in range(16)]
    for sender in senders:
        assert isinstance(world.send(sender, obi, naira(20_000)), MoneySent)
    world.enrol(obi)
    assert world.spendable(obi) == naira(300_000)
    assert world.spendable(senders[-1]) == naira(0)
    world.clock.advance(seconds=timedelta(hours=73).total_seconds())
    world.look()
    assert world.spendable(senders[-1]) == naira(20_000)
    assert world.sms(senders[-1])[-1] == "money_refused"
    assert world.books_differ() == []


def test_money_coming_back_is_never_refused(world: World, counter: Counter) -> None:
    ada = world.subscriber(naira(300_000))
    world.send(ada, stranger(), naira(10_000))
    ready = counter.withdraw(ada, 5_000)
    assert isinstance(ready, WithdrawalReady)
    topped_up(world, ada, 20_000)
    world.clock.advance(seconds=timedelta(hours=73).total_seconds())
    world.look()
    assert world.spendable(ada) == naira(320_000)
    assert world.books_differ() == []


def test_commission_stays_where_it_is_when_the_wallet_is_full(
    world: World, counter: Counter
) -> None:
    agent = counter.agent(naira(10_000))
    counter.cash_in(agent, world.subscriber(), 1_000)
    topped_up(world, agent, 300_000)
    assert why(counter.ask(agent, TakeCommission(Secret(PIN)))) == "wallet_full"
    assert counter.earned(agent) == naira(5)
    set_tier(world.context, agent, 2, "test", "shown at the office")
    assert isinstance(counter.ask(agent, TakeCommission(Secret(PIN))), CommissionTaken)
