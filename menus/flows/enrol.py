"""First dial: language, terms, a new PIN typed twice."""

from app.domain.requests import (
    ChoosePin,
    Done,
    Enrol,
    PinAccepted,
    PinMismatch,
    PinPurpose,
    PinWeakness,
    Refused,
    TooFast,
    WeakPin,
)
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State
from menus.flows.shared import FAST, HOME, REFUSED, ending, info, tell, too_fast
from menus.texts.catalogue import LANGUAGES

FIRST_LANGUAGES = 5


def weak_pin(scene: Scene) -> str:
    """Why a PIN was refused, for the top of the screen that asks again."""
    if scene.fact.why is PinWeakness.NOT_DIGITS:
        return tell(scene.data, "Use 4 to 6 digits.")
    return tell(scene.data, "That PIN is too easy to guess.")


def _choices(codes: list[str]) -> list[Choice]:
    return [Choice(LANGUAGES[code], "enrol.register", {"language": code}) for code in codes]


def _language(_: Scene) -> Screen:
    choices = _choices(list(LANGUAGES)[:FIRST_LANGUAGES])
    return Screen("Welcome. Choose language", (*choices, Choice("More", "enrol.languages")))


def _register(scene: Scene) -> Screen:
    return Screen(
        tell(scene.data, "NexusTop: airtime and data from your wallet"),
        (
            Choice(tell(scene.data, "Register"), "enrol.terms"),
            Choice(tell(scene.data, "Help"), "enrol.help"),
        ),
    )


def _terms(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data,
            "Terms: nexustop.example/t. Your PIN is secret; staff never ask for it",
        ),
        (
            Choice(tell(scene.data, "Accept"), "enrol.new_pin"),
            Choice(tell(scene.data, "No"), "end.declined"),
        ),
    )


STATES = (
    State(
        "enrol.language", screen=_language, goes=("enrol.register", "enrol.languages"),
        walkable=True, back=False,
    ),
    State(
        "enrol.languages",
        screen=lambda _: Screen(
            "Choose language", tuple(_choices(list(LANGUAGES)[FIRST_LANGUAGES:]))
        ),
        goes=("enrol.register",), walkable=True,
    ),
    State(
        "enrol.register", screen=_register, goes=("enrol.terms", "enrol.help"), walkable=True
    ),
    info(
        "enrol.help",
        lambda scene: tell(
            scene.data,
            "Register free with a secret PIN, then top up any phone from your wallet. "
            "Questions: SMS HELP to {code}",
            code=scene.text("sms_code"),
        ),
    ),
    State("enrol.terms", screen=_terms, goes=("enrol.new_pin", "end.declined")),
    ending(
        "end.declined",
        lambda scene: tell(scene.data, "You are not registered. Dial again any time."),
    ),
    State(
        "enrol.new_pin",
        screen=lambda scene: Screen(tell(scene.data, "New PIN, 4 to 6 digits")),
        accept=lambda _, typed: Do(ChoosePin(Secret(typed), PinPurpose.ENROL)),
        after={
            PinAccepted: lambda _: Move("enrol.repeat_pin"),
            WeakPin: lambda scene: Move("enrol.new_pin", notice=weak_pin(scene)),
        },
        goes=("enrol.repeat_pin", "enrol.new_pin"), secret=True,
    ),
    State(
        "enrol.repeat_pin",
        screen=lambda scene: Screen(tell(scene.data, "Repeat PIN")),
        accept=lambda scene, typed: Do(Enrol(Secret(typed), scene.text("language"))),
        after={
            Done: lambda scene: Move(HOME, notice=tell(scene.data, "You are registered")),
            PinMismatch: lambda scene: Move(
                "enrol.new_pin", notice=tell(scene.data, "The PINs differ.")
            ),
            TooFast: too_fast,
            Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
        },
        goes=(HOME, "enrol.new_pin", FAST, REFUSED), secret=True,
    ),
)  # fmt: skip
