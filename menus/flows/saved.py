"""Numbers kept with a name: offered where a number is asked for, looked after in My account."""

from collections.abc import Callable

from app.domain.beneficiaries import LONGEST_NAME, MOST, BadName, short_name
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn, spoken
from app.domain.requests import (
    Beneficiaries,
    Beneficiary,
    Done,
    GetBeneficiaries,
    ListFull,
    NameTaken,
    Refused,
    RemoveBeneficiary,
    SaveBeneficiary,
    TooFast,
)
from menus.engine.gsm7 import fold
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.shared import FAST, REFUSED, number, tell, too_fast


def offered(scene: Scene, towards: Callable[[Scene, Msisdn], Move | Wrong]) -> tuple[Choice, ...]:
    """The saved numbers as options of a screen whose fact is Beneficiaries; each leads where the
    number would, if it were typed. Those that could not be typed there are left out."""
    saved: Beneficiaries = scene.fact
    ways = ((one, towards(scene, one.msisdn)) for one in saved.saved)
    return tuple(
        Choice(_named(one), way.to, way.put, walk=False)
        for one, way in ways
        if isinstance(way, Move)
    )


def _named(one: Beneficiary) -> str:
    return f"{one.name} {spoken(one.msisdn)}"


def _list(scene: Scene) -> Screen:
    saved: Beneficiaries = scene.fact
    return Screen(
        tell(scene.data, "Saved numbers"),
        (
            Choice(tell(scene.data, "Add a number"), "saved.number"),
            *(
                Choice(
                    _named(one), "saved.one", {"recipient": one.msisdn, "called": one.name},
                    walk=False,
                )
                for one in saved.saved
            ),
        ),
    )  # fmt: skip


def _number_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        recipient = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    return Move("saved.name", {"recipient": recipient})


def _name_typed(scene: Scene, typed: str) -> Do | Wrong:
    try:
        name = short_name(fold(typed))
    except BadName:
        return Wrong(
            tell(scene.data, "Only letters and digits, {most} at most.", most=LONGEST_NAME)
        )
    return Do(SaveBeneficiary(Msisdn(scene.text("recipient")), name))


def _removed(scene: Scene) -> Move:
    if isinstance(scene.fact, Refused):
        return Move(REFUSED, {"why": scene.fact.why})
    return Move("saved", notice=tell(scene.data, "Removed"))


STATES = (
    State(
        "saved", ask=lambda _: GetBeneficiaries(), screen=_list,
        goes=("saved.number", "saved.one"),
    ),
    State(
        "saved.number", screen=lambda scene: Screen(tell(scene.data, "Enter the number")),
        accept=_number_typed, goes=("saved.name",),
    ),
    State(
        "saved.name",
        screen=lambda scene: Screen(
            tell(scene.data, "Short name for {number}?", number=number(scene))
        ),
        accept=_name_typed,
        after={
            Done: lambda scene: Move("saved", notice=tell(scene.data, "Saved")),
            NameTaken: lambda scene: Move(
                "saved.name", notice=tell(scene.data, "Another number has this name.")
            ),
            TooFast: too_fast,
            ListFull: lambda scene: Move(
                "saved",
                notice=tell(scene.data, "{most} numbers are saved. Remove one first.", most=MOST),
            ),
            Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
        },
        goes=("saved", "saved.name", REFUSED, FAST),
    ),
    State(
        "saved.one",
        screen=lambda scene: Screen(
            f"{scene.text('called')} {number(scene)}",
            (Choice(tell(scene.data, "Remove"), "saved.remove"),),
        ),
        goes=("saved.remove",),
    ),
    State(
        "saved.remove", ask=lambda scene: RemoveBeneficiary(Msisdn(scene.text("recipient"))),
        route=_removed, goes=("saved", REFUSED),
    ),
)  # fmt: skip
