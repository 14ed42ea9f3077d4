"""Periods of the dashboard: from when to when, in which steps, and what it is compared with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.days import hour_of

_HOUR = timedelta(hours=1)


class Period(StrEnum):
    """As it stands in the address."""

    TODAY = "today"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


_DAYS = {Period.TODAY: 1, Period.WEEK: 7, Period.MONTH: 30}


@dataclass(frozen=True, slots=True)
class Span:
    """From the beginning of one hour to that of another, seen in steps of an hour or of a day of
    the zone (an IANA name)."""

    begins: datetime
    ends: datetime
    step: str
    zone: str

    def steps(self) -> list[datetime]:
        """The beginning of each step, in UTC."""
        if self.step == "hour":
            return [self.begins + _HOUR * n for n in range((self.ends - self.begins) // _HOUR)]
        local, found = self.begins.astimezone(ZoneInfo(self.zone)), []
        while local < self.ends:
            found.append(local.astimezone(self.begins.tzinfo))
            local = _midnight(local + timedelta(days=1))
        return found


def span_of(period: Period, now: datetime, zone: str) -> Span:
    """Up to the end of the hour that it is; days begin at midnight of the zone."""
    ends = hour_of(now) + _HOUR
    if period is Period.DAY:
        return Span(ends - timedelta(days=1), ends, "hour", zone)
    local = _midnight(now.astimezone(ZoneInfo(zone)))
    first = _midnight(local - timedelta(days=_DAYS[period] - 1))
    step = "hour" if period is Period.TODAY else "day"
    return Span(hour_of(first.astimezone(now.tzinfo)), ends, step, zone)


def whole_hours(span: Span, now: datetime) -> Span:
    """The part of it that is over: what can be compared with another day's."""
    return Span(span.begins, max(span.begins, hour_of(now)), span.step, span.zone)


def before(span: Span, period: Period) -> Span:
    """The same part of the period before: of yesterday, of the seven days before."""
    back = timedelta(days=_DAYS.get(period, 1))
    return Span(span.begins - back, span.ends - back, span.step, span.zone)


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
