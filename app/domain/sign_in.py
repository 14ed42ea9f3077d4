"""How signing in to the back-office behaves: how often, how long, from where."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WRONG_TRIES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
PENDING_LASTS = timedelta(minutes=10)
"""How long after the password the code may come."""
SMS_CODE_TRIES = 5
SMS_CODES_AN_HOUR = 5
STEP_UP_LASTS = timedelta(minutes=5)
RECOVERY_CODES = 10
LONGEST_NAME = 120
LONGEST_PASSWORD = 256


@dataclass(frozen=True, slots=True)
class SessionRules:
    """After how long without a request a session ends, and after how long in any case."""

    staff_idle: timedelta = timedelta(minutes=15)
    agent_idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)

    def idle(self, kind: str) -> timedelta:
        return self.staff_idle if kind == "staff" else self.agent_idle


@dataclass(frozen=True, slots=True)
class Where:
    """From where somebody signs in: the address, and what the browser says it is."""

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Another name, password or code; which of them isn't said."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Too many wrong tries; nothing is looked at before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class TooLate:
    """The password is too long ago, or this step was made in another window: sign in again."""
