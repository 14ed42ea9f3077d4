"""Buy airtime: for whom (asked so for data too), how much, confirm, PIN."""

from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import Money, parse_amount
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.operators import (
    operator_of_network,
    operator_of_prefix,
    operators_in,
)
from app.domain.requests import (
    BuyAirtime,
    FindSamePurchase,
    GetBeneficiaries,
    LimitReached,
    NotEnough,
    OrderPlaced,
    TooFast,
)
from app.domain.second_factor import Act
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.saved import offered
from menus.flows.second_factor import proof_states, subject_of
from menus.flows.shared import (
    FAST,
    LIMIT,
    PIN_ENDS,
    after_pin,
    ending,
    money,
    number,
    operator,
    tell,
    too_fast,
)

PRESETS_MINOR = (100_00, 200_00, 500_00, 1_000_00)


def _wanted(scene: Scene) -> str:
    """Where it goes on once the recipient and the network are known."""
    return "data.terms" if scene.number("data") else "buy.amount"


def _whose(scene: Scene) -> Screen:
    mine = Msisdn(scene.text("msisdn"))
    found = operator_of_network(scene.text("network")) or operator_of_prefix(mine)
    put: dict[str, str | int] = {"recipient": mine, "again": 0}
    known = found is not None and found.country == scene.text("country")
    if found is not None and known:
        own = Choice(tell(scene.data, "My number"), _wanted(scene), {**put, "operator": found.code})
    else:
        own = Choice(tell(scene.data, "My number"), "buy.operator", put)
    return Screen(
        tell(scene.data, "Data for" if scene.number("data") else "Airtime for"),
        (own, Choice(tell(scene.data, "Another number"), "buy.number")),
    )


def _number_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        recipient = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    return _towards(scene, recipient)


def _towards(scene: Scene, recipient: Msisdn) -> Move:
    found = operator_of_prefix(recipient)
    put: dict[str, str | int] = {"recipient": recipient, "again": 0}
    if found is None or found.currency != scene.text("currency"):
        return Move("buy.operator", put)
    return Move(_wanted(scene), {**put, "operator": found.code})


def choose_operator(to: str, scene: Scene) -> Screen:
    """The networks of the country; each leads to the same state."""
    choices = tuple(
        Choice(op.name, to, {"operator": op.code}) for op in operators_in(scene.text("country"))
    )
    return Screen(tell(scene.data, "Which network?"), choices)


def _amount(scene: Scene) -> Screen:
    limits = operator(scene)
    currency = scene.text("currency")
    presets = [Money(minor, currency) for minor in PRESETS_MINOR]
    choices = [
        Choice(preset.label(), "buy.same", {"amount": preset.amount_minor})
        for preset in presets
        if limits.airtime_min <= preset <= limits.airtime_max
    ]
    other = Choice(tell(scene.data, "Other amount"), "buy.other_amount")
    return Screen(tell(scene.data, "Amount?"), (*choices, other))


def _amount_typed(scene: Scene, typed: str) -> Move | Wrong:
    limits = operator(scene)
    try:
        amount = parse_amount(typed, scene.text("currency"))
    except BadAmount:
        return Wrong(tell(scene.data, "That is not an amount."))
    if not (amount.is_whole() and limits.airtime_min <= amount <= limits.airtime_max):
        return Wrong(tell(scene.data, "Not within these limits."))
    return Move("buy.same", {"amount": amount.amount_minor})


def _other_amount(scene: Scene) -> Screen:
    limits = operator(scene)
    return Screen(
        tell(
            scene.data,
            "Amount, {least} to {most}",
            least=limits.airtime_min.label(),
            most=limits.airtime_max.label(),
        )
    )


def _warn_or_go_on(scene: Scene) -> Move:
    minutes = scene.fact.minutes_ago
    if minutes is not None:
        return Move("buy.warn", {"minutes": max(minutes, 1)})
    return Move("buy.proof" if scene.number("again") else "buy.confirm")


