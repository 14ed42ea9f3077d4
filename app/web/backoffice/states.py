"""How a state looks: a word, a colour and a shape, so that no one of them carries it alone."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """`tone` is a colour of the style sheet, `icon` a shape of the sprite."""

    tone: str
    icon: str


GOOD = Look("good", "check-circle-fill")
BAD = Look("bad", "x-octagon-fill")
WAITING = Look("waiting", "hourglass-split")
WARNING = Look("warning", "exclamation-triangle-fill")
OVER = Look("over", "dash-circle")
UNKNOWN = Look("unknown", "question-circle-fill")
NEUTRAL = Look("neutral", "circle")

_LOOKS: Mapping[Look, str] = {
    GOOD: "delivered done approved active sent resolved open_for_sale balanced paid redeemed"
    " verified answered up ok on_sale in_use valid matched credited clear read enrolled agrees"
    " on live",
    BAD: "declined failed refused blocked locked broken down rejected too_cheap too_dear"
    " breaker_open",
    WAITING: "placed sending pending waiting running queued review asked buffered trial to_come"
    " counting",
    WARNING: "late low suspended unmatched break paused cut stopped too_old maintenance recent"
    " suspense not_matched other_phone taken unanswered never",
    OVER: "reversed refunded expired withdrawn closed cancelled voided ended over revoked"
    " inactive returned void off dropped",
    UNKNOWN: "unknown",
}
LOOKS: Mapping[str, Look] = {word: look for look, words in _LOOKS.items() for word in words.split()}
"""State -> its look; one that isn't here is neutral."""


def look_of(state: str) -> Look:
    return LOOKS.get(state, NEUTRAL)
