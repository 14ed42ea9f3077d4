"""The callback of Africa's Talking's SIM swap check; see README.md for its sources."""

import json
from datetime import date, datetime
from typing import Any

from app.ports.sim_swap import Answered, SwapCallback, SwapUnknown
from providers.sim_swap.africastalking.adapter import LONGEST_REQUEST_ID

_LONG_AGO = date(1900, 1, 1)
_DAY = "%d-%m-%Y"


class BadCallback(Exception):
    """The body isn't such a callback."""


def parse(_: str, body: bytes) -> SwapCallback:
    """A callback as the port's dataclass. Raises BadCallback."""
    try:
        fields = json.loads(body)
        request_id = fields["requestId"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadCallback("unreadable") from None
    if not isinstance(request_id, str) or not 1 <= len(request_id) <= LONGEST_REQUEST_ID:
        raise BadCallback("no request id")
    return SwapCallback(request_id, _answer(fields))


def _answer(fields: dict[str, Any]) -> Answered | SwapUnknown:
    """`Swapped` counts with its day, `NotSwapped` without; anything else is no answer."""
    status = fields.get("status")
    if status == "NotSwapped":
        return Answered(None)
    if status != "Swapped":
        return SwapUnknown(f"status_{str(status)[:20]}")
    try:
        day = datetime.strptime(str(fields.get("lastSimSwapDate")), _DAY).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return SwapUnknown("no_day")
    return Answered(None if day <= _LONG_AGO else day)
