"""What every vendor of the sandbox stands on, and how a faulty answer leaves the building."""

import itertools
import secrets
import socket
import struct
import time
from dataclasses import dataclass, field
from threading import Lock

from flask import Response, request

from providers.sandbox.book import Book, Vend, now
from providers.sandbox.callbacks import CallbackSender, Later
from providers.sandbox.faults import Answer, Course, FaultQueue
from providers.sandbox.settings import SandboxSettings

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass
class Floor:
    """The shared parts. `recent` remembers who bought what when, for same-recipient rules."""

    settings: SandboxSettings
    book: Book
    faults: FaultQueue
    callbacks: CallbackSender
    later: Later
    recent: dict[tuple[str, ...], float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{secrets.token_hex(8)}{next(self._ids)}"

    def float_left_minor(self, provider: str) -> int:
        return self.settings.float_minor - self.book.sold_minor(provider)

    def bought_within(self, seconds: float, *key: str) -> bool:
        """Was the same bought within this time?"""
        if not self.settings.same_recipient_rules:
            return False
        with self._lock:
            return time.monotonic() - self.recent.get(key, -1e9) < seconds

    def remember(self, *key: str) -> None:
        with self._lock:
            self.recent[key] = time.monotonic()

    def accept(self, vend: Vend, course: Course) -> float:
        """Put a purchase into the book; seconds until it reaches its final state."""
        self.book.accept(vend)
        return self.settings.pending_seconds if course.slow else self.settings.delivery_seconds

    def faulty(self, answer: Answer) -> Response | None:
        """The answer a fault forces; None when the vendor answers in its own words."""
        match answer:
            case Answer.SILENCE:
                time.sleep(self.settings.silence_seconds)
                return Response("", 504)
            case Answer.SERVER_ERROR:
                return Response("upstream error", 500)
            case Answer.MALFORMED:
                return Response("<html><body>Welcome</body></html>", 200, content_type="text/html")
            case Answer.THROTTLED:
                return Response("slow down", 429, headers={"Retry-After": "2"})
            case Answer.RESET:
                return _reset()
            case Answer.NORMAL | Answer.AMBIGUOUS:
                return None


def vend(provider: str, reference: str, external_id: str, msisdn: str, product: str,
         amount_minor: int, currency: str) -> Vend:  # fmt: skip
    """A purchase as it enters the book."""
    return Vend(provider, reference, external_id, msisdn, product, amount_minor, currency,
                "pending", now())  # fmt: skip


def _reset() -> Response:
    """Reset the connection without a byte of answer."""
    line: socket.socket = request.environ["werkzeug.socket"]
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    line.close()
    return Response("", 503)
