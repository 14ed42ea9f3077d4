"""The agent's menu: cash in, pay out, float, commission."""

from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import parse_amount
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.requests import (
    AgentDesk,
    CashDone,
    CashIn,
    CashLimitReached,
    CodeWrong,
    CommissionTaken,
    FindRecipient,
    GetAgentDesk,
    GetAgentMovements,
    NotEnough,
    PayOut,
    Refused,
    TakeCommission,
)
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.agent_approval import STATES as APPROVAL_STATES
from menus.flows.agent_float import STATES as FLOAT_STATES
from menus.flows.shared import (
    CASH_LIMIT,
    PIN_ENDS,
    REFUSED,
    after_pin,
    ending,
    info,
    money,
    number,
    tell,
)
from menus.flows.wallet import transactions
from menus.texts.catalogue import later


def _desk(scene: Scene) -> Move:
    if isinstance(scene.fact, Refused):
        return Move(REFUSED, {"why": scene.fact.why})
    desk: AgentDesk = scene.fact
    return Move(
        "agent.desk",
        {
            "float": desk.float_.amount_minor, "earned": desk.commission.amount_minor,
            "asked": desk.requests, "below": int(desk.has_parent),
        },
    )  # fmt: skip


def _menu(scene: Scene) -> Screen:
    data = scene.data
    choices = [
        Choice(tell(data, "Cash in"), "agent.in.number"),
        Choice(tell(data, "Pay out"), "agent.out.number"),
        Choice(tell(data, "Float"), "float"),
        Choice(tell(data, "Last transactions"), "agent.moves"),
        Choice(tell(data, "Take commission"), "agent.commission"),
        Choice(tell(data, "Approve a purchase"), "agent.ok.number"),
        Choice(tell(data, "Verify a customer"), "verify.number"),
    ]
    text = tell(
        data, "Float {float}, commission {earned}",
        float=money(scene, "float"), earned=money(scene, "earned"),
    )  # fmt: skip
    return Screen(text, tuple(choices))


def _customer_typed(scene: Scene, typed: str, then: str) -> Move | Wrong:
    try:
        customer = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    if customer == scene.text("msisdn"):
        return Wrong(tell(scene.data, "That is your own number."))
    return Move(then, {"recipient": customer})


def _found(scene: Scene) -> Move:
    if scene.fact.registered:
        return Move("agent.in.amount", {"named": scene.fact.name})
    return Move("agent.in.number", notice=tell(scene.data, "That number is not registered."))


def _take(scene: Scene) -> Screen:
    said = {"amount": money(scene), "number": number(scene), "name": scene.text("named")}
    if said["name"]:
        sentence = later("Take {amount} in cash from {number}, {name}. Enter PIN to pay it in")
    else:
        sentence = later("Take {amount} in cash from {number}. Enter PIN to pay it in")
    return Screen(tell(scene.data, sentence, **said))


def _amount_typed(scene: Scene, typed: str, then: str) -> Move | Wrong:
    try:
        amount = parse_amount(typed, scene.text("currency"))
    except BadAmount:
        return Wrong(tell(scene.data, "That is not an amount."))
    return Move(then, {"amount": amount.amount_minor})


def _code_typed(scene: Scene, typed: str) -> Move | Wrong:
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return Wrong(tell(scene.data, "The code has 6 digits."))
    return Move("agent.out.pin", {"code": typed})


def _done(to: str, scene: Scene) -> Move:
    done: CashDone = scene.fact
    return Move(to, {"reference": done.reference, "earned": done.earned.amount_minor})


def _short(scene: Scene) -> Move:
    return Move(
        "agent.short",
        {"balance": scene.fact.balance.amount_minor, "price": scene.fact.price.amount_minor},
    )


def _cash_limit(scene: Scene) -> Move:
    return Move(CASH_LIMIT, {"left": scene.fact.left.amount_minor})


def _said(scene: Scene) -> dict[str, object]:
    return {
        "amount": money(scene), "number": number(scene), "earned": money(scene, "earned"),
        "reference": scene.text("reference"),
    }  # fmt: skip


