"""Purchases that are made for a subscriber every week, every month or once."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.schedules import Rhythm
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class GetSchedules:
    """Those that run or are paused, oldest first. Answered with Schedules."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`price` is the most that it may cost; `next_at` is None while it is paused."""

    id: int
    operator: str
    product: str
    recipient: Msisdn
    price: Money
    rhythm: Rhythm
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Schedules:
    kept: tuple[Schedule, ...]


@dataclass(frozen=True, slots=True)
class GetRepeatable:
    """The latest different purchases that can be scheduled, newest first, at today's prices.
    Answered with Repeatables."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    operator: str
    product: str
    recipient: Msisdn
    price: Money


@dataclass(frozen=True, slots=True)
class Repeatables:
    purchases: tuple[Repeatable, ...]


@dataclass(frozen=True, slots=True)
class GetFirstRun:
    """When would it be bought first? Answered with FirstRun."""

    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class FirstRun:
    at: datetime


@dataclass(frozen=True, slots=True)
class MakeSchedule:
    """Buy this again and again for `price` at most; the PIN is the mandate for all of it.

    Replies: ScheduleRuns, SchedulesFull, WrongPin, PinLocked, Refused.
    """

    recipient: Msisdn
    operator: str
    product: str
    price: Money
    rhythm: Rhythm
    pin: Secret


@dataclass(frozen=True, slots=True)
class ScheduleRuns:
    next_at: datetime


@dataclass(frozen=True, slots=True)
class SchedulesFull:
    """No more purchases can be scheduled."""


@dataclass(frozen=True, slots=True)
class PauseSchedule:
    """Buy nothing until it is resumed. Replies: Done, Refused."""

    schedule: int


@dataclass(frozen=True, slots=True)
class StopSchedule:
    """Never buy it again. Replies: Done, Refused."""

    schedule: int


@dataclass(frozen=True, slots=True)
class ResumeSchedule:
    """Go on with a paused one; the PIN is a new mandate. Replies: ScheduleRuns, WrongPin,
    PinLocked, Refused."""

    schedule: int
    pin: Secret


ScheduleRequest = (
    GetSchedules
    | GetRepeatable
    | GetFirstRun
    | MakeSchedule
    | PauseSchedule
    | StopSchedule
    | ResumeSchedule
)
ScheduleReply = Schedules | Repeatables | FirstRun | ScheduleRuns | SchedulesFull
