"""A run that can't buy, or whose mandate is in doubt, buys nothing and says so once."""

from collections.abc import Callable
from datetime import date

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    OrderPlaced,
    PauseSchedule,
    Refusal,
    Refused,
    ResumeSchedule,
    ScheduleRuns,
    WrongPin,
)
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.ports.sim_swap import Answered
from tests.factories.plans import PLANS, mtn
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.schedules.diary import (
    WEEKLY_PLAN,
    ask,
    block,
    bought,
    change_pin,
    due,
    id_of,
    kept,
    lock_pin,
    made,
    pass_to,
    swap,
    told,
    until,
    wish,
    work,
)
from tests.second_factor.factors import Factors


def refused(world: World, buyer: Msisdn, sentence: str) -> None:
    """The run of the ninth buys nothing, says this once, and the next one comes."""
    before = world.spendable(buyer)
    orders = len(bought(world, buyer))
    work(world)
    work(world)
    said = [text for text in told(world, buyer) if text.startswith("Not bought as scheduled")]
    assert len(said) == 1, said
    assert sentence in said[0]
    assert said[0].endswith("Nothing was charged.")
    assert (world.spendable(buyer), len(bought(world, buyer))) == (before, orders)
    [one] = kept(world, buyer)
    assert one.next_at is not None
    assert one.next_at.isoformat() == "2026-03-16T08:00:00+00:00"


def test_without_enough_money(world: World) -> None:
    buyer = world.subscriber(naira(150))
    due(world, buyer)
    refused(world, buyer, "You have NGN 150.00.")


def test_above_the_days_limit(world: World) -> None:
    buyer = world.subscriber(naira(200_000))
    due(world, buyer, price=10_000)
    with world.db.transaction() as tx:
        tx.run(
            "insert into daily_spend (subscriber_id, day, currency, spent_minor)"
            " values (%s, '2026-03-09', 'NGN', 100000000)", (id_of(world, buyer),),
        )  # fmt: skip
    refused(world, buyer, "It is above your limit.")


def test_after_too_many_purchases(world: World) -> None:
    buyer = world.subscriber(naira(9_000))
    due(world, buyer)
    for _ in range(15):
        assert isinstance(world.buy(buyer, 100), OrderPlaced)
    work_only(world)
    refused(world, buyer, "You bought too often just before.")


def work_only(world: World) -> None:
    """The orders are vended before the run is looked at."""
    for (order,) in world.all("select id from orders where state = 'placed'"):
        world.vend(order)


def test_a_plan_that_costs_more_than_was_agreed(world: World) -> None:
    buyer = world.subscriber(naira(2_000))
    due(world, buyer, price=800, product=WEEKLY_PLAN)
    world.stock_plans(plans=mtn((*row[:3], 850 if row[3] == 800 else row[3]) for row in PLANS))
    world.clock.advance(seconds=1)
    refused(world, buyer, "It costs NGN 850.00 now.")


def test_a_plan_that_is_withdrawn(world: World) -> None:
    buyer = world.subscriber(naira(2_000))
    due(world, buyer, price=800, product=WEEKLY_PLAN)
    world.stock_plans(plans=mtn(row for row in PLANS if row[3] != 800))
    refused(world, buyer, "It is not sold any more.")


def test_what_needs_a_second_factor_by_then_and_no_proof_meant_for_another_act_is_taken(
    db: Database, clock: FixedClock, vendor: ScriptedVendor
) -> None:
    world = World(db, clock, {"first": vendor}, tier=3)
    factors = Factors(world)
    buyer = factors.with_list()
    number = due(world, buyer)
    with world.db.transaction() as tx:
        tx.run("update schedules set price_minor = 3000000 where id = %s", (number,))
    factors.proven(buyer, Subject(Act.AIRTIME, naira(30_000), buyer), str(number))
    refused(world, buyer, "It needs one more proof: please dial.")


# --- paused ------------------------------------------------------------------------------------


DOUBTS = pytest.mark.parametrize(
    ("doubt", "why"),
    [
        (block, "your account is blocked"), (change_pin, "your PIN was changed"),
        (lock_pin, "your PIN is locked"), (swap, "your SIM was changed"),
    ],
)  # fmt: skip


@DOUBTS
def test_a_mandate_in_doubt_pauses_at_the_run(
    world: World, doubt: Callable[[World, Msisdn], None], why: str
) -> None:
    buyer = world.subscriber(naira(1_000))
    due(world, buyer)
    doubt(world, buyer)
    work(world)
    pass_to(world, "2026-03-16T09:00")
    assert bought(world, buyer) == []
    said = [text for text in told(world, buyer) if text.startswith("Paused because")]
    assert len(said) == 1
    assert said[0].startswith(f"Paused because {why}: MTN NGN 200.00 for ")
    [one] = kept(world, buyer)
    assert one.next_at is None


@DOUBTS
def test_a_mandate_in_doubt_pauses_the_evening_before(
    world: World, doubt: Callable[[World, Msisdn], None], why: str
) -> None:
    buyer = world.subscriber(naira(1_000))
    made(world, buyer)
    until(world, "2026-03-08T18:00")
    doubt(world, buyer)
    work(world)
    assert [why in text for text in told(world, buyer) if "Paused" in text] == [True]
    assert "schedule_soon" not in world.sms(buyer)


def test_going_on_takes_the_new_pin(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)
    change_pin(world, buyer)
    work(world)
    assert ask(world, buyer, ResumeSchedule(number, Secret(PIN))) == WrongPin(2)
    assert kept(world, buyer)[0].next_at is None
    world.clock.advance(seconds=1)
    reply = ask(world, buyer, ResumeSchedule(number, Secret("8264")))
    assert isinstance(reply, ScheduleRuns)
    pass_to(world, "2026-03-15T18:00")
    pass_to(world, "2026-03-16T09:00")
    assert [row[2] for row in bought(world, buyer)] == [2]
    assert world.books_differ() == []


def test_after_a_swap_no_mandate_is_taken_for_a_while(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = made(world, buyer)
    ask(world, buyer, PauseSchedule(number))
    swap(world, buyer)
    assert ask(world, buyer, wish(buyer)) == Refused(Refusal.SIM_SWAPPED)
    assert ask(world, buyer, ResumeSchedule(number, Secret(PIN))) == Refused(Refusal.SIM_SWAPPED)
    world.clock.advance(hours=73)
    assert isinstance(ask(world, buyer, ResumeSchedule(number, Secret(PIN))), ScheduleRuns)


def test_the_network_is_asked_the_evening_before_and_its_answer_counts(
    db: Database, clock: FixedClock, vendor: ScriptedVendor
) -> None:
    world = World(db, clock, {"first": vendor}, sims_asked=True)
    world.sims.answers.append(Answered(date(2026, 3, 8)))
    buyer = world.subscriber(naira(20_000))
    made(world, buyer, price=2_500)
    pass_to(world, "2026-03-08T18:00")
    assert world.sims.asked == [buyer]
    pass_to(world, "2026-03-09T09:00")
    assert bought(world, buyer) == []
    assert world.sms(buyer) == ["schedule_soon", "schedule_paused"]


def test_a_run_doesnt_give_wrong_pins_back(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    due(world, buyer)
    assert world.buy(buyer, pin="1111") == WrongPin(2)
    work(world)
    assert len(bought(world, buyer)) == 1
    assert world.buy(buyer, pin="1111") == WrongPin(1)