STATES = (
    State(
        "agent", ask=lambda _: GetAgentDesk(), route=_desk, goes=("agent.desk", REFUSED),
        fresh=True,
    ),
    State(
        "agent.desk", screen=_menu,
        goes=("agent.in.number", "agent.out.number", "float", "agent.moves", "agent.commission",
              "agent.ok.number", "verify.number"),
    ),
    info("agent.moves", transactions, ask=lambda _: GetAgentMovements()),
    # --- cash in -----------------------------------------------------------------------------
    State(
        "agent.in.number", screen=lambda scene: Screen(tell(scene.data, "Customer's number?")),
        accept=lambda scene, typed: _customer_typed(scene, typed, "agent.in.who"),
        goes=("agent.in.who",),
    ),
    State(
        "agent.in.who", ask=lambda scene: FindRecipient(Msisdn(scene.text("recipient"))),
        route=_found, goes=("agent.in.amount", "agent.in.number"),
    ),
    State(
        "agent.in.amount", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=lambda scene, typed: _amount_typed(scene, typed, "agent.in.pin"),
        goes=("agent.in.pin",),
    ),
    State(
        "agent.in.pin", screen=_take,
        accept=lambda scene, typed: Do(
            CashIn(Msisdn(scene.text("recipient")), money(scene), Secret(typed))
        ),
        after={
            **after_pin("agent.in.pin"),
            CashDone: lambda scene: _done("agent.in.done", scene),
            NotEnough: _short,
            CashLimitReached: _cash_limit,
        },
        goes=("agent.in.pin", "agent.in.done", "agent.short", CASH_LIMIT, *PIN_ENDS), secret=True,
    ),
    ending(
        "agent.in.done",
        lambda scene: tell(
            scene.data,
            "{amount} is in the wallet of {number}. You earned {earned}. Ref {reference}",
            **_said(scene),
        ),
    ),
    # --- pay out -----------------------------------------------------------------------------
    State(
        "agent.out.number", screen=lambda scene: Screen(tell(scene.data, "Customer's number?")),
        accept=lambda scene, typed: _customer_typed(scene, typed, "agent.out.amount"),
        goes=("agent.out.amount",),
    ),
    State(
        "agent.out.amount", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=lambda scene, typed: _amount_typed(scene, typed, "agent.out.code"),
        goes=("agent.out.code",),
    ),
    State(
        "agent.out.code", screen=lambda scene: Screen(tell(scene.data, "Customer's code?")),
        accept=_code_typed, goes=("agent.out.pin",),
    ),
    State(
        "agent.out.pin",
        screen=lambda scene: Screen(
            tell(
                scene.data, "Enter PIN to pay {amount} to {number}",
                amount=money(scene), number=number(scene),
            )
        ),
        accept=lambda scene, typed: Do(
            PayOut(
                Msisdn(scene.text("recipient")), money(scene), Secret(scene.text("code")),
                Secret(typed),
            )
        ),
        after={
            **after_pin("agent.out.pin"),
            CashDone: lambda scene: _done("agent.out.done", scene),
            CodeWrong: lambda _: Move("agent.out.wrong"),
            CashLimitReached: _cash_limit,
        },
        goes=("agent.out.pin", "agent.out.done", "agent.out.wrong", CASH_LIMIT,
              *PIN_ENDS),
        secret=True,
    ),
    ending(
        "agent.out.done",
        lambda scene: tell(
            scene.data,
            "Pay {amount} in cash to {number} now. You earned {earned}. Ref {reference}",
            **_said(scene),
        ),
    ),
    ending(
        "agent.out.wrong",
        lambda scene: tell(
            scene.data, "Pay nothing. Number, amount and code don't fit, or the time is over."
        ),
    ),
    # --- both --------------------------------------------------------------------------------
    ending(
        "agent.short",
        lambda scene: tell(
            scene.data, "You have {balance}, this needs {price}. Nothing was done.",
            balance=money(scene, "balance"), price=money(scene, "price"),
        ),
    ),
    State(
        "agent.commission",
        screen=lambda scene: Screen(
            tell(
                scene.data, "Enter PIN to take {amount} commission to your wallet",
                amount=money(scene, "earned"),
            )
        ),
        accept=lambda _, typed: Do(TakeCommission(Secret(typed))),
        after={
            **after_pin("agent.commission"),
            CommissionTaken: lambda scene: Move(
                "agent.commission.done",
                {
                    "amount": scene.fact.amount.amount_minor, "reference": scene.fact.reference,
                },
            ),
        },
        goes=("agent.commission", "agent.commission.done", *PIN_ENDS), secret=True,
    ),
    ending(
        "agent.commission.done",
        lambda scene: tell(
            scene.data, "{amount} is in your wallet. Ref {reference}",
            amount=money(scene), reference=scene.text("reference"),
        ),
    ),
    *APPROVAL_STATES,
    *FLOAT_STATES,
)  # fmt: skip
