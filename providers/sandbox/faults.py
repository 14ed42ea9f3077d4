"""Faults as data: what a fault changes in the course of one request."""

import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What the caller gets. `ambiguous`: an error, in the vendor's words, that decides nothing."""

    NORMAL = "normal"
    SILENCE = "silence"
    SERVER_ERROR = "server_error"
    MALFORMED = "malformed"
    THROTTLED = "throttled"
    RESET = "reset"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Course:
    """How a request goes. `received`: it is looked at at all; `declined`: refused for good;
    `final`: what becomes of it; `slow`: only after the pending time; `told`: how often the vendor
    calls back; `early`: before it answers; `forged`: somebody else calls back first, lying;
    `percent_paid`: how much of a charge the customer pays; `taken_back`: it is reversed later."""

    answer: Answer = Answer.NORMAL
    received: bool = True
    declined: bool = False
    final: str = "delivered"
    slow: bool = False
    booked: bool = True
    told: int = 1
    early: bool = False
    forged: bool = False
    percent_paid: int = 100
    taken_back: bool = False


USUAL = Course()

_EVERYWHERE = {
    "decline": Course(declined=True),
    "timeout_then_delivered": Course(Answer.SILENCE),
    "timeout_never_received": Course(Answer.SILENCE, received=False),
    "server_error_then_delivered": Course(Answer.SERVER_ERROR),
    "refused": Course(Answer.RESET, received=False),
    "malformed_body": Course(Answer.MALFORMED),
    "throttled": Course(Answer.THROTTLED, received=False),
}
_PURCHASES = {
    **_EVERYWHERE,
    "pending_then_delivered": Course(slow=True),
    "pending_then_failed": Course(slow=True, final="failed"),
    "duplicate_callback": Course(slow=True, told=3),
    "callback_before_answer": Course(early=True),
    "forged_callback": Course(slow=True, final="failed", forged=True),
}
_REVERSIBLE = {**_PURCHASES, "delivered_then_reversed": Course(taken_back=True)}
"""Of purchases at a vendor that says so when it takes one back."""
_UNTOLD = {
    **_EVERYWHERE,
    "pending_then_delivered": Course(slow=True),
    "pending_then_failed": Course(slow=True, final="failed"),
}
"""Of purchases at a vendor without callbacks."""
_PROMPTS = {
    **_EVERYWHERE,
    "duplicate_callback": Course(told=3),
    "callback_lost": Course(told=0),
    "forged_callback": Course(final="cancelled", forged=True),
    "cancelled": Course(final="cancelled"),
    "wrong_pin": Course(final="wrong_pin"),
    "insufficient": Course(final="insufficient"),
}
"""A request for money on a handset; `final` other than delivered: why it wasn't paid."""
PAYMENTS = {
    **_EVERYWHERE,
    "duplicate_callback": Course(told=3),
    "callback_lost": Course(told=0),
    "forged_callback": Course(told=0, forged=True),
    "amount_differs": Course(percent_paid=90),
    "reversed_later": Course(taken_back=True),
}
"""Of money coming in: what happens to the start of a charge (and then to the payment it brings),
or to a transfer, which has only the latter."""
FAULTS: dict[tuple[str, str], dict[str, Course]] = {
    ("africastalking", "vending"): {
        **_PURCHASES,
        "validated_then_silent": Course(Answer.SILENCE, booked=False, told=0),
    },
    ("vtpass", "vending"): _REVERSIBLE,
    ("dingconnect", "vending"): _UNTOLD,
    ("reloadly", "vending"): _REVERSIBLE,
    ("flutterwave", "vending"): _PURCHASES,
    ("baxi", "vending"): {
        **_UNTOLD,
        "ambiguous_error_then_delivered": Course(Answer.AMBIGUOUS),
        "ambiguous_error_then_failed": Course(Answer.AMBIGUOUS, final="failed"),
    },
    ("dtone", "vending"): _REVERSIBLE,
    ("africastalking_data", "vending"): _PURCHASES,
    ("smedata", "vending"): _UNTOLD,
    ("africastalking", "sms"): _EVERYWHERE,
    ("identity", "identity"): {
        name: _EVERYWHERE[name] for name in ("refused", "malformed_body", "throttled")
    },
    ("africastalking", "sim_swap"): {
        "decline": Course(declined=True),
        "refused": Course(Answer.RESET, received=False),
        "timeout_never_received": Course(Answer.SILENCE, received=False),
        "malformed_body": Course(Answer.MALFORMED),
        "duplicate_callback": Course(told=3),
        "callback_lost": Course(told=0),
        "forged_callback": Course(told=0, forged=True),
    },
    ("paystack", "payments"): PAYMENTS,
    ("flutterwave", "payments"): PAYMENTS,
    ("mpesa", "payments"): _PROMPTS,
    ("momo", "payments"): _PROMPTS,
}
"""(provider, capability) -> fault -> course. A fault that isn't listed makes no sense there."""


def course(provider: str, capability: str, fault: str) -> Course:
    """What this fault makes of a request."""
    return FAULTS[provider, capability][fault] if fault else USUAL


class NoSuchFault(Exception):
    """The fault makes no sense for this provider and capability."""


class FaultQueue:
    """Which fault the next requests suffer. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], deque[str]] = {}
        self._latency_ms: dict[str, int] = {}

    def add(self, provider: str, capability: str, fault: str, count: int) -> None:
        """The next `count` requests suffer it. Raises NoSuchFault."""
        if fault not in FAULTS.get((provider, capability), {}):
            raise NoSuchFault(fault)
        with self._lock:
            self._waiting.setdefault((provider, capability), deque()).extend([fault] * count)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
            self._latency_ms.clear()

    def next(self, provider: str, capability: str) -> Course:
        """The course of the request that has just come."""
        return course(provider, capability, self.next_name(provider, capability))

    def next_name(self, provider: str, capability: str) -> str:
        """The fault of the request that has just come; empty when it goes as usual."""
        with self._lock:
            waiting = self._waiting.get((provider, capability))
            return waiting.popleft() if waiting else ""

    def set_latency(self, provider: str, milliseconds: int) -> None:
        with self._lock:
            self._latency_ms[provider] = milliseconds

    def latency_seconds(self, provider: str) -> float:
        return self._latency_ms.get(provider, 0) / 1000
