"""Orders counted by the hour: they agree with the orders, whatever is late and whoever dies."""

import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from app.db import order_hours
from app.db.engine import Database
from app.domain.days import hour_of
from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Pending, Scope, Unknown
from app.domain.periods import Period, Span, before, span_of, whole_hours
from app.domain.waiting_times import percentile_ms, share_within
from app.ports.vending import StatusCallback
from app.services.fold_orders import count_orders_again, fold_orders
from app.services.vendor_callback import hear_status
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

TAKEN_BACK = Declined("reversed", Scope.SALE, "X1", taken_back=True)


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, owner: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    made = World(db, clock, {"first": vendor})
    with owner.transaction() as tx:
        tx.run("delete from outbox")
        tx.run("update orders set due_at = null")
        tx.run("update vend_attempts set due_at = null")
        tx.run("update orders set placed_at = placed_at - interval '1 year', state = 'declined'")
        tx.run("truncate order_hours, order_ends")
    return made


def day(world: World) -> Span:
    ends = hour_of(world.clock.now()) + timedelta(hours=1)
    return Span(ends - timedelta(days=31), ends, "hour", "Africa/Lagos")


def counted(world: World) -> Counter[tuple[datetime, str, str, str, str]]:
    """Orders by hour, channel, operator, kind and outcome, of what readers are told, put together
    again: from the only split that has all of it."""
    with world.db.statement() as tx:
        rows = tx.all(
            "select hour, channel, operator, kind, outcome, sum(orders)::int, sum(minor)::int"
            " from (select * from order_hours union all select * from order_ends) both_"
            " group by 1, 2, 3, 4, 5 having sum(orders) <> 0"
        )
    return Counter({tuple(row[:5]): (row[5], row[6]) for row in rows})  # type: ignore[misc]


def stored(world: World) -> Counter[tuple[datetime, str, str, str, str]]:
    """The same from the orders."""
    rows = world.all(
        "select date_trunc('hour', placed_at), channel, operator,"
        " case product when 'airtime' then 'airtime' else 'data' end,"
        " case when code = 'given_up' then 'given_up' else state end, count(*)::int,"
        " sum(price_minor)::int from orders where state in ('delivered', 'declined', 'reversed')"
        " and placed_at > %s group by 1, 2, 3, 4, 5",
        world.clock.now() - timedelta(days=100),
    )
    return Counter({tuple(row[:5]): (row[5], row[6]) for row in rows})  # type: ignore[misc]


def told(world: World) -> Counter[tuple[str, int]]:
    """What readers are told of the whole: orders by outcome and bound."""
    with world.db.statement() as tx:
        return Counter({
            (row.outcome, row.within_ms or 0): row.orders
            for row in order_hours.ended(tx, day(world), "") if row.at is not None
        })  # fmt: skip


def test_an_order_is_counted_when_it_ends_and_once(world: World, vendor: ScriptedVendor) -> None:
    vendor.answers.append(lambda _: (world.clock.advance(seconds=1.2), Delivered("X1"))[1])
    order = world.placed(200)
    assert told(world) == {}
    world.vend(order)
    assert told(world) == {("delivered", 1_250): 1}
    assert [fold_orders(world.db) for _ in range(3)] == [1, 0, 0]
    assert told(world) == {("delivered", 1_250): 1}


