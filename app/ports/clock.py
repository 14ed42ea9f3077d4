"""The clock, as a port: nothing in the core reads the time by itself."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the present moment as a timezone-aware UTC datetime."""

    def now(self) -> datetime: ...
