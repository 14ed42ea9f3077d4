"""Rules of MT SMS: what a kind of SMS may do, and when it is too late in the day for it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from app.domain.days import zone_of

_COST = re.compile(r"([A-Z]{3}) ([0-9]{1,9})(?:\.([0-9]{1,6})[0-9]*)?")
_MICRO_DIGITS = 6


class SmsClass(StrEnum):
    """What an SMS is for. Transactional: receipts, PINs, codes, security, answers; it always goes.
    Service (reminders) and promotional: not in quiet hours, not to who wants none."""

    TRANSACTIONAL = "transactional"
    SERVICE = "service"
    PROMOTIONAL = "promotional"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one full hour to another, where the subscriber lives; over midnight when `start` is the
    later one, never when they are the same."""

    start: int
    end: int


def quiet_until(now: datetime, country: str, hours: QuietHours) -> datetime | None:
    """When the quiet hours that it is now in the country end, in UTC; None outside them."""
    local = now.astimezone(zone_of(country))
    over_midnight = hours.start > hours.end
    if over_midnight:
        quiet = local.hour >= hours.start or local.hour < hours.end
    else:
        quiet = hours.start <= local.hour < hours.end
    if not quiet:
        return None
    day = local.date() + timedelta(days=over_midnight and local.hour >= hours.start)
    return datetime.combine(day, time(hours.end), zone_of(country)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class SmsCost:
    """What SMS cost in millionths of a currency: one can cost part of a cent."""

    currency: str
    micros: int


def read_cost(text: str) -> SmsCost | None:
    """What a gateway says an SMS cost, as Africa's Talking writes it (`KES 0.8000`); None where it
    says nothing that we can read."""
    found = _COST.fullmatch(text)
    if found is None:
        return None
    currency, whole, part = found.groups()
    return SmsCost(currency, int(whole + (part or "").ljust(_MICRO_DIGITS, "0")))
