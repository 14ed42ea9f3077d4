"""Proving more than the PIN, before the PIN: a code of a list or an app, or an agent's word."""

from collections.abc import Callable, Mapping

from app.domain.days import zone_of
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ApprovalAsked,
    AskApproval,
    AskSecondFactor,
    CodeIsWrong,
    FactorLocked,
    Proved,
    ProveSecondFactor,
    Refused,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.shared import REFUSED, ending, money, tell

FACTOR_LOCKED, _APPROVAL = "end.factor_locked", "end.approval"
CODE_DIGITS = 6


def subject_of(act: Act, scene: Scene) -> Subject:
    """What the journey is about, as the session knows it; cash goes to nobody by name."""
    recipient = Msisdn("") if act is Act.WITHDRAWAL else Msisdn(scene.text("recipient"))
    return Subject(act, money(scene), recipient)


def code_typed(scene: Scene, typed: str, digits: int = CODE_DIGITS) -> Secret | Wrong:
    """What was typed, if it can be a code at all: anything else costs no try."""
    if typed.isascii() and typed.isdigit() and len(typed) == digits:
        return Secret(typed)
    return Wrong(tell(scene.data, "The code has {digits} digits.", digits=digits))


def after_code(here: str) -> Mapping[type, Callable[[Scene], Move]]:
    """Where the replies every wrong code can get lead: the same screen, or the end."""

    def wrong(scene: Scene) -> Move:
        left = scene.fact.tries_left
        return Move(here, notice=tell(scene.data, "Wrong code. Tries left: {left}", left=left))

    return {
        CodeIsWrong: wrong,
        FactorLocked: lambda _: Move(FACTOR_LOCKED),
        Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
    }


CODE_ENDS = (FACTOR_LOCKED, REFUSED)


def proof_states(
    at: str, subject: Callable[[Scene], Subject], then: str,
    kinds: tuple[FactorKind, ...] = tuple(FactorKind),
) -> tuple[State, ...]:  # fmt: skip
    """The way from `<at>.proof` to `then`: straight on where no proof is wanted (any more)."""
    here = f"{at}.proof"
    made = {
        FactorKind.LIST: lambda: _code_state(here, FactorKind.LIST, subject, then),
        FactorKind.APP: lambda: _code_state(here, FactorKind.APP, subject, then),
        FactorKind.AGENT: lambda: _agent_state(here, subject),
    }
    return (
        State(
            here, ask=lambda scene: AskSecondFactor(subject(scene)),
            route=lambda scene: _wanted(here, then, scene), goes=(then, f"{here}.how", *CODE_ENDS),
        ),
        State(
            f"{here}.how", screen=lambda scene: _how(here, scene),
            goes=tuple(f"{here}.{kind}" for kind in kinds),
        ),
        *(made[kind]() for kind in kinds),
    )  # fmt: skip


def _wanted(here: str, then: str, scene: Scene) -> Move:
    fact = scene.fact
    if isinstance(fact, FactorLocked):
        return Move(FACTOR_LOCKED)
    if isinstance(fact, Refused):
        return Move(REFUSED, {"why": fact.why})
    put = {"kinds": ",".join(fact.kinds), "position": fact.position}
    return Move(f"{here}.how" if fact.kinds else then, put)


def _how(here: str, scene: Scene) -> Screen:
    labels = {
        FactorKind.LIST: tell(
            scene.data, "Code {position} of your list", position=_position(scene)
        ),
        FactorKind.APP: tell(scene.data, "Code of your app"),
        FactorKind.AGENT: tell(scene.data, "Ask an agent"),
    }
    kinds = map(FactorKind, scene.text("kinds").split(","))
    return Screen(
        tell(scene.data, "This needs one more proof"),
        tuple(Choice(labels[kind], f"{here}.{kind}") for kind in kinds),
    )


def _position(scene: Scene) -> str:
    return f"{scene.number('position'):02d}"


def _code_state(
    here: str, kind: FactorKind, subject: Callable[[Scene], Subject], then: str
) -> State:
    def screen(scene: Scene) -> Screen:
        if kind is FactorKind.APP:
            return Screen(tell(scene.data, "Enter the code of your app"))
        return Screen(
            tell(scene.data, "Enter code {position} of your list", position=_position(scene))
        )

    def typed(scene: Scene, text: str) -> Do | Wrong:
        code = code_typed(scene, text)
        if isinstance(code, Wrong):
            return code
        return Do(ProveSecondFactor(kind, code, subject(scene)))

    me = f"{here}.{kind}"
    return State(
        me, screen=screen, accept=typed,
        after={**after_code(me), Proved: lambda _: Move(then)}, goes=(me, then, *CODE_ENDS),
        secret=True,
    )  # fmt: skip


def _agent_state(here: str, subject: Callable[[Scene], Subject]) -> State:
    return State(
        f"{here}.{FactorKind.AGENT}", ask=lambda scene: AskApproval(subject(scene)), route=_asked,
        goes=(_APPROVAL, REFUSED),
    )  # fmt: skip


def _asked(scene: Scene) -> Move:
    if not isinstance(scene.fact, ApprovalAsked):
        return Move(REFUSED, {"why": scene.fact.why})
    until = scene.fact.until.astimezone(zone_of(scene.text("country"))).strftime("%H:%M")
    return Move(_APPROVAL, {"code": scene.fact.code.value, "until": until})


STATES = (
    ending(
        FACTOR_LOCKED,
        lambda scene: tell(
            scene.data,
            "Too many wrong codes. Codes are off for 24 hours, an agent can approve."
            " Nothing was charged.",
        ),
    ),
    ending(
        _APPROVAL,
        lambda scene: tell(
            scene.data,
            "Tell an agent your number and code {code} before {time}, then dial again."
            " Nothing was charged.",
            code=scene.text("code"), time=scene.text("until"),
        ),
        reveals=True,
    ),
)  # fmt: skip
