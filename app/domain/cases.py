"""Cases: what a subscriber complains of, who looks after it, and by when it must be answered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from app.domain.days import zone_of


class CaseKind(StrEnum):
    NOT_RECEIVED = "not_received"
    WRONG_NUMBER = "wrong_number"
    WRONG_AMOUNT = "wrong_amount"
    OTHER = "other"


class CaseState(StrEnum):
    """Open until staff have answered: `solved` when it was put right, `refused` when not."""

    OPEN = "open"
    SOLVED = "solved"
    REFUSED = "refused"


class RecallState(StrEnum):
    """A vendor that can be asked to take a delivery back is asked once for a case: `asked` until it
    has answered; `accepted` is a promise, only its later word that the sale is reversed pays
    back."""

    WANTED = "wanted"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AnswerWithin:
    """How many working days (Monday to Friday) a case may take in a country, from a day on."""

    country: str
    since: date
    working_days: int


_ANSWERS = (AnswerWithin("NG", date(2018, 4, 17), 3),)
"""Nigeria: the CBN's USSD framework of 17 April 2018 wants disputes settled in three working days.
Elsewhere the same is our own promise."""

_OURS = 3


def answer_by(opened_at: datetime, country: str) -> datetime:
    """When a case opened then must have been answered: the end of its last working day there."""
    zone = zone_of(country)
    day = opened_at.astimezone(zone).date()
    rows = [row for row in _ANSWERS if row.country == country and row.since <= day]
    left = max(rows, key=lambda row: row.since).working_days if rows else _OURS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return midnight.astimezone(UTC)
