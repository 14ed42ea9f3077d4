"""Schedules are made with the PIN, paused and stopped without, and at most ten."""

from typing import Any

import pytest

from app.db import schedules
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    Done,
    GetRepeatable,
    PauseSchedule,
    PinLocked,
    Refusal,
    Refused,
    ResumeSchedule,
    ScheduleRuns,
    SchedulesFull,
    StopSchedule,
    WrongPin,
)
from app.domain.schedules import MOST, Every, Rhythm
from app.domain.secret import Secret
from tests.factories.plans import PLANS, mtn
from tests.factories.races import meet_at
from tests.factories.world import PIN, World, naira
from tests.schedules.diary import (
    WEEKLY_PLAN,
    ask,
    block,
    bought,
    id_of,
    kept,
    lock_pin,
    made,
    pass_to,
    wish,
)


def test_a_copy_of_the_hop_makes_no_second_one(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    origin = world.origin(buyer)
    replies = {str(ask(world, buyer, wish(buyer), origin)) for _ in range(3)}
    assert len(replies) == 1
    assert len(kept(world, buyer)) == 1


def test_nothing_is_kept_of_the_pin(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = made(world, buyer)
    [row] = world.all("select to_jsonb(s)::text from schedules s where id = %s", number)
    assert PIN not in row[0].replace(buyer, "")


def test_a_wrong_or_locked_pin_makes_nothing(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    assert ask(world, buyer, wish(buyer, pin="1111")) == WrongPin(2)
    lock_pin(world, buyer)
    assert ask(world, buyer, wish(buyer)) == PinLocked(None)
    block(world, buyer)
    assert ask(world, buyer, wish(buyer)) == Refused(Refusal.BLOCKED)
    assert kept(world, buyer) == ()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"price": 20}, Refusal.NOT_SOLD_HERE),
        ({"operator": "nobody"}, Refusal.NOT_SOLD_HERE),
        ({"operator": "safaricom-ke"}, Refusal.NOT_SOLD_HERE),
        ({"product": "9mb-1d"}, Refusal.NOT_SOLD_HERE),
        ({"rhythm": Rhythm(Every.WEEK, 8)}, Refusal.NOT_SOLD_HERE),
        ({"rhythm": Rhythm(Every.MONTH, 0)}, Refusal.NOT_SOLD_HERE),
        ({"to": "+254712345678"}, Refusal.NOT_SOLD_HERE),
        ({"price": 30_000}, Refusal.TOO_MUCH_TO_SCHEDULE),
    ],
)
def test_what_can_never_be_bought_isnt_scheduled(
    world: World, more: dict[str, Any], why: Refusal
) -> None:
    buyer = world.subscriber(naira(1_000))
    assert ask(world, buyer, wish(**{"to": buyer, **more})) == Refused(why)
    assert kept(world, buyer) == ()


def test_sessions_that_meet_make_no_more_than_ten(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    for _ in range(MOST - 1):
        made(world, buyer)
    replies: list[object] = []
    acts = [lambda: replies.append(ask(world, buyer, wish(buyer)))] * 3
    meet_at(world.db, lambda tx: schedules.how_many(tx, id_of(world, buyer)), acts)
    assert sorted(type(reply).__name__ for reply in replies) == [
        "ScheduleRuns", "SchedulesFull", "SchedulesFull",
    ]  # fmt: skip
    assert ask(world, buyer, StopSchedule(kept(world, buyer)[0].id)) == Done()
    assert isinstance(ask(world, buyer, wish(buyer)), ScheduleRuns)
    assert ask(world, buyer, wish(buyer)) == SchedulesFull()


def test_pausing_and_stopping_want_no_pin_and_work_while_it_is_locked(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = made(world, buyer)
    lock_pin(world, buyer)
    assert ask(world, buyer, PauseSchedule(number)) == Done()
    assert kept(world, buyer)[0].next_at is None
    assert ask(world, buyer, ResumeSchedule(number, Secret(PIN))) == PinLocked(None)
    assert [ask(world, buyer, StopSchedule(number)) for _ in range(2)] == [Done()] * 2
    pass_to(world, "2026-03-09T09:00")
    assert (kept(world, buyer), bought(world, buyer), world.sms(buyer)) == ((), [], [])


def test_what_is_over_cant_go_on(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = made(world, buyer)
    ask(world, buyer, StopSchedule(number))
    over = Refused(Refusal.SCHEDULE_OVER)
    for unknown in (number, 0, -1, 2**40):
        assert ask(world, buyer, ResumeSchedule(unknown, Secret(PIN))) == over
    assert kept(world, buyer) == ()


def test_nobody_touches_what_belongs_to_another(world: World) -> None:
    owner, other = world.subscriber(naira(1_000)), world.subscriber(naira(1_000))
    number = made(world, owner)
    ask(world, other, PauseSchedule(number))
    ask(world, other, StopSchedule(number))
    assert kept(world, owner)[0].next_at is not None
    ask(world, owner, PauseSchedule(number))
    over = Refused(Refusal.SCHEDULE_OVER)
    assert ask(world, other, ResumeSchedule(number, Secret(PIN))) == over
    assert kept(world, other) == ()


def test_a_stranger_has_and_makes_none(world: World) -> None:
    stranger = Msisdn("+2348039999998")
    assert ask(world, stranger, wish(stranger)) == Refused(Refusal.NOT_REGISTERED)
    assert ask(world, stranger, StopSchedule(1)) == Refused(Refusal.NOT_REGISTERED)
    assert ask(world, stranger, PauseSchedule(1)) == Refused(Refusal.NOT_REGISTERED)
    assert kept(world, stranger) == ()
    assert ask(world, stranger, GetRepeatable()).purchases == ()


def test_offered_are_the_latest_different_purchases_at_todays_price(world: World) -> None:
    buyer = world.subscriber(naira(9_000))
    for amount in (100, 200, 100):
        world.buy(buyer, amount)
    world.buy(buyer, 300, to="+2348031113333")
    world.buy_plan(buyer)
    world.buy_plan(buyer, "100mb-1d", 100)
    changed = [(*row[:3], 850 if row[3] == 800 else row[3]) for row in PLANS if row[1] != 100]
    world.clock.advance(seconds=1)
    world.stock_plans(plans=mtn(changed))
    offered = ask(world, buyer, GetRepeatable()).purchases
    assert [(one.product, one.recipient == buyer, one.price) for one in offered] == [
        (WEEKLY_PLAN, True, naira(850)), ("airtime", False, naira(300)),
        ("airtime", True, naira(100)), ("airtime", True, naira(200)),
    ]  # fmt: skip
