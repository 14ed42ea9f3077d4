"""SMPP's own form of a moment."""

from datetime import UTC, datetime, timedelta


def smpp_time(text: str) -> datetime | None:
    """An absolute time, `YYMMDDhhmmsstnnp`: tenths, then the distance from UTC in quarter hours
    and its sign (SMPP specification v3.4, 7.1.1.1); None for anything else."""
    if len(text) != 16 or text[15] not in "+-" or not text[:15].isascii():
        return None
    try:
        local = datetime.strptime(text[:12], "%y%m%d%H%M%S").replace(tzinfo=UTC)
        quarters = int(text[13:15])
    except ValueError:
        return None
    away = timedelta(minutes=15 * quarters)
    return local - away if text[15] == "+" else local + away
