"""Each due moment of a scheduled purchase buys once, whoever meets, repeats or crashes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.db import schedules
from app.db.engine import Database, Transaction
from app.db.errors import AnswerLost
from app.domain.schedules import Every, Rhythm
from app.services import look_after_schedule as service
from app.services.look_after_schedule import look_after_schedule
from tests.factories.plans import PLANS, mtn
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.schedules.diary import (
    WEEKLY_PLAN,
    ask,
    bought,
    due,
    hold_wallet,
    id_of,
    kept,
    made,
    pass_to,
    pay_in,
    told,
    until,
    wish,
    work,
)


def test_an_sms_comes_the_evening_before_and_the_receipt_after(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = made(world, buyer)
    pass_to(world, "2026-03-08T17:59")
    assert told(world, buyer) == []
    pass_to(world, "2026-03-08T18:00")
    [before] = told(world, buyer)
    assert before.startswith("On 09/03 09:00 we buy MTN NGN 200.00 for 0803 1")
    assert before.endswith("Balance NGN 1,000.00. To stop it dial *384*123#, My account.")
    pass_to(world, "2026-03-09T08:59")
    assert bought(world, buyer) == []
    pass_to(world, "2026-03-09T09:00")
    assert bought(world, buyer) == [("schedule", str(number), 1, "delivered")]
    assert world.sms(buyer) == ["schedule_soon", "delivered"]
    assert world.spendable(buyer) == naira(800)
    for day in ("15T18:00", "16T09:00"):
        pass_to(world, f"2026-03-{day}")
    assert [row[2] for row in bought(world, buyer)] == [1, 2]
    assert world.books_differ() == []


def test_made_later_than_that_evening_the_sms_comes_at_once(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    until(world, "2026-03-08T21:00")
    made(world, buyer)
    work(world)
    assert world.sms(buyer) == ["schedule_soon"]
    pass_to(world, "2026-03-09T09:00")
    assert len(bought(world, buyer)) == 1


def test_the_sms_comes_before_even_where_nobody_worked_that_evening(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    made(world, buyer)
    pass_to(world, "2026-03-09T10:30")
    assert world.sms(buyer) == ["schedule_soon", "delivered"]


def test_a_plan_for_another_number_every_month_ends_on_short_months(world: World) -> None:
    buyer, mother = world.subscriber(naira(5_000)), "+2348031113333"
    ask(world, buyer, wish(mother, Rhythm(Every.MONTH, 31), 800, WEEKLY_PLAN))
    for day in ("03-30T18:00", "03-31T09:00", "04-29T18:00", "04-30T09:00", "05-01T09:00"):
        pass_to(world, f"2026-{day}")
    rows = world.all(
        "select product, recipient, price_minor, to_char(placed_at, 'MM-DD') from orders o"
        " where subscriber_id = %s order by o.id", id_of(world, buyer),
    )  # fmt: skip
    assert rows == [
        (WEEKLY_PLAN, mother, 800_00, "03-31"), (WEEKLY_PLAN, mother, 800_00, "04-30"),
    ]  # fmt: skip


def test_once_is_once(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = made(world, buyer, rhythm=Rhythm(Every.ONCE, 5))
    for day in ("03-04T18:00", "03-05T09:00", "04-04T18:00", "04-05T09:00"):
        pass_to(world, f"2026-{day}")
    assert len(bought(world, buyer)) == 1
    assert kept(world, buyer) == ()
    assert world.one("select state from schedules where id = %s", number) == "ended"


def test_a_plan_that_got_cheaper_costs_what_it_costs(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    made(world, buyer, price=800, product=WEEKLY_PLAN)
    world.stock_plans(plans=mtn((*row[:3], 760 if row[3] == 800 else row[3]) for row in PLANS))
    pass_to(world, "2026-03-09T09:00")
    assert world.spendable(buyer) == naira(240)
    assert world.books_differ() == []


# --- once, whatever happens -------------------------------------------------------------------


def test_schedulers_that_meet_buy_once(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)
    acts = [lambda: look_after_schedule(world.context, number)] * 4
    meet_at(world.db, hold_wallet(world, buyer), acts)
    assert [row[:3] for row in bought(world, buyer)] == [("schedule", str(number), 1)]
    assert world.spendable(buyer) == naira(800)
    assert world.books_differ() == []


def test_a_job_that_comes_twice_buys_and_says_nothing_more(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)
    for _ in range(3):
        look_after_schedule(world.context, number)
    assert len(bought(world, buyer)) == 1
    assert world.sms(buyer) == ["schedule_soon"]


class Crash(Exception):
    pass


def test_a_crash_before_the_commit_leaves_nothing_and_the_next_look_buys(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)
    place = service.place

    def crashing(*arguments: Any) -> Any:
        place(*arguments)
        raise Crash

    monkeypatch.setattr(service, "place", crashing)
    with pytest.raises(Crash):
        look_after_schedule(world.context, number)
    assert bought(world, buyer) == []
    monkeypatch.undo()
    world.clock.advance(seconds=15)
    work(world)
    assert [row[2] for row in bought(world, buyer)] == [1]
    assert world.spendable(buyer) == naira(800)


def test_a_crash_after_the_commit_buys_nothing_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)

    def crashing() -> None:
        raise Crash

    monkeypatch.setattr(type(world.context), "nudge", property(lambda _: crashing))
    with pytest.raises(Crash):
        look_after_schedule(world.context, number)
    monkeypatch.undo()
    world.clock.advance(seconds=15)
    work(world)
    assert [row[2] for row in bought(world, buyer)] == [1]


def test_a_lost_answer_of_the_database_neither_buys_twice_nor_says_that_nothing_was_bought(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit took effect, its answer got lost."""
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)
    transaction = Database.transaction

    @contextmanager
    def losing(database: Database) -> Iterator[Transaction]:
        with transaction(database) as tx:
            yield tx
            lost = tx.one("select count(*) from orders where session = %s", (str(number),))[0]
        if lost:
            raise AnswerLost

    monkeypatch.setattr(Database, "transaction", losing)
    with pytest.raises(AnswerLost):
        look_after_schedule(world.context, number)
    monkeypatch.undo()
    world.clock.advance(seconds=15)
    work(world)
    assert [row[2] for row in bought(world, buyer)] == [1]
    assert world.sms(buyer) == ["schedule_soon", "delivered"]


