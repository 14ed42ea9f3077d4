"""Report a problem: about which movement, what is wrong, and the ticket."""

from app.domain.cases import CaseKind
from app.domain.days import day_of
from app.domain.requests import GetTransactions, Movement, ProblemReported, ReportProblem
from menus.engine.state import Choice, Move, Scene, Screen, State
from menus.flows.shared import REFUSED, ending, tell
from menus.flows.wallet import movement_line
from menus.texts.catalogue import later
from menus.texts.movements import reference_of

_KINDS = {
    CaseKind.NOT_RECEIVED: later("It has not arrived"),
    CaseKind.WRONG_NUMBER: later("Wrong number"),
    CaseKind.WRONG_AMOUNT: later("Wrong amount"),
    CaseKind.OTHER: later("Something else"),
}


def _about(scene: Scene) -> Screen:
    movements: tuple[Movement, ...] = scene.fact
    seen: dict[str, Choice] = {}
    for movement in movements:
        reference = reference_of(movement.reference)
        if reference and reference not in seen:
            line = movement_line(scene, movement)
            seen[reference] = Choice(line, "report.kind", {"reference": reference}, walk=False)
    other = Choice(tell(scene.data, "Something else"), "report.kind", {"reference": ""})
    return Screen(tell(scene.data, "A problem with what?"), (*seen.values(), other))


def _kinds(scene: Scene) -> Screen:
    return Screen(
        tell(scene.data, "What is wrong?"),
        tuple(
            Choice(tell(scene.data, label), "report.send", {"complaint": kind})
            for kind, label in _KINDS.items()
        ),
    )


def _reported(scene: Scene) -> Move:
    if not isinstance(scene.fact, ProblemReported):
        return Move(REFUSED, {"why": scene.fact.why})
    day = day_of(scene.fact.answer_by, scene.text("country")).strftime("%d/%m")
    return Move("report.done", {"ticket": scene.fact.ticket, "day": day})


STATES = (
    State("report", ask=lambda _: GetTransactions(), screen=_about, goes=("report.kind",)),
    State("report.kind", screen=_kinds, goes=("report.send",)),
    State(
        "report.send",
        ask=lambda scene: ReportProblem(
            scene.text("reference"), CaseKind(scene.text("complaint"))
        ),
        route=_reported, goes=("report.done", REFUSED),
    ),
    ending(
        "report.done",
        lambda scene: tell(
            scene.data, "Thank you. Our staff answer by {day}, each step comes by SMS."
            " Ticket {ticket}",
            day=scene.text("day"), ticket=scene.text("ticket"),
        ),
    ),
)  # fmt: skip
