"""A clock that only moves when told to."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Starts at a fixed moment, noon in Lagos on a working day."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> datetime:
        """Move on by timedelta(**duration); the new time."""
        self._now += timedelta(**duration)
        return self._now
