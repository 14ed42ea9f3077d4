"""When scheduled purchases are due: at nine in local time, on the last day of a short month."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.days import ZONES
from app.domain.schedules import Every, Rhythm, is_missed, reminder_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "after", "first"),
    [
        (Rhythm(Every.WEEK, 1), "2026-03-02T11:00", "2026-03-09T08:00"),
        (Rhythm(Every.WEEK, 1), "2026-03-02T07:59", "2026-03-02T08:00"),
        (Rhythm(Every.WEEK, 1), "2026-03-02T08:00", "2026-03-09T08:00"),
        (Rhythm(Every.WEEK, 7), "2026-03-02T11:00", "2026-03-08T08:00"),
        (Rhythm(Every.WEEK, 5), "2026-12-29T11:00", "2027-01-01T08:00"),
        (Rhythm(Every.MONTH, 2), "2026-03-02T11:00", "2026-04-02T08:00"),
        (Rhythm(Every.MONTH, 31), "2026-01-31T07:00", "2026-01-31T08:00"),
        (Rhythm(Every.MONTH, 31), "2026-01-31T08:00", "2026-02-28T08:00"),
        (Rhythm(Every.MONTH, 31), "2028-02-01T08:00", "2028-02-29T08:00"),
        (Rhythm(Every.MONTH, 31), "2026-02-28T08:00", "2026-03-31T08:00"),
        (Rhythm(Every.MONTH, 30), "2026-04-30T08:00", "2026-05-30T08:00"),
        (Rhythm(Every.MONTH, 5), "2026-12-05T08:00", "2027-01-05T08:00"),
        (Rhythm(Every.ONCE, 31), "2026-03-31T23:30", "2026-04-30T08:00"),
        (Rhythm(Every.MONTH, 1), "2026-02-28T23:30", "2026-03-01T08:00"),
    ],
)
def test_the_next_run_in_lagos(rhythm: Rhythm, after: str, first: str) -> None:
    assert rhythm.next_after(at(after), "NG") == at(first)


@pytest.mark.parametrize("country", ZONES)
def test_it_is_nine_in_every_country_all_year_round(country: str) -> None:
    moment, hours = at("2026-01-01T00:00"), {"NG": 1, "GH": 0, "RW": 2}.get(country, 3)
    for _ in range(60):
        moment = Rhythm(Every.WEEK, 3).next_after(moment, country)
        assert (moment + timedelta(hours=hours)).strftime("%H:%M %w") == "09:00 3"


@pytest.mark.parametrize("day", range(1, 32))
def test_every_month_has_one_run(day: int) -> None:
    moment, months = at("2027-12-31T23:30"), []
    for _ in range(26):
        moment = Rhythm(Every.MONTH, day).next_after(moment, "NG")
        months.append(moment.month)
    assert months == [n % 12 + 1 for n in range(26)]


def test_one_hears_of_it_the_evening_before_or_at_once() -> None:
    run = at("2026-03-09T08:00")
    assert reminder_of(run, at("2026-03-02T11:00"), "NG") == at("2026-03-08T17:00")
    assert reminder_of(run, at("2026-03-08T20:00"), "NG") == at("2026-03-08T20:00")


def test_a_run_is_missed_when_its_day_is_over() -> None:
    run = at("2026-03-09T08:00")
    assert not is_missed(run, at("2026-03-09T22:59"), "NG")
    assert is_missed(run, at("2026-03-09T23:00"), "NG")


@pytest.mark.parametrize(
    ("rhythm", "possible"),
    [
        (Rhythm(Every.WEEK, 7), True), (Rhythm(Every.WEEK, 8), False),
        (Rhythm(Every.MONTH, 31), True), (Rhythm(Every.MONTH, 32), False),
        (Rhythm(Every.ONCE, 0), False), (Rhythm(Every.WEEK, -1), False),
    ],
)  # fmt: skip
def test_which_days_there_are(rhythm: Rhythm, possible: bool) -> None:
    assert rhythm.is_possible() is possible
