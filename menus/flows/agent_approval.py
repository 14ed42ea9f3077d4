"""The agent's menu: approve in person what is too much for a customer's PIN alone."""

from app.domain.days import zone_of
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.requests import (
    ApprovalFound,
    ApprovePurchase,
    CodeWrong,
    FindApproval,
    PurchaseApproved,
    Refused,
)
from app.domain.second_factor import Act
from app.domain.secret import Secret
from menus.engine.state import Do, Move, Scene, Screen, State, Wrong
from menus.flows.second_factor import code_typed
from menus.flows.shared import PIN_ENDS, REFUSED, after_pin, ending, money, number, tell
from menus.texts.catalogue import later

_DIGITS = 4
_ACTS = {
    Act.AIRTIME: later("Airtime"),
    Act.DATA: later("Data"),
    Act.TRANSFER: later("Send money"),
    Act.WITHDRAWAL: later("Withdraw cash"),
}


def _number_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        customer = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    if customer == scene.text("msisdn"):
        return Wrong(tell(scene.data, "That is your own number."))
    return Move("agent.ok.code", {"recipient": customer})


def _code_typed(scene: Scene, typed: str) -> Do | Wrong:
    code = code_typed(scene, typed, _DIGITS)
    if isinstance(code, Wrong):
        return code
    return Do(FindApproval(Msisdn(scene.text("recipient")), code))


def _found(scene: Scene) -> Move:
    found: ApprovalFound = scene.fact
    return Move(
        "agent.ok.pin",
        {
            "reference": found.reference, "act": found.subject.act,
            "amount": found.subject.amount.amount_minor,
        },
    )  # fmt: skip


def _pin(scene: Scene) -> Screen:
    act = tell(scene.data, _ACTS[Act(scene.text("act"))])
    return Screen(
        tell(
            scene.data, "Only if {number} is with you. Enter PIN to approve {act} {amount}",
            number=number(scene), act=act, amount=money(scene),
        )
    )  # fmt: skip


def _approved(scene: Scene) -> Move:
    until = scene.fact.until.astimezone(zone_of(scene.text("country"))).strftime("%H:%M")
    return Move("agent.ok.done", {"until": until})


STATES = (
    State(
        "agent.ok.number", screen=lambda scene: Screen(tell(scene.data, "Customer's number?")),
        accept=_number_typed, goes=("agent.ok.code",),
    ),
    State(
        "agent.ok.code", screen=lambda scene: Screen(tell(scene.data, "Customer's code?")),
        accept=_code_typed,
        after={
            ApprovalFound: _found,
            CodeWrong: lambda _: Move("agent.ok.wrong"),
            Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
        },
        goes=("agent.ok.pin", "agent.ok.wrong", REFUSED), secret=True,
    ),
    State(
        "agent.ok.pin", screen=_pin,
        accept=lambda scene, typed: Do(ApprovePurchase(scene.text("reference"), Secret(typed))),
        after={
            **after_pin("agent.ok.pin"),
            PurchaseApproved: _approved,
            CodeWrong: lambda _: Move("agent.ok.wrong"),
        },
        goes=("agent.ok.pin", "agent.ok.done", "agent.ok.wrong", *PIN_ENDS), secret=True,
    ),
    ending(
        "agent.ok.done",
        lambda scene: tell(
            scene.data, "Approved. {number} must dial again before {time}.",
            number=number(scene), time=scene.text("until"),
        ),
    ),
    ending(
        "agent.ok.wrong",
        lambda scene: tell(
            scene.data, "Nothing approved. Number and code don't fit, or the time is over."
        ),
    ),
)  # fmt: skip
