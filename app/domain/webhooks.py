"""Webhooks: what merchants are told, how it is signed, and when it is tried again."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from app.domain.secret import Secret

SIGNATURE = "NexusTop-Signature"
EVENT_ID = "NexusTop-Event"

PAUSES: tuple[timedelta, ...] = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6), *(timedelta(hours=12),) * 5,
)  # fmt: skip
"""From one try to the next; after the last, within three days of the first, it has failed."""

OFF_AFTER = timedelta(days=5)
"""An endpoint that has answered nothing well for so long is switched off."""
SECRET_OVERLAP = timedelta(hours=24)
"""So long an older secret signs beside the one that took its place."""
MOST_ENDPOINTS = 5
LONGEST_SHOWN = 500
"""So much of an answer is kept and shown."""
KEPT = timedelta(days=90)


class EventKind(StrEnum):
    """What is told. PING is sent when asked for, whatever an endpoint has chosen."""

    DELIVERED = "purchase.delivered"
    DECLINED = "purchase.declined"
    REVERSED = "purchase.reversed"
    FLOAT_LOW = "float.low"
    FLOAT_CREDITED = "float.credited"
    PING = "ping"


CHOSEN_FROM = tuple(kind for kind in EventKind if kind is not EventKind.PING)
"""What an endpoint may choose."""


class DeliveryState(StrEnum):
    """`dropped`: its endpoint was switched off or deleted while it waited."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, once; `id` is the same however often it is sent."""

    id: str
    kind: str
    live: bool
    created: datetime
    data: Mapping[str, Any]

    def body(self) -> bytes:
        """What is sent: the same bytes at each try."""
        content = {
            "id": self.id, "type": self.kind, "created": self.created.isoformat(),
            "live": self.live, "data": dict(self.data),
        }  # fmt: skip
        return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()


def signature(body: bytes, at: int, secrets: Sequence[Secret]) -> str:
    """The header: `t=<unix seconds>`, and a `v1` under each secret that is good."""
    signed = f"{at}.".encode() + body
    made = [hmac.new(secret.value.encode(), signed, sha256).hexdigest() for secret in secrets]
    return ",".join((f"t={at}", *(f"v1={one}" for one in made)))


def next_try(tries: int, now: datetime) -> datetime | None:
    """When the next one is due after `tries` have failed (one at least); None: never."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None
