"""What a SIM may move that was changed lately, or that nobody has spoken of; who is heard of it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.db.engine import Database
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AddCodeApp,
    BuyAirtime,
    MoneySent,
    OrderPlaced,
    QuoteWithdrawal,
    Refusal,
    Refused,
    Withdraw,
    WithdrawalReady,
    WrongPin,
)
from app.domain.second_factor import Act
from app.domain.secret import Secret
from app.domain.sim_swap import SimState, swap_rules
from app.ports.sim_swap import Answered, SwapCallback, SwapUnknown
from app.security.audit import read_chain
from app.services.buy_airtime import buy_airtime
from app.services.check_pin import Door
from app.services.check_sim import hear_swap
from app.services.cure_pin import NoSuchSubscriber, SimSwapped, SimUnchecked, reset_pin
from app.services.perform import perform
from app.services.record_swap import NotYet, record_swap
from app.services.sim_swap import state_of
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

SWAPPED = Refused(Refusal.SIM_SWAPPED)
UNCHECKED = Refused(Refusal.SIM_UNCHECKED)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, sims_asked=True)


def withdraw(world: World, msisdn: Msisdn, amount: int) -> object:
    request = Withdraw(naira(amount), "", naira(1_000), Secret(PIN))
    return perform(world.context, world.origin(msisdn), request)


def hear(world: World, msisdn: Msisdn, last_swap: date | None) -> bool:
    callback = SwapCallback(f"request-{msisdn}", Answered(last_swap))
    return hear_swap(world.context, "africastalking", callback)


def swapped(world: World, msisdn: Msisdn, hours_ago: float = 1) -> None:
    at = world.clock.now() - timedelta(hours=hours_ago)
    record_swap(world.context, msisdn, at, "test", "owner called")


def state(world: World, msisdn: Msisdn) -> SimState:
    with world.db.statement() as tx:
        return state_of(world.context, tx, msisdn)


# --- after a swap ----------------------------------------------------------------------------


def test_after_a_swap_no_cash_no_new_pin_and_small_amounts_only(world: World) -> None:
    ada, obi = world.subscriber(naira(50_000)), world.subscriber()
    swapped(world, ada)
    assert withdraw(world, ada, 100) == SWAPPED
    with pytest.raises(SimSwapped):
        reset_pin(world.context, ada, "test", "forgotten")
    assert isinstance(world.buy(ada, 2_000), OrderPlaced)
    assert isinstance(world.send(ada, obi, naira(2_000)), MoneySent)
    assert world.buy(ada, 2_001) == SWAPPED
    assert world.send(ada, obi, Money(2_000_01, "NGN")) == SWAPPED
    assert world.sms(ada).count("sim_swapped") == 1, "it says why, once"
    assert world.spendable(ada) == naira(46_000)
    assert world.books_differ() == []


def test_no_code_app_is_added_after_a_swap(world: World) -> None:
    ada = world.subscriber()
    swapped(world, ada)
    assert perform(world.context, world.origin(ada), AddCodeApp(Secret(PIN))) == SWAPPED


def test_it_is_recent_for_72_hours(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    swapped(world, ada, hours_ago=72)
    assert state(world, ada) is SimState.RECENT
    world.clock.advance(seconds=1)
    assert state(world, ada) is SimState.UNKNOWN


def test_a_wrong_pin_is_said_first(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    swapped(world, ada)
    assert world.buy(ada, 5_000, pin="1111") == WrongPin(2)


def test_by_sms_too_and_with_a_text_that_says_why(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    swapped(world, ada)
    request = BuyAirtime(ada, "mtn-ng", naira(5_000), Secret(PIN))
    assert buy_airtime(world.context, world.origin(ada), request, Door.SMS) == SWAPPED


def test_whoever_is_exempt_from_limits_is_exempt_here(world: World) -> None:
    demo = world.subscriber(naira(50_000), exempt=True)
    swapped(world, demo)
    assert isinstance(world.buy(demo, 5_000), OrderPlaced)


def test_staff_who_saw_papers_may_reset_the_pin_and_it_is_audited(world: World) -> None:
    ada = world.subscriber()
    swapped(world, ada)
    reset_pin(world.context, ada, "test", "forgotten", after_id_check=True)
    assert "start_pin" in world.sms(ada)
    rows = world.all("select act, detail->>'after_id_check' from audit where subject = %s"
                     " order by id", ada)  # fmt: skip
    assert rows == [("subscriber.swapped", None), ("subscriber.reset_pin", "yes")]
    with world.db.transaction() as tx:
        assert read_chain(tx).broken == []


def test_a_swap_is_recorded_for_a_subscriber_and_not_ahead_of_time(world: World) -> None:
    with pytest.raises(NotYet):
        swapped(world, world.subscriber(), hours_ago=-1)
    with pytest.raises(NoSuchSubscriber):
        swapped(world, Msisdn("+2348039990066"))


# --- before the network has answered ---------------------------------------------------------


def test_a_withdrawal_is_limited_until_the_network_has_answered(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    assert isinstance(withdraw(world, ada, 5_000), WithdrawalReady)
    assert withdraw(world, ada, 5_001) == UNCHECKED
    world.look()
    assert world.sims.asked == [ada]
    assert withdraw(world, ada, 5_001) == UNCHECKED, "asked isn't answered"
    assert hear(world, ada, None)
    assert isinstance(withdraw(world, ada, 5_001), WithdrawalReady)


def test_asking_what_a_withdrawal_costs_has_the_network_asked_in_time(world: World) -> None:
    ada, demo = world.subscriber(naira(50_000)), world.subscriber(naira(50_000), exempt=True)
    for msisdn in (ada, demo):
        perform(world.context, world.origin(msisdn), QuoteWithdrawal(naira(6_000), ""))
    world.look()
    assert world.sims.asked == [ada]
    hear(world, ada, None)
    assert isinstance(withdraw(world, ada, 6_000), WithdrawalReady)


def test_a_pin_reset_waits_for_the_answer(world: World) -> None:
    ada = world.subscriber()
    with pytest.raises(SimUnchecked):
        reset_pin(world.context, ada, "test", "forgotten")
    assert world.sms(ada) == []
    world.look()
    hear(world, ada, None)
    reset_pin(world.context, ada, "test", "forgotten")
    assert world.sms(ada) == ["start_pin"]


def test_a_large_purchase_goes_on_and_has_the_network_asked_a_small_one_does_not(
    world: World,
) -> None:
    ada = world.subscriber(naira(50_000))
    assert isinstance(world.buy(ada, 10_000), OrderPlaced)
    world.look()
    assert world.sims.asked == []
    assert isinstance(world.buy(ada, 10_001), OrderPlaced)
    world.look()
    assert world.sims.asked == [ada]
    hear(world, ada, world.clock.now().date())
    assert world.buy(ada, 10_002) == SWAPPED


def test_an_answer_is_good_for_a_day_and_then_asked_for_again(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    withdraw(world, ada, 6_000)
    world.look()
    hear(world, ada, None)
    world.clock.advance(hours=24)
    assert state(world, ada) is SimState.CLEAR
    world.clock.advance(seconds=1)
    assert state(world, ada) is SimState.UNKNOWN
    assert withdraw(world, ada, 6_000) == UNCHECKED
    world.look()
    assert world.sims.asked == [ada, ada]


def test_many_wishes_in_a_moment_ask_once(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    for _ in range(5):
        withdraw(world, ada, 6_000)
    world.look()
    assert world.sims.asked == [ada]
    world.clock.advance(seconds=30)
    withdraw(world, ada, 6_000)
    world.look()
    assert world.sims.asked == [ada, ada], "an answer that got lost is asked for again"


def test_a_job_that_runs_twice_asks_nothing_once_it_is_answered(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    world.sims.answers = [Answered(None)]
    withdraw(world, ada, 6_000)
    world.look()
    owner = int(world.one("select id from subscribers where msisdn = %s", ada))
    world.jobs["sim_swap"](owner)
    assert world.sims.asked == [ada]
    assert isinstance(withdraw(world, ada, 6_000), WithdrawalReady)


def test_a_network_that_cannot_say_leaves_it_unknown(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    world.sims.answers = [SwapUnknown("503")]
    withdraw(world, ada, 6_000)
    world.look()
    assert withdraw(world, ada, 6_000) == UNCHECKED


def test_money_that_waited_for_a_number_has_its_new_owners_sim_checked(world: World) -> None:
    ada, nobody = world.subscriber(naira(1_000)), Msisdn("+2348039990088")
    world.send(ada, nobody, naira(100))
    world.enrol(nobody)
    stranger = Msisdn("+2348039990089")
    world.enrol(stranger)
    world.look()
    assert world.sims.asked == [nobody]


def test_where_nobody_can_be_asked_only_a_recorded_swap_counts(
    db: Database, clock: FixedClock
) -> None:
    world = World(db, clock)
    ada = world.subscriber(naira(50_000))
    assert isinstance(withdraw(world, ada, 15_000), WithdrawalReady)
    swapped(world, ada)
    assert withdraw(world, ada, 100) == SWAPPED


# --- who is heard ----------------------------------------------------------------------------


def test_an_answer_to_nothing_we_asked_is_not_heard(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    assert not hear(world, ada, None)
    assert state(world, ada) is SimState.UNKNOWN


def test_the_first_answer_wins(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    withdraw(world, ada, 6_000)
    world.look()
    assert hear(world, ada, world.clock.now().date() - timedelta(days=1))
    assert not hear(world, ada, None)
    assert state(world, ada) is SimState.RECENT


def test_no_answer_undoes_a_swap_that_is_known(world: World) -> None:
    ada = world.subscriber(naira(50_000))
    swapped(world, ada)
    with pytest.raises(SimSwapped):
        reset_pin(world.context, ada, "test", "forgotten")
    with world.db.statement() as tx:
        tx.run("insert into sim_swap_requests values ('africastalking', %s, %s, now())",
               (f"request-{ada}", ada))  # fmt: skip
    assert hear(world, ada, None)
    assert state(world, ada) is SimState.RECENT


def test_a_day_counts_to_its_end_where_the_subscriber_lives_but_not_beyond_now(
    world: World,
) -> None:
    ada, obi = world.subscriber(naira(50_000)), world.subscriber(naira(50_000))
    for msisdn in (ada, obi):
        withdraw(world, msisdn, 6_000)
    world.look()
    today = world.clock.now().date()
    hear(world, ada, today - timedelta(days=1))
    hear(world, obi, today)
    at = dict(world.all("select msisdn, swapped_at from sim_swaps where swapped_at is not null"
                        " and msisdn in (%s, %s)", ada, obi))  # fmt: skip
    midnight = datetime(today.year, today.month, today.day, tzinfo=ZoneInfo("Africa/Lagos"))
    assert at == {ada: midnight, obi: world.clock.now()}


# --- the rules -------------------------------------------------------------------------------


def test_small_purchases_need_no_look_at_the_sim_at_all() -> None:
    rules = swap_rules("NG", date(2026, 3, 2))
    assert rules is not None
    assert not rules.matters(Act.AIRTIME, naira(2_000))
    assert rules.matters(Act.AIRTIME, Money(2_000_01, "NGN"))
    assert rules.matters(Act.WITHDRAWAL, naira(1))
    assert swap_rules("NG", date(2025, 12, 31)) is None
