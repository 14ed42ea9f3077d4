"""Withdraw cash: how much, at which agent, confirm, PIN; the code is shown last."""

from app.domain.days import zone_of
from app.domain.errors import BadAmount
from app.domain.money import parse_amount
from app.domain.requests import (
    CashLimitReached,
    LimitReached,
    NotEnough,
    QuoteWithdrawal,
    Refusal,
    Refused,
    TooFast,
    Withdraw,
    WithdrawalReady,
)
from app.domain.second_factor import Act
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.second_factor import proof_states, subject_of
from menus.flows.shared import (
    CASH_LIMIT,
    FAST,
    LIMIT,
    PIN_ENDS,
    REFUSED,
    after_pin,
    ending,
    money,
    tell,
    too_fast,
)


def _amount_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        amount = parse_amount(typed, scene.text("currency"))
    except BadAmount:
        return Wrong(tell(scene.data, "That is not an amount."))
    return Move("draw.where", {"amount": amount.amount_minor})


def _where(scene: Scene) -> Screen:
    return Screen(
        tell(scene.data, "At which agent?"),
        (
            Choice(tell(scene.data, "Any agent"), "draw.quote", {"at_agent": "", "holder": ""}),
            Choice(tell(scene.data, "Agent number"), "draw.number"),
        ),
    )


def _number_typed(scene: Scene, typed: str) -> Move | Wrong:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
        return Wrong(tell(scene.data, "No agent has this number."))
    return Move("draw.quote", {"at_agent": typed})


def _quoted(scene: Scene) -> Move:
    quote = scene.fact
    if not isinstance(quote, Refused):
        put = {"fee": quote.fee.amount_minor, "holder": quote.agent_name}
        return Move("draw.confirm", put)
    if quote.why is Refusal.NO_SUCH_AGENT:
        return Move("draw.number", notice=tell(scene.data, "No agent has this number."))
    return Move(REFUSED, {"why": quote.why})


def _confirm(scene: Scene) -> Screen:
    said = {"amount": money(scene), "fee": money(scene, "fee")}
    if scene.text("at_agent"):
        text = tell(
            scene.data, "Withdraw {amount}, fee {fee}, at {agent}",
            agent=scene.text("holder"), **said,
        )  # fmt: skip
    else:
        text = tell(scene.data, "Withdraw {amount}, fee {fee}, at any agent", **said)
    return Screen(text, (Choice(tell(scene.data, "Confirm"), "draw.proof"),))


def _ready(scene: Scene) -> Move:
    ready = scene.fact
    until = ready.until.astimezone(zone_of(scene.text("country"))).strftime("%H:%M")
    return Move(
        "draw.code",
        {
            "code": ready.code.value, "until": until, "reference": ready.reference,
            "total": ready.total.amount_minor,
        },
    )  # fmt: skip


def _code(scene: Scene) -> str:
    return tell(
        scene.data,
        "Code {code} for {amount}. Show it to the agent before {time}. Held: {total}."
        " Ref {reference}",
        code=scene.text("code"), amount=money(scene), time=scene.text("until"),
        total=money(scene, "total"), reference=scene.text("reference"),
    )  # fmt: skip


def _not_enough(scene: Scene) -> Screen:
    text = tell(
        scene.data, "You have {balance}, this costs {price}",
        balance=money(scene, "balance"), price=money(scene, "price"),
    )  # fmt: skip
    return Screen(text, (Choice(tell(scene.data, "Smaller amount"), "draw.amount"),))


STATES = (
    State(
        "draw.amount", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=_amount_typed, goes=("draw.where",), fresh=True,
    ),
    State("draw.where", screen=_where, goes=("draw.quote", "draw.number")),
    State(
        "draw.number", screen=lambda scene: Screen(tell(scene.data, "Number of the agent?")),
        accept=_number_typed, goes=("draw.quote",),
    ),
    State(
        "draw.quote", ask=lambda scene: QuoteWithdrawal(money(scene), scene.text("at_agent")),
        route=_quoted, goes=("draw.confirm", "draw.number", REFUSED),
    ),
    State("draw.confirm", screen=_confirm, goes=("draw.proof",)),
    *proof_states("draw", lambda scene: subject_of(Act.WITHDRAWAL, scene), "draw.pin"),
    State(
        "draw.pin",
        screen=lambda scene: Screen(
            tell(scene.data, "Enter PIN to withdraw {amount}", amount=money(scene))
        ),
        accept=lambda scene, typed: Do(
            Withdraw(money(scene), scene.text("at_agent"), money(scene, "fee"), Secret(typed))
        ),
        after={
            **after_pin("draw.pin"),
            WithdrawalReady: _ready,
            NotEnough: lambda scene: Move(
                "draw.not_enough",
                {
                    "balance": scene.fact.balance.amount_minor,
                    "price": scene.fact.price.amount_minor,
                },
            ),
            LimitReached: lambda scene: Move(LIMIT, {"left": scene.fact.left.amount_minor}),
            CashLimitReached: lambda scene: Move(
                CASH_LIMIT, {"left": scene.fact.left.amount_minor}
            ),
            TooFast: too_fast,
        },
        goes=("draw.pin", "draw.code", "draw.not_enough", LIMIT, CASH_LIMIT, FAST, *PIN_ENDS),
        secret=True,
    ),
    State("draw.not_enough", screen=_not_enough, goes=("draw.amount",)),
    ending("draw.code", _code, reveals=True),
)  # fmt: skip
