"""Queues of what waits for a person."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.domain.breaks import BreakKind


class Task(StrEnum):
    """Names of the queues, the most urgent first."""

    UNKNOWN = "unknown"
    CASES = "cases"
    APPROVALS = "approvals"
    FLOAT = "float"
    SUSPENSE = "suspense"
    BREAKS = "breaks"
    SMS = "sms"


OF_BREAKS: Mapping[str, Task] = MappingProxyType({
    BreakKind.SUSPENSE: Task.SUSPENSE, "low_float": Task.FLOAT, "sms_over_cap": Task.SMS,
    "sms_pumping": Task.SMS,
})  # fmt: skip
"""Kinds of breaks that have a queue of their own; of unknown orders the orders are queued, and any
other kind is in BREAKS."""
