"""Times as a person reads them: in their zone, with its name, and how long ago."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = (
    (timedelta(days=365), "y"), (timedelta(days=1), "d"), (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"), (timedelta(seconds=1), "s"),
)  # fmt: skip


def local(moment: datetime, zone: str, now: datetime) -> str:
    """`29 Nov 14:02:07 WAT`; with its year, if that isn't this one."""
    there = moment.astimezone(ZoneInfo(zone))
    year = f" {there.year}" if there.year != now.astimezone(ZoneInfo(zone)).year else ""
    return f"{there.day} {there:%b}{year} {there:%H:%M:%S} {there.tzname()}"


def age(moment: datetime, now: datetime) -> str:
    """`5 min ago`, `in 2 h`, `now`."""
    gone = now - moment
    for unit, name in _UNITS:
        count = abs(gone) // unit
        if count:
            return f"{count} {name} ago" if gone > timedelta() else f"in {count} {name}"
    return "now"
