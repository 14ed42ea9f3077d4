"""Going on where a session dropped: the question, and where Yes leads.

Nothing is bought by going on: what costs money starts again before its confirmation, where prices
and who receives are looked at anew, and a PIN is asked again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from menus.engine.left import Left
from menus.engine.session import Value
from menus.engine.state import Choice, Scene, Screen, State
from menus.flows.shared import HOME, airtime, money, number, tell
from menus.texts.catalogue import later
from menus.texts.plans import plan_size

OFFER = "resume"
_ENROLLING, _BY_AGENT = "enrol.", "agent."


@dataclass(frozen=True, slots=True)
class TakenUp:
    """How a session that dropped in a state is gone on with.

    `question` is asked, filled with `said`; `kept` is all that is known of the session then. `at`
    is where it goes on, empty: in the state itself; `put` what is known there besides.
    """

    question: str
    said: Callable[[Scene], dict[str, object]]
    kept: tuple[str, ...]
    at: str = ""
    put: Mapping[str, Value] = field(default_factory=dict)


def _recipient(scene: Scene) -> dict[str, object]:
    return {"number": number(scene)}


def _amount(scene: Scene) -> dict[str, object]:
    return {"amount": money(scene)}


def _sent(scene: Scene) -> dict[str, object]:
    return {"amount": money(scene), "number": number(scene)}


_NOW = ("confirm", "proof.how", "proof.list", "proof.app", "pin", "not_enough")
"""The last screens of every journey that costs money."""

_AIRTIME = TakenUp(
    later("Continue buying {amount} airtime for {number}?"),
    lambda scene: {"amount": airtime(scene), "number": number(scene)},
    ("currency", "recipient", "operator", "sold", "amount"), "buy.same",
)  # fmt: skip
_DATA = TakenUp(
    later("Continue buying {size} for {number}?"),
    lambda scene: {"size": plan_size(scene.text("plan")), "number": number(scene)},
    ("currency", "recipient", "operator", "plan", "amount"), "data.again", {"data": 1},
)  # fmt: skip
_SENDING = TakenUp(
    later("Continue sending {amount} to {number}?"), _sent, ("currency", "recipient", "amount"),
    "send.who",
)  # fmt: skip
_WITHDRAWAL = TakenUp(
    later("Continue withdrawing {amount}?"), _amount, ("currency", "amount", "at_agent"),
    "draw.quote",
)  # fmt: skip
_AIRTIME_FOR = TakenUp(
    later("Continue buying airtime for {number}?"), _recipient,
    ("currency", "recipient", "operator", "sold"),
)  # fmt: skip
_DATA_FOR = TakenUp(
    later("Continue buying data for {number}?"), _recipient, ("currency", "recipient", "operator"),
    "data.terms", {"data": 1},
)  # fmt: skip
_REGISTERING = TakenUp(later("Continue registering?"), lambda _: {}, ("language",))
_CASH_IN = later("Continue cash in for {number}?")

TAKEN_UP: dict[str, TakenUp] = {
    **dict.fromkeys(("enrol.register", "enrol.terms", "enrol.new_pin"), _REGISTERING),
    "enrol.repeat_pin": TakenUp(
        _REGISTERING.question, _REGISTERING.said, _REGISTERING.kept, "enrol.new_pin"
    ),
    **dict.fromkeys(("buy.amount", "buy.other_amount"), _AIRTIME_FOR),
    **dict.fromkeys((f"buy.{screen}" for screen in ("warn", "network", *_NOW)), _AIRTIME),
    **dict.fromkeys(("data.terms", "data.plans", "data.network"), _DATA_FOR),
    **dict.fromkeys((f"data.{screen}" for screen in ("warn", *_NOW)), _DATA),
    "send.amount": TakenUp(
        later("Continue sending money to {number}?"), _recipient, ("currency", "recipient")
    ),
    **dict.fromkeys((f"send.{screen}" for screen in _NOW), _SENDING),
    "draw.where": TakenUp(_WITHDRAWAL.question, _amount, ("currency", "amount")),
    **dict.fromkeys((f"draw.{screen}" for screen in _NOW), _WITHDRAWAL),
    "fund.amount": TakenUp(
        later("Continue adding money?"), lambda _: {}, ("currency", "method", "bank")
    ),
    "fund.confirm": TakenUp(
        later("Continue adding {amount}?"), _amount, ("currency", "method", "bank", "amount")
    ),
    "agent.in.amount": TakenUp(_CASH_IN, _recipient, ("currency", "recipient", "named")),
    "agent.in.pin": TakenUp(_CASH_IN, _recipient, ("currency", "recipient", "named", "amount")),
}  # fmt: skip
"""By the state in which a session dropped. Where none is, a new session begins as always."""

KEPT = {state: taken.kept for state, taken in TAKEN_UP.items()}


def to_offer(scene: Scene) -> Left | None:
    """What the subscriber of the scene's profile can go on with: what they could still do today."""
    left, profile = Left.found(scene.data), scene.fact
    if left is None:
        return None
    enrolling = left.state.startswith(_ENROLLING)
    if enrolling or not profile.registered:
        return left if enrolling and not profile.registered else None
    if left.state.startswith(_BY_AGENT) and not profile.is_agent:
        return None
    return left if left.data["currency"] == profile.currency else None


def _offer(scene: Scene) -> Screen:
    left: Any = Left.found(scene.data)
    taken = TAKEN_UP[left.state]
    afresh = "enrol.language" if left.state.startswith(_ENROLLING) else HOME
    yes = Choice(
        tell(scene.data, "Yes"), taken.at or left.state, {**left.data, **taken.put}, walk=False
    )
    return Screen(
        tell(scene.data, taken.question, **taken.said(Scene(left.data))),
        (yes, Choice(tell(scene.data, "No"), afresh, walk=False)),
    )


STATES = (
    State(
        OFFER, screen=_offer,
        goes=(
            *dict.fromkeys(taken.at or state for state, taken in TAKEN_UP.items()), HOME,
            "enrol.language",
        ),
        back=False,
    ),
)  # fmt: skip