def test_one_that_found_too_little_says_nothing_when_another_has_bought(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the refusal and its SMS money comes in, and a second scheduler buys."""
    buyer = world.subscriber(naira(100))
    number = due(world, buyer)
    say = service._not_bought

    def meanwhile(*arguments: Any, **more: Any) -> None:
        monkeypatch.setattr(service, "_not_bought", say)
        pay_in(world, buyer, naira(500))
        look_after_schedule(world.context, number)
        say(*arguments, **more)

    monkeypatch.setattr(service, "_not_bought", meanwhile)
    look_after_schedule(world.context, number)
    assert len(bought(world, buyer)) == 1
    assert "schedule_not_bought" not in world.sms(buyer)


def test_what_is_stopped_while_its_run_is_taken_isnt_bought_afterwards(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)

    def stopping(tx: Transaction) -> None:
        schedules.stop(tx, number, id_of(world, buyer))

    meet_at(world.db, stopping, [lambda: look_after_schedule(world.context, number)])
    assert bought(world, buyer) == []
    assert world.sms(buyer) == ["schedule_soon"]


def test_runs_that_nobody_made_are_said_once_and_not_made_up_for(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    made(world, buyer)
    pass_to(world, "2026-03-08T18:00")
    pass_to(world, "2026-03-24T12:00")
    assert bought(world, buyer) == []
    assert world.sms(buyer) == ["schedule_soon", "schedule_not_bought"]
    assert "We could not do it on that day. Nothing was charged." in told(world, buyer)[1]
    pass_to(world, "2026-03-29T18:00")
    pass_to(world, "2026-03-30T09:00")
    assert [row[2] for row in bought(world, buyer)] == [2]


# --- the books ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        "update schedules set price_minor = 10000",
        "update schedules set run = 1",
        "update schedules set recipient = '+2348030009999'",
    ],
)
def test_verify_finds_a_scheduled_purchase_that_nobody_agreed_to(world: World, forged: str) -> None:
    buyer = world.subscriber(naira(1_000))
    number = due(world, buyer)
    work(world)
    assert world.books_differ() == []
    before = world.all("select price_minor, run, recipient from schedules where id = %s", number)
    with world.db.transaction() as tx:
        tx.run(f"{forged} where id = %s", (number,))
    [found] = world.books_differ()
    assert "a scheduled purchase isn't what its owner agreed to" in found
    with world.db.transaction() as tx:
        tx.run(
            "update schedules set price_minor = %s, run = %s, recipient = %s where id = %s",
            (*before[0], number),
        )
