"""When one-time codes stop going to a prefix: many are asked for and few are typed in again, which
is how SMS are pumped to numbers whose owner shares in what they cost. All figures are our own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PREFIX = len("+") + 8
"""So many characters of an MSISDN are its prefix here."""

SLOT = timedelta(minutes=10)
"""Codes are counted by such slots of time; those of the newest have had no time to be typed in."""
LOOKED_AT = timedelta(hours=1)
LEAST_ASKED = 30
"""With fewer in that time nothing is said of a prefix."""
LEAST_USED_PERCENT = 20
CLOSED_FOR = timedelta(hours=2)
MOST_A_DAY = 2_000
"""Codes to one prefix in 24 hours, whoever asks for them and at whatever door."""


@dataclass(frozen=True, slots=True)
class CodesSeen:
    """`asked` in LOOKED_AT before the newest slot, `used` since then; `today`: asked for in 24
    hours."""

    asked: int
    used: int
    today: int

    @property
    def looks_pumped(self) -> bool:
        few = self.used * 100 < self.asked * LEAST_USED_PERCENT
        return self.asked >= LEAST_ASKED and few

    @property
    def used_up(self) -> bool:
        return self.today >= MOST_A_DAY


def slot_of(now: datetime) -> datetime:
    """The slot that has begun."""
    return now - timedelta(
        minutes=now.minute % (SLOT // timedelta(minutes=1)), seconds=now.second,
        microseconds=now.microsecond,
    )  # fmt: skip
