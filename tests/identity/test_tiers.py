"""Limits follow from the tier, to the kobo, whatever runs at once."""

import threading
from datetime import date, timedelta
from itertools import count

import psycopg2.errors
import pytest

from app.db import ledger, subscribers
from app.db.engine import Database
from app.domain import tiers
from app.domain.ledger import fund, wallet
from app.domain.msisdn import Msisdn
from app.domain.names import masked
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    CashDone,
    CommissionTaken,
    FindRecipient,
    LimitReached,
    MoneySent,
    OrderPlaced,
    Recipient,
    TakeCommission,
    TooFast,
    WithdrawalReady,
)
from app.domain.secret import Secret
from app.domain.tiers import Limits, Tier, limits_of_tier
from app.domain.velocity import Counted, pace_of
from app.services.show_subscriber import set_tier
from app.services.wallet_room import wallet_room
from tests.agents.counter import Counter, why
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

_strangers = count(1)
TODAY = date(2026, 3, 2)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


def stranger() -> Msisdn:
    return Msisdn(f"+2348095{next(_strangers):06d}")


def topped_up(world: World, msisdn: Msisdn, amount: int) -> None:
    """Money in by a way that knows no limit."""
    owner = int(world.one("select id from subscribers where msisdn = %s", msisdn))
    with world.db.transaction() as tx:
        account = wallet(owner, "NGN")
        ledger.post(tx, fund(f"test:more:{next(_strangers)}", account, naira(amount)))


def room(world: World, msisdn: Msisdn) -> object:
    with world.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, msisdn)
        assert owner is not None
        return wallet_room(world.context, tx, owner)


def at_once(number: int, act: "object") -> list[object]:
    replies: list[object] = []
    threads = [
        threading.Thread(target=lambda: replies.append(act()))  # type: ignore[operator]
        for _ in range(number)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


# --- the data --------------------------------------------------------------------------------


def test_whoever_can_enrol_has_limits() -> None:
    for country in COUNTRY_CURRENCY:
        assert limits_of_tier(country, 1, TODAY).day_minor is not None


def test_a_later_row_counts_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Tier("NG", 1, date(2026, 6, 1), Limits(1, 2, 3), "test")
    monkeypatch.setattr(tiers, "TIERS", (*tiers.TIERS, later))
    assert limits_of_tier("NG", 1, date(2026, 5, 31)) == Limits(20_000_00, 50_000_00, 300_000_00)
    assert limits_of_tier("NG", 1, date(2026, 6, 1)) == Limits(1, 2, 3)


def test_a_country_with_fewer_tiers_gives_its_highest() -> None:
    assert limits_of_tier("KE", 3, TODAY) == limits_of_tier("KE", 1, TODAY)
    with pytest.raises(ValueError, match="empty"):
        limits_of_tier("XX", 1, TODAY)


def test_tiers_rise_and_every_row_says_where_it_is_from() -> None:
    for country in {tier.country for tier in tiers.TIERS}:
        days = [limits_of_tier(country, number, TODAY).day_minor or 10**15 for number in (1, 2, 3)]
        assert days == sorted(days)
    assert all(tier.source for tier in tiers.TIERS)


# --- one act, and a day ----------------------------------------------------------------------


def test_one_purchase_may_reach_the_limit_and_not_pass_it(world: World) -> None:
    ada = world.subscriber(naira(100_000))
    assert isinstance(world.buy(ada, 20_000), OrderPlaced)
    assert world.buy(ada, 20_001) == LimitReached(naira(20_000))


def test_purchases_transfers_and_withdrawals_share_a_day(world: World, counter: Counter) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    assert isinstance(world.buy(ada, 20_000), OrderPlaced)
    assert isinstance(world.send(ada, obi, naira(20_000)), MoneySent)
    ready = counter.withdraw(ada, 9_900)
    assert isinstance(ready, WithdrawalReady)
    assert ready.total == naira(10_000)
    assert world.send(ada, obi, naira(1)) == LimitReached(naira(0))
    assert world.buy(ada, 100) == LimitReached(naira(0))
    assert world.books_differ() == []
    world.clock.advance(hours=24)
    assert isinstance(world.send(ada, obi, naira(1)), MoneySent)


def test_a_withdrawal_that_nobody_paid_no_longer_counts(world: World, counter: Counter) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    world.send(ada, obi, naira(20_000))
    world.send(ada, obi, naira(19_000))
    for _ in range(3):
        assert isinstance(counter.withdraw(ada, 10_000), WithdrawalReady)
    assert world.send(ada, obi, naira(1_000)) == LimitReached(naira(900))
    world.pass_time(700, step=350)
    assert isinstance(world.send(ada, obi, naira(11_000)), MoneySent)
    assert world.books_differ() == []


def test_two_hundred_sessions_at_once_spend_no_more_than_a_day(world: World) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    replies = at_once(200, lambda: world.send(ada, obi, naira(1_000)))
    sent = [reply for reply in replies if isinstance(reply, MoneySent)]
    assert len(sent) == 50
    assert all(isinstance(reply, MoneySent | LimitReached) for reply in replies)
    assert world.spendable(ada) == naira(150_000)
    assert world.books_differ() == []


def test_a_higher_tier_allows_more_and_no_limits_means_none(world: World) -> None:
    ada = world.subscriber(naira(300_000))
    set_tier(world.context, ada, 2, "test", "shown at the office")
    assert isinstance(world.send(ada, stranger(), naira(100_000)), MoneySent)
    exempt = world.subscriber(naira(900_000), exempt=True)
    assert isinstance(world.send(exempt, stranger(), naira(600_000)), MoneySent)
    assert room(world, exempt) is None


# --- what a wallet may hold ------------------------------------------------------------------


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


# --- how often -------------------------------------------------------------------------------


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


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ONE TWO", "O** T**"),
        ("one", "O**"),
        ("One Two Three", "O** T**"),
        ("Ọlá Èkó", "O** E**"),
        ("  x   y  ", "X Y"),
        ("łx 名", "** *"),
        ("A" * 40 + " b", "A********* B"),
        ("", ""),
    ],
)
def test_a_name_is_shown_by_its_first_letters(name: str, shown: str) -> None:
    assert masked(name) == shown
