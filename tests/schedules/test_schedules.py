"""Scheduled purchases: each due moment buys once or says why not, and never without a mandate."""

from collections.abc import Callable
from typing import Any

import pytest

from app.db import ledger, pins, schedules
from app.db.engine import Database, Transaction
from app.domain.ledger import fund, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    Done,
    GetRepeatable,
    GetSchedules,
    MakeSchedule,
    OrderPlaced,
    Origin,
    PauseSchedule,
    PinLocked,
    Refusal,
    Refused,
    ResumeSchedule,
    Schedule,
    ScheduleRuns,
    SchedulesFull,
    StopSchedule,
    WrongPin,
)
from app.domain.schedules import MOST, Every, Rhythm
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.services import look_after_schedule as service
from app.services.look_after_schedule import look_after_schedule
from app.services.perform import perform
from app.services.record_swap import record_swap
from menus.texts.messages import render
from tests.factories.plans import PLANS, mtn
from tests.factories.races import meet_at
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.second_factor.factors import Factors

MONDAYS = Rhythm(Every.WEEK, 1)
WEEKLY_PLAN = "1024mb-7d"


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    """It is noon on a Monday, the second of March."""
    made = World(db, clock, {"first": vendor})
    made.stock_plans()
    return made


def ask(world: World, msisdn: Msisdn, request: Any, origin: Origin | None = None) -> Any:
    return perform(world.context, origin or world.origin(msisdn), request)


def wish(
    to: str, rhythm: Rhythm = MONDAYS, price: int = 200, product: str = "airtime",
    operator: str = "mtn-ng", pin: str = PIN,
) -> MakeSchedule:  # fmt: skip
    return MakeSchedule(Msisdn(to), operator, product, naira(price), rhythm, Secret(pin))


def made(world: World, msisdn: Msisdn, **more: Any) -> int:
    """A schedule for the own number; its id."""
    reply = ask(world, msisdn, wish(msisdn, **more))
    assert isinstance(reply, ScheduleRuns), reply
    return int(world.one("select max(id) from schedules"))


def kept(world: World, msisdn: Msisdn) -> tuple[Schedule, ...]:
    found: tuple[Schedule, ...] = ask(world, msisdn, GetSchedules()).kept
    return found


def until(world: World, text: str) -> None:
    """It is this time in Lagos; nobody has looked meanwhile."""
    now = world.clock.now()
    wanted = now.fromisoformat(f"{text}+01:00")
    assert wanted >= now
    world.clock.advance(seconds=(wanted - now).total_seconds())


def work(world: World) -> None:
    for _ in range(4):
        world.look()


def pass_to(world: World, text: str) -> None:
    """Time passes; the evening before was worked as well."""
    until(world, text)
    work(world)


def bought(world: World, msisdn: Msisdn) -> list[tuple[str, str, int, str]]:
    rows = world.all(
        "select o.channel, o.session, o.step, o.state from orders o"
        " join subscribers s on s.id = o.subscriber_id where s.msisdn = %s order by o.id", msisdn,
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def told(world: World, msisdn: Msisdn) -> list[str]:
    rows = world.all("select kind, params from mt_sms where msisdn = %s order by id", msisdn)
    return [render(kind, "en", params) for kind, params in rows]


def pay_in(world: World, msisdn: Msisdn, amount: Money) -> None:
    owner = id_of(world, msisdn)
    with world.db.transaction() as tx:
        ledger.post(tx, fund(f"later:{owner}", wallet(owner, "NGN"), amount))


def id_of(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select id from subscribers where msisdn = %s", msisdn))


# --- it is bought -----------------------------------------------------------------------------


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


def hold_wallet(world: World, msisdn: Msisdn) -> Callable[[Transaction], object]:
    owner = id_of(world, msisdn)
    return lambda tx: ledger.lock(tx, wallet(owner, "NGN"))


def due(world: World, msisdn: Msisdn, **more: Any) -> int:
    """A schedule whose run has come and whose owner has heard of it."""
    number = made(world, msisdn, **more)
    pass_to(world, "2026-03-08T18:00")
    until(world, "2026-03-09T09:00")
    return number


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


# --- not bought, and said so -----------------------------------------------------------------


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


# --- paused -----------------------------------------------------------------------------------


def change_pin(world: World, buyer: Msisdn) -> None:
    fresh = world.context.hasher.hash(Secret("8264"), buyer)
    with world.db.transaction() as tx:
        pins.set_pin(tx, id_of(world, buyer), fresh.hash, fresh.pepper_id, world.clock.now())


def lock_pin(world: World, buyer: Msisdn) -> None:
    with world.db.transaction() as tx:
        tx.run("update subscribers set locked_until = 'infinity' where msisdn = %s", (buyer,))


def block(world: World, buyer: Msisdn) -> None:
    with world.db.transaction() as tx:
        tx.run("update subscribers set blocked = true where msisdn = %s", (buyer,))


def swap(world: World, buyer: Msisdn) -> None:
    record_swap(world.context, buyer, world.clock.now(), "cli:test", "told")


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


def test_a_run_doesnt_give_wrong_pins_back(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    due(world, buyer)
    assert world.buy(buyer, pin="1111") == WrongPin(2)
    work(world)
    assert len(bought(world, buyer)) == 1
    assert world.buy(buyer, pin="1111") == WrongPin(1)


# --- making, pausing, stopping ----------------------------------------------------------------


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
