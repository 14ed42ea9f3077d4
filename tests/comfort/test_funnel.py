"""Which screens sessions reach, and where they are left."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.cli.funnel import since
from app.db import funnel, timeline
from app.db.engine import Database
from app.ports.channels import SessionEnd
from app.services.fold_funnel import fold_funnel
from tests.fakes.clock import FixedClock

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = DAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def no_hops(owner: Database) -> None:
    with owner.transaction() as tx:
        tx.run("truncate ussd_hops, ussd_funnel, ussd_funnel_done, ussd_session_ends")


def session(
    db: Database, name: str, *labels: str, at: datetime = DAY, language: str = "en",
    network: str = "62130", channel: str = "africastalking", outcome: str = "screen",
) -> None:  # fmt: skip
    rows = [
        (channel, name, number, None, None, None, label, outcome if last else "screen", 1.0,
         at + timedelta(seconds=20 * number), language, network)
        for number, label in enumerate(labels)
        for last in [number == len(labels) - 1]
    ]  # fmt: skip
    with db.transaction() as tx:
        timeline.add_hops(tx, rows)


def counted(db: Database, now: datetime, by: funnel.By | None = None) -> list[tuple[object, ...]]:
    with db.statement() as tx:
        return funnel.screens(tx, date(2026, 3, 1), now, by)


def test_a_screen_is_reached_once_a_session_and_left_where_it_was_last(db: Database) -> None:
    session(db, "a", "home", "buy.whose", "buy.amount", "buy.whose")
    session(db, "b", "home", "buy.whose", "buy.amount")
    session(db, "c", "home", "buy.placed", outcome="end")
    assert counted(db, TODAY) == [
        ("", "buy.amount", 2, 1), ("", "buy.whose", 2, 1), ("", "buy.placed", 1, 1),
        ("", "home", 3, 0),
    ]  # fmt: skip


def test_it_is_split_by_gateway_language_and_network(db: Database) -> None:
    session(db, "a", "home", language="ha")
    session(db, "a", "home", "buy.whose", channel="hubtel", network="62001")
    assert counted(db, TODAY, "channel") == [
        ("africastalking", "home", 1, 1), ("hubtel", "buy.whose", 1, 1), ("hubtel", "home", 1, 0),
    ]  # fmt: skip
    assert {row[0] for row in counted(db, TODAY, "language")} == {"en", "ha"}
    assert {row[0] for row in counted(db, TODAY, "network")} == {"62001", "62130"}


def test_a_session_that_may_go_on_is_left_nowhere_until_its_gateway_says_so(db: Database) -> None:
    session(db, "a", "home")
    soon = DAY + timedelta(minutes=2)
    assert counted(db, soon) == [("", "home", 1, 0)]
    with db.statement() as tx:
        timeline.end_session(tx, SessionEnd("africastalking", "a", "Incomplete"), soon)
    assert counted(db, soon) == [("", "home", 1, 1)]


def test_folding_changes_no_figure_and_counts_each_session_once(db: Database) -> None:
    session(db, "a", "home", "buy.whose")
    session(db, "midnight", "home", "buy.whose", "buy.amount",
            at=datetime(2026, 3, 2, 23, 59, 50, tzinfo=UTC))  # fmt: skip
    session(db, "b", "home", at=DAY + timedelta(days=2, hours=1))
    now = TODAY + timedelta(hours=6)
    before = counted(db, now)
    clock = FixedClock(now)
    assert fold_funnel(db, clock) == datetime(2026, 3, 4, 14, tzinfo=UTC)
    assert sorted(map(str, counted(db, now))) == sorted(map(str, before))
    fold_funnel(db, clock)
    assert sorted(map(str, counted(db, now))) == sorted(map(str, before))
    with db.statement() as tx:
        assert tx.one("select sum(reached) from ussd_funnel where screen = 'home'") == (3,)


def test_an_hour_is_counted_again_until_its_sessions_are_over(db: Database) -> None:
    session(db, "a", "home", "buy.whose", at=datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    clock = FixedClock(datetime(2026, 3, 3, 0, 1, tzinfo=UTC))
    hour = datetime(2026, 3, 2, 23, tzinfo=UTC)

    def of_the_hour() -> list[tuple[str, int, int]]:
        with db.statement() as tx:
            return funnel.folded(tx, hour, hour + timedelta(hours=1), None)

    assert fold_funnel(db, clock) == hour
    assert of_the_hour() == [("buy.whose", 1, 0), ("home", 1, 0)]
    clock.advance(minutes=28)
    fold_funnel(db, clock)
    assert of_the_hour() == [("buy.whose", 1, 1), ("home", 1, 0)]
    clock.advance(minutes=2)
    assert fold_funnel(db, clock) == datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert of_the_hour() == [("buy.whose", 1, 1), ("home", 1, 0)]


def test_the_counted_hours_tell_networks_apart(db: Database) -> None:
    session(db, "a", "home")
    session(db, "b", "home", network="62001")
    fold_funnel(db, FixedClock(TODAY))
    with db.statement() as tx:
        assert funnel.folded(tx, DAY, TODAY, {"62001", "62002"}) == [("home", 1, 1)]


def test_since_is_a_number_of_days_or_a_date() -> None:
    assert since("2026-03-01") == date(2026, 3, 1)
    assert since("0d") <= datetime.now(UTC).date()
