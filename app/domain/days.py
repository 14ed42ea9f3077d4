"""A subscriber's day: limits and counts start again at midnight where the subscriber lives."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONES = {
    "NG": "Africa/Lagos", "KE": "Africa/Nairobi", "GH": "Africa/Accra", "UG": "Africa/Kampala",
    "RW": "Africa/Kigali", "TZ": "Africa/Dar_es_Salaam",
}  # fmt: skip
"""The time zone in which a country's times are shown and its days counted."""


def zone_of(country: str) -> ZoneInfo:
    return ZoneInfo(ZONES.get(country, "UTC"))


def day_of(now: datetime, country: str) -> date:
    """The calendar day it is in the country."""
    return now.astimezone(zone_of(country)).date()


def next_midnight(now: datetime, country: str) -> datetime:
    """When that day ends, in UTC."""
    local = now.astimezone(zone_of(country))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC)


def end_of_day(day: date, country: str) -> datetime:
    """The midnight with which a calendar day of the country ends, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone_of(country)).astimezone(UTC)


def hour_of(moment: datetime) -> datetime:
    """The beginning of the hour it is in; every zone we know is whole hours from UTC."""
    return moment.replace(minute=0, second=0, microsecond=0)
