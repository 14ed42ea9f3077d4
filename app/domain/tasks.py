"""What in the staff's queue waits for a person, by kind."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.domain.breaks import BreakKind


class Task(StrEnum):
    """Kinds of the queue, the most urgent first."""

    UNKNOWN_ORDER = "unknown_order"
    CASE = "case"
    APPROVAL = "approval"
    LOW_FLOAT = "low_float"
    SUSPENSE = "suspense"
    BREAK = "break"
    SMS_OVER_CAP = "sms_over_cap"


BREAKS: Mapping[str, Task] = MappingProxyType({
    BreakKind.UNKNOWN_ORDER: Task.UNKNOWN_ORDER,
    BreakKind.UNKNOWN_OUTCOME: Task.UNKNOWN_ORDER,
    BreakKind.SUSPENSE: Task.SUSPENSE,
    "low_float": Task.LOW_FLOAT,
    "sms_over_cap": Task.SMS_OVER_CAP,
})  # fmt: skip
"""Kinds of breaks that are a task of their own; any other is a BREAK."""
