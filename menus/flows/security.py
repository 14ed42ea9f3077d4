"""Security: a code app or token of one's own, added and removed."""

from app.domain.money import Money
from app.domain.requests import (
    AddCodeApp,
    CodeApp,
    CodeAppKey,
    ConfirmCodeApp,
    Done,
    GetCodeApp,
    RemoveCodeApp,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.second_factor import CODE_ENDS, after_code, code_typed, proof_states
from menus.flows.shared import PIN_ENDS, after_pin, ending, tell

_GROUP = 4


def _security(scene: Scene) -> Screen:
    app: CodeApp = scene.fact
    data = scene.data
    if app.confirmed:
        choices = [Choice(tell(data, "Remove code app"), "security.proof")]
    else:
        choices = [Choice(tell(data, "Add code app"), "security.add")]
        if app.added:
            choices.append(Choice(tell(data, "Confirm code app"), "security.confirm"))
    return Screen(tell(data, "Security"), tuple(choices))


def _key(scene: Scene) -> Move:
    """The key is only in the line on top: no data of the session ever holds it."""
    key = scene.fact.key.value
    groups = " ".join(key[n : n + _GROUP] for n in range(0, len(key), _GROUP))
    return Move("security.confirm", notice=tell(scene.data, "Key for your app: {key}", key=groups))


def _first_code(scene: Scene, typed: str) -> Do | Wrong:
    code = code_typed(scene, typed)
    return code if isinstance(code, Wrong) else Do(ConfirmCodeApp(code))


def _removal(scene: Scene) -> Subject:
    return Subject(Act.REMOVE_APP, Money(0, scene.text("currency")))


STATES = (
    State(
        "security", ask=lambda _: GetCodeApp(), screen=_security,
        goes=("security.add", "security.confirm", "security.proof"),
    ),
    State(
        "security.add",
        screen=lambda scene: Screen(tell(scene.data, "Enter PIN to add a code app")),
        accept=lambda _, typed: Do(AddCodeApp(Secret(typed))),
        after={**after_pin("security.add"), CodeAppKey: _key},
        goes=("security.add", "security.confirm", *PIN_ENDS), secret=True,
    ),
    State(
        "security.confirm",
        screen=lambda scene: Screen(tell(scene.data, "Enter the code of your app")),
        accept=_first_code,
        after={**after_code("security.confirm"), Done: lambda _: Move("security.added")},
        goes=("security.confirm", "security.added", *CODE_ENDS), secret=True, reveals=True,
    ),
    ending("security.added", lambda scene: tell(scene.data, "Your code app is added.")),
    *proof_states("security", _removal, "security.remove", (FactorKind.LIST, FactorKind.APP)),
    State(
        "security.remove",
        screen=lambda scene: Screen(tell(scene.data, "Enter PIN to remove your code app")),
        accept=lambda _, typed: Do(RemoveCodeApp(Secret(typed))),
        after={**after_pin("security.remove"), Done: lambda _: Move("security.removed")},
        goes=("security.remove", "security.removed", *PIN_ENDS), secret=True,
    ),
    ending("security.removed", lambda scene: tell(scene.data, "Your code app is removed.")),
)  # fmt: skip
