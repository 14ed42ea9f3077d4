"""Purchases that repeat: when they are due and when their owner hears of them, in local time."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app.domain.days import day_of, end_of_day, zone_of

MOST = 10
"""So many may a subscriber have, paused ones included."""
CHANNEL = "schedule"
"""The channel of their orders; the session is the schedule's id, the step the number of the run."""

RUNS_AT = time(9)
_REMINDS_AT = time(18)


class Every(StrEnum):
    """How often. ONCE: on the next such day of a month."""

    WEEK = "week"
    MONTH = "month"
    ONCE = "once"


class Paused(StrEnum):
    """Why a schedule is paused: its owner wished so, or whoever uses the number may be another."""

    OWNER = "owner"
    BLOCKED = "blocked"
    PIN_CHANGED = "pin_changed"
    PIN_LOCKED = "pin_locked"
    SIM_SWAPPED = "sim_swapped"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`day` is 1 (Monday) to 7 for WEEK, else 1 to 31; a month that lacks it has it on its
    last day."""

    every: Every
    day: int

    def is_possible(self) -> bool:
        return 1 <= self.day <= (7 if self.every is Every.WEEK else 31)

    def next_after(self, moment: datetime, country: str) -> datetime:
        """The first run later than `moment`, in UTC."""
        today = day_of(moment, country)
        days = (self._in_week_of(today), self._in_week_of(today + timedelta(weeks=1)))
        if self.every is not Every.WEEK:
            days = (self._in_month_of(today), self._in_month_of(_next_month(today)))
        return next(at for at in (_local(day, RUNS_AT, country) for day in days) if at > moment)

    def _in_week_of(self, day: date) -> date:
        """Of the seven days that begin with `day`."""
        return day + timedelta(days=(self.day - day.isoweekday()) % 7)

    def _in_month_of(self, day: date) -> date:
        return day.replace(day=min(self.day, monthrange(day.year, day.month)[1]))


def reminder_of(run_at: datetime, now: datetime, country: str) -> datetime:
    """When its owner hears of a run: the evening before, or now when that is over."""
    evening = _local(day_of(run_at, country) - timedelta(days=1), _REMINDS_AT, country)
    return max(evening, now)


def is_missed(run_at: datetime, now: datetime, country: str) -> bool:
    """Is the day of the run over? What was promised for one day isn't bought on another."""
    return now >= end_of_day(day_of(run_at, country), country)


def _next_month(day: date) -> date:
    return day.replace(day=1) + timedelta(days=31)


def _local(day: date, at: time, country: str) -> datetime:
    return datetime.combine(day, at, zone_of(country)).astimezone(UTC)