def test_a_refund_counts_with_the_time_from_the_purchase(
    world: World, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(
        lambda _: (world.clock.advance(seconds=30), Declined("no", Scope.SALE))[1]
    )
    world.vend(world.placed())
    assert told(world) == {("declined", 30_000): 1}


def test_a_delivery_that_is_reversed_days_later_is_one_no_longer(
    world: World, vendor: ScriptedVendor
) -> None:
    order = world.placed()
    world.vend(order)
    fold_orders(world.db)
    hour = hour_of(world.clock.now())
    world.clock.advance(days=3)
    vendor.words.append(TAKEN_BACK)
    reference = world.one("select reference from vend_attempts where order_id = %s", order)
    assert hear_status(world.vending, StatusCallback("first", Unknown("callback"), reference))
    world.look()
    assert world.state(order) == "reversed"
    assert [key[0] for key in counted(world)] == [hour]
    assert counted(world) == stored(world)
    fold_orders(world.db)
    assert counted(world) == stored(world)
    assert {outcome for outcome, _ in told(world)} == {"reversed"}


def test_what_was_given_up_is_told_from_what_was_reversed(
    world: World, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Pending("X1"))
    vendor.words.extend([Pending("X1")] * 3_000)
    order = world.placed()
    world.vend(order)
    world.pass_time(25 * 3600, step=3600)
    assert world.state(order) == "reversed"
    assert {outcome for outcome, _ in told(world)} == {"given_up"}


def test_a_day_of_mixed_orders_agrees_with_the_orders_folded_or_not(
    world: World, vendor: ScriptedVendor
) -> None:
    dice = random.Random(6)
    world.stock_plans("first")
    for number in range(30):
        vendor.answers.append(
            dice.choice(
                [Delivered(f"M{number}"), Declined("no", Scope.SALE), Pending(f"M{number}")]
            )
        )
        if number % 3:
            order = world.placed(dice.choice([100, 200, 500]))
        else:
            buyer = world.subscriber(Money.of_units(2_000, "NGN"))
            answer = world.buy_plan(buyer)
            order = world.one("select id from orders where reference = %s", answer.reference)
        world.vend(order)
        world.clock.advance(seconds=dice.randint(1, 1_800))
        if dice.random() < 0.3:
            vendor.words.append(dice.choice([Delivered("late"), Declined("no", Scope.SALE)]))
            world.look()
        if dice.random() < 0.3:
            fold_orders(world.db)
        assert counted(world) == stored(world)
    outcomes = {key[4] for key in stored(world)}
    assert outcomes >= {"delivered", "declined"}
    assert {key[3] for key in stored(world)} == {"airtime", "data"}


def test_every_split_of_the_answer_adds_up_to_the_same(
    world: World, vendor: ScriptedVendor
) -> None:
    for outcome in (Delivered("A"), Delivered("B"), Declined("no", Scope.SALE)):
        vendor.answers.append(outcome)
        world.vend(world.placed())
        world.clock.advance(minutes=70)
    fold_orders(world.db)
    with world.db.statement() as tx:
        rows = order_hours.ended(tx, day(world), "")
    sums = [
        sum(row.minor for row in rows if getattr(row, split) is not None)
        for split in ("at", "channel", "operator", "kind")
    ]
    assert sums == [600_00] * 4
    assert len({row.at for row in rows if row.at}) == 3


def test_a_fold_that_dies_before_its_commit_counts_nothing_twice(
    world: World, vendor: ScriptedVendor
) -> None:
    world.vend(world.placed())
    with suppress(InterruptedError), world.db.transaction() as tx:
        assert order_hours.fold(tx) == 1
        raise InterruptedError
    assert sum(told(world).values()) == 1
    assert fold_orders(world.db) == 1
    assert sum(told(world).values()) == 1


def test_two_schedulers_that_fold_at_once_count_each_end_once(
    world: World, vendor: ScriptedVendor
) -> None:
    for _ in range(8):
        world.vend(world.placed())
    folded: list[int] = []
    threads = [
        threading.Thread(target=lambda: folded.append(fold_orders(world.db))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(folded) == 8
    assert counted(world) == stored(world)


def test_counting_again_finds_nothing_wrong_and_corrects_what_was_written_around_the_program(
    world: World, owner: Database, vendor: ScriptedVendor
) -> None:
    for _ in range(3):
        world.vend(world.placed())
    fold_orders(world.db)
    world.vend(world.placed())
    assert count_orders_again(world.db, world.clock) == 0
    with owner.transaction() as tx:
        tx.run("update order_hours set orders = orders + 5")
    assert count_orders_again(world.db, world.clock) == 1
    assert counted(world) == stored(world)
    with owner.transaction() as tx:
        tx.run("truncate order_hours, order_ends")
    assert count_orders_again(world.db, world.clock) == 1
    assert counted(world) == stored(world)


def test_open_orders_are_told_with_the_age_of_the_oldest(
    world: World, vendor: ScriptedVendor
) -> None:
    began = world.clock.now()
    world.placed()
    world.clock.advance(minutes=2)
    vendor.answers.append(Pending("X1"))
    world.vend(world.placed(500))
    with world.db.statement() as tx:
        rows = order_hours.open_now(tx, "NGN")
        assert order_hours.open_now(tx, "KES") == []
    assert [(row.state, row.orders, row.minor, row.oldest) for row in rows] == [
        ("pending", 1, 500_00, began + timedelta(minutes=2)), ("placed", 1, 200_00, began),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "of", "within"),
    [
        ({}, 95, None),
        ({1_000: 1}, 95, 1_000),
        ({1_000: 95, 30_000: 5}, 95, 1_000),
        ({1_000: 94, 30_000: 6}, 95, 30_000),
        ({500: 50, 1_000: 50}, 50, 500),
    ],
)
def test_a_percentile_is_the_bound_that_holds_for_so_many(
    counts: dict[int, int], of: int, within: int | None
) -> None:
    assert percentile_ms(counts, of) == within


def test_the_share_within_a_limit_counts_what_took_no_longer() -> None:
    assert share_within({500: 2, 30_000: 1, 45_000: 1}, 30_000) == (3, 4)
    assert share_within({}, 30_000) == (0, 0)


NOW = datetime(2026, 3, 2, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "begins", "steps"),
    [
        (Period.TODAY, datetime(2026, 3, 1, 23, tzinfo=UTC), 13),
        (Period.DAY, datetime(2026, 3, 1, 12, tzinfo=UTC), 24),
        (Period.WEEK, datetime(2026, 2, 23, 23, tzinfo=UTC), 7),
        (Period.MONTH, datetime(2026, 1, 31, 23, tzinfo=UTC), 30),
    ],
)
def test_days_of_a_period_begin_at_midnight_of_the_viewers_zone(
    period: Period, begins: datetime, steps: int
) -> None:
    span = span_of(period, NOW, "Africa/Lagos")
    assert (span.begins, span.ends) == (begins, datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert len(span.steps()) == steps
    assert span.steps()[0] == begins


def test_a_period_is_compared_with_the_same_whole_hours_before_it() -> None:
    span = before(whole_hours(span_of(Period.TODAY, NOW, "Africa/Lagos"), NOW), Period.TODAY)
    assert (span.begins, span.ends) == (
        datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 1, 11, tzinfo=UTC),
    )  # fmt: skip


def test_a_day_of_twenty_three_hours_is_one_step() -> None:
    span = span_of(Period.WEEK, datetime(2026, 4, 1, 12, tzinfo=UTC), "Europe/London")
    assert len(span.steps()) == 7
    assert span.steps()[3:5] == [
        datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC)
    ]  # fmt: skip