def _warn(scene: Scene) -> Screen:
    text = tell(
        scene.data, "You bought this {minutes} min ago. Buy again?",
        minutes=scene.number("minutes"),
    )  # fmt: skip
    confirmed = "buy.proof" if scene.number("again") else "buy.confirm"
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Yes"), confirmed),
            Choice(tell(scene.data, "No"), "home"),
        ),
    )


def _confirm(scene: Scene) -> Screen:
    text = tell(
        scene.data, "{operator} airtime {amount} for {number}",
        operator=operator(scene).name, amount=money(scene), number=number(scene),
    )  # fmt: skip
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Confirm"), "buy.proof"),
            Choice(tell(scene.data, "Wrong network"), "buy.network"),
        ),
    )


def _pin(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data,
            "Enter PIN for {amount} {operator} airtime",
            amount=money(scene),
            operator=operator(scene).name,
        )
    )


def _pin_typed(scene: Scene, typed: str) -> Do:
    return Do(
        BuyAirtime(
            Msisdn(scene.text("recipient")), scene.text("operator"), money(scene), Secret(typed)
        )
    )


def _not_enough(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data, "You have {balance}, this costs {price}",
            balance=money(scene, "balance"), price=money(scene),
        ),
        (
            Choice(tell(scene.data, "Add money"), "fund"),
            Choice(tell(scene.data, "Smaller amount"), "buy.amount", {"again": 0}),
        ),
    )  # fmt: skip


def placed_text(scene: Scene) -> str:
    """What the session ends with once an order is placed."""
    return tell(
        scene.data,
        "Request received. {amount} {operator} airtime for {number}. An SMS follows."
        " Ref {reference}",
        amount=money(scene), operator=operator(scene).name, number=number(scene),
        reference=scene.text("reference"),
    )  # fmt: skip


STATES = (
    State(
        "buy.whose", screen=_whose,
        goes=("buy.amount", "data.terms", "buy.operator", "buy.number"),
        walkable=True,
    ),
    State(
        "buy.number", ask=lambda _: GetBeneficiaries(),
        screen=lambda scene: Screen(
            tell(scene.data, "Enter the number"), offered(scene, _towards)
        ),
        accept=_number_typed, goes=("buy.operator", "buy.amount", "data.terms"),
    ),
    State(
        "buy.operator",
        screen=lambda scene: choose_operator(_wanted(scene), scene),
        goes=("buy.amount", "data.terms"), walkable=True,
    ),
    State("buy.amount", screen=_amount, goes=("buy.same", "buy.other_amount"), walkable=True),
    State("buy.other_amount", screen=_other_amount, accept=_amount_typed, goes=("buy.same",)),
    State(
        "buy.same",
        ask=lambda scene: FindSamePurchase(Msisdn(scene.text("recipient")), money(scene)),
        route=_warn_or_go_on, goes=("buy.warn", "buy.proof", "buy.confirm"),
    ),
    State("buy.warn", screen=_warn, goes=("buy.proof", "buy.confirm", "home")),
    State("buy.confirm", screen=_confirm, goes=("buy.proof", "buy.network")),
    State(
        "buy.network",
        screen=lambda scene: choose_operator("buy.confirm", scene),
        goes=("buy.confirm",),
    ),
    *proof_states("buy", lambda scene: subject_of(Act.AIRTIME, scene), "buy.pin"),
    State(
        "buy.pin", screen=_pin, accept=_pin_typed,
        after={
            **after_pin("buy.pin"),
            OrderPlaced: lambda scene: Move("buy.placed", {"reference": scene.fact.reference}),
            NotEnough: lambda scene: Move(
                "buy.not_enough", {"balance": scene.fact.balance.amount_minor}
            ),
            LimitReached: lambda scene: Move(LIMIT, {"left": scene.fact.left.amount_minor}),
            TooFast: too_fast,
        },
        goes=("buy.pin", "buy.placed", "buy.not_enough", LIMIT, FAST, *PIN_ENDS), secret=True,
    ),
    State("buy.not_enough", screen=_not_enough, goes=("buy.amount", "fund")),
    ending("buy.placed", placed_text),
)  # fmt: skip
