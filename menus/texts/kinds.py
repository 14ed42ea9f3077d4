"""What each kind of SMS is for, who can have it sent, and how many parts it may take.

A kind that isn't named here is transactional, sent only for something its owner did, and fits into
one part.
"""

from app.domain.sms import SmsClass

_SERVICE = frozenset({"schedule_soon"})
_PROMOTIONAL = frozenset({"broadcast"})

ON_REQUEST = frozenset(
    {"balance", "case_opened", "reply", "sign_in_code", "start_pin", "statement", "wish_code"}
)
"""Anybody can have these sent who writes to us, in a sender's name that may be forged, or who tells
staff a story: they are counted, so that nobody is flooded and no SMS are pumped."""

_MORE_PARTS = {"broadcast": 3, "broadcast_test": 3}
_TWO_PARTS = frozenset({"reply", "schedule_paused", "schedule_soon", "statement"})


def class_of(kind: str) -> SmsClass:
    if kind in _SERVICE:
        return SmsClass.SERVICE
    return SmsClass.PROMOTIONAL if kind in _PROMOTIONAL else SmsClass.TRANSACTIONAL


def most_parts(kind: str) -> int:
    """How many parts it may take, in any language, with the longest arguments."""
    return _MORE_PARTS.get(kind, 2 if kind in _TWO_PARTS else 1)
