"""Buy airtime: for whom (asked so for data too), how much, confirm, PIN."""

from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import Money, parse_amount
from app.domain.msisdn import Msisdn, country_of, parse_msisdn
from app.domain.operators import (
    COUNTRY_CURRENCY,
    OPERATORS,
    Operator,
    operator_of_network,
    operators_in,
)
from app.domain.requests import (
    BuyAirtime,
    FindOperator,
    FindSamePurchase,
    GetBeneficiaries,
    LimitReached,
    NotEnough,
    OrderPlaced,
    PriceChanged,
    QuoteAbroad,
    Quoted,
    Refused,
    TooFast,
)
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from menus.engine.session import Value
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.saved import offered
from menus.flows.second_factor import proof_states
from menus.flows.shared import (
    FAST,
    HELD,
    LIMIT,
    PIN_ENDS,
    REFUSED,
    after_pin,
    airtime,
    ending,
    money,
    number,
    operator,
    paid,
    placed_at,
    price,
    tell,
    too_fast,
)

PRESETS_MINOR = (100_00, 200_00, 500_00, 1_000_00)


def _wanted(scene: Scene) -> str:
    """Where it goes on once the recipient and the network are known. Who dialled a stable code has
    said what to buy."""
    if scene.number("dialled"):
        return "data.again" if scene.number("data") else "buy.same"
    return "data.terms" if scene.number("data") else "buy.amount"


def _own_network(scene: Scene) -> Operator | None:
    """What the SIM that dials says itself."""
    return operator_of_network(scene.text("network"), scene.text("country"))


def _ask_whose(scene: Scene) -> FindOperator | None:
    return None if _own_network(scene) else FindOperator(Msisdn(scene.text("msisdn")))


def _known(scene: Scene, currency: str) -> Operator | None:
    """The answer to FindOperator, where it is an operator that sells in this currency."""
    found = OPERATORS.get(scene.fact.operator or "")
    return found if found and found.currency == currency else None


def _whose(scene: Scene) -> Screen:
    home = scene.text("currency")
    found = _own_network(scene) or _known(scene, home)
    put: dict[str, str | int] = {"recipient": scene.text("msisdn"), "again": 0, "sold": home}
    if found is not None:
        own = Choice(tell(scene.data, "My number"), _wanted(scene), {**put, "operator": found.code})
    else:
        own = Choice(tell(scene.data, "My number"), "buy.operator", put)
    return Screen(
        tell(scene.data, "Data for" if scene.number("data") else "Airtime for"),
        (own, Choice(tell(scene.data, "Another number"), "buy.number")),
    )


def _dialled(scene: Scene) -> Move:
    """Airtime or a plan for oneself, by a stable code."""
    home = scene.text("currency")
    found = _own_network(scene) or _known(scene, home)
    scene = Scene({**scene.data, "dialled": 1})
    put: dict[str, Value] = {
        "recipient": scene.text("msisdn"), "again": 0, "sold": home, "dialled": 1
    }  # fmt: skip
    if found is None:
        return Move("buy.operator", put)
    return Move(_wanted(scene), {**put, "operator": found.code})


def _number_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        recipient = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    return _towards(scene, recipient)


def _towards(scene: Scene, recipient: Msisdn) -> Move | Wrong:
    country = country_of(recipient)
    if not operators_in(country):
        return Wrong(tell(scene.data, "We don't sell airtime there."))
    if scene.number("data") and country != scene.text("country"):
        return Wrong(tell(scene.data, "Data: your own country only."))
    return Move("buy.find", {"recipient": recipient, "again": 0, "sold": COUNTRY_CURRENCY[country]})


def _found(scene: Scene) -> Move:
    found = _known(scene, scene.text("sold"))
    return Move(_wanted(scene), {"operator": found.code}) if found else Move("buy.operator")


def choose_operator(to: str, scene: Scene) -> Screen:
    """The networks of the recipient's country; each leads to the same state."""
    country = country_of(Msisdn(scene.text("recipient")))
    choices = tuple(Choice(op.name, to, {"operator": op.code}) for op in operators_in(country))
    return Screen(tell(scene.data, "Which network?"), choices)


def _amount(scene: Scene) -> Screen:
    limits = operator(scene)
    currency = airtime(scene).currency
    presets = [Money(minor, currency) for minor in PRESETS_MINOR]
    choices = [
        Choice(preset.label(), "buy.same", {"amount": preset.amount_minor})
        for preset in presets
        if limits.airtime_min <= preset <= limits.airtime_max
    ]
    other = Choice(tell(scene.data, "Other amount"), "buy.other_amount")
    if _is_abroad(scene):
        text = tell(scene.data, "Amount in {currency}?", currency=currency)
        return Screen(text, (*choices, other))
    return Screen(tell(scene.data, "Amount?"), (*choices, other))


def _amount_typed(scene: Scene, typed: str) -> Move | Wrong:
    limits = operator(scene)
    try:
        amount = parse_amount(typed, airtime(scene).currency)
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
    if scene.fact.stopped:
        return Move("buy.stopped")
    minutes = scene.fact.minutes_ago
    if minutes is not None:
        return Move("buy.warn", {"minutes": max(minutes, 1)})
    return Move(_onward(scene))


def _stopped(scene: Scene) -> Screen:
    text = tell(scene.data, "No {operator} airtime is sold now.", operator=operator(scene).name)
    return Screen(text, (Choice(tell(scene.data, "Wrong network"), "buy.operator"),))


def _onward(scene: Scene) -> str:
    """A sale abroad is priced and always confirmed; what was bought before isn't asked again."""
    if _is_abroad(scene):
        return "buy.quote"
    return "buy.proof" if scene.number("again") else "buy.confirm"


def _is_abroad(scene: Scene) -> bool:
    return airtime(scene).currency != scene.text("currency")


def _warn(scene: Scene) -> Screen:
    text = tell(
        scene.data, "You bought this {minutes} min ago. Buy again?",
        minutes=scene.number("minutes"),
    )  # fmt: skip
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Yes"), _onward(scene)),
            Choice(tell(scene.data, "No"), "home"),
        ),
    )


def _quoted(scene: Scene) -> Move:
    if isinstance(scene.fact, Refused):
        return Move(REFUSED, {"why": scene.fact.why})
    return Move("buy.confirm", _put(scene.fact))


def _price_changed(scene: Scene) -> Move:
    changed: PriceChanged = scene.fact
    notice = tell(scene.data, "The price changed.")
    return Move("buy.confirm", _put(changed.now), notice=notice)


def _put(quoted: Quoted) -> dict[str, str | int]:
    return {"price": quoted.price.amount_minor, "rate": quoted.rate}


def _confirm(scene: Scene) -> Screen:
    said = {"operator": operator(scene).name, "amount": airtime(scene), "number": number(scene)}
    if _is_abroad(scene):
        text = tell(
            scene.data, "{operator} {amount} for {number}: {price} ({rate})",
            **said, price=price(scene), rate=scene.text("rate"),
        )  # fmt: skip
    else:
        text = tell(scene.data, "{operator} airtime {amount} for {number}", **said)
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Confirm"), "buy.proof"),
            Choice(tell(scene.data, "Wrong network"), "buy.network"),
        ),
    )


def _subject(scene: Scene) -> Subject:
    return Subject(Act.AIRTIME, price(scene), Msisdn(scene.text("recipient")))


def _pin(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data,
            "Enter PIN for {amount} {operator} airtime",
            amount=paid(scene),
            operator=operator(scene).name,
        )
    )


def _pin_typed(scene: Scene, typed: str) -> Do:
    recipient, sold_by = Msisdn(scene.text("recipient")), scene.text("operator")
    return Do(BuyAirtime(recipient, sold_by, airtime(scene), Secret(typed), price(scene)))


def _not_enough(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data, "You have {balance}, this costs {price}",
            balance=money(scene, "balance"), price=price(scene),
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
        amount=paid(scene), operator=operator(scene).name, number=number(scene),
        reference=scene.text("reference"),
    )  # fmt: skip


STATES = (
    State(
        "buy.whose", ask=_ask_whose, screen=_whose,
        goes=("buy.amount", "data.terms", "buy.operator", "buy.number"), walkable=True,
    ),
    State(
        "buy.dialled", ask=lambda scene: FindOperator(Msisdn(scene.text("msisdn"))),
        route=_dialled,
        goes=("buy.same", "data.again", "buy.operator"),
    ),
    State(
        "buy.number", ask=lambda _: GetBeneficiaries(),
        screen=lambda scene: Screen(
            tell(scene.data, "Enter the number"), offered(scene, _towards)
        ),
        accept=_number_typed, goes=("buy.find",),
    ),
    State(
        "buy.find", ask=lambda scene: FindOperator(Msisdn(scene.text("recipient"))), route=_found,
        goes=("buy.operator", "buy.amount", "data.terms"),
    ),
    State(
        "buy.operator",
        screen=lambda scene: choose_operator(_wanted(scene), scene),
        goes=("buy.amount", "data.terms", "buy.same", "data.again"), walkable=True,
    ),
    State("buy.amount", screen=_amount, goes=("buy.same", "buy.other_amount"), walkable=True),
    State("buy.other_amount", screen=_other_amount, accept=_amount_typed, goes=("buy.same",)),
    State(
        "buy.same",
        ask=lambda scene: FindSamePurchase(
            Msisdn(scene.text("recipient")), airtime(scene), operator=scene.text("operator")
        ),
        route=_warn_or_go_on,
        goes=("buy.stopped", "buy.warn", "buy.quote", "buy.proof", "buy.confirm"),
    ),
    State("buy.stopped", screen=_stopped, goes=("buy.operator",)),
    State("buy.warn", screen=_warn, goes=("buy.quote", "buy.proof", "buy.confirm", "home")),
    State(
        "buy.quote", ask=lambda scene: QuoteAbroad(airtime(scene), scene.text("currency")),
        route=_quoted, goes=("buy.confirm", REFUSED),
    ),
    State("buy.confirm", screen=_confirm, goes=("buy.proof", "buy.network")),
    State(
        "buy.network",
        screen=lambda scene: choose_operator("buy.confirm", scene),
        goes=("buy.confirm",),
    ),
    *proof_states("buy", _subject, "buy.pin"),
    State(
        "buy.pin", screen=_pin, accept=_pin_typed,
        after={
            **after_pin("buy.pin"),
            OrderPlaced: placed_at("buy.placed"),
            NotEnough: lambda scene: Move(
                "buy.not_enough", {"balance": scene.fact.balance.amount_minor}
            ),
            LimitReached: lambda scene: Move(LIMIT, {"left": scene.fact.left.amount_minor}),
            TooFast: too_fast,
            PriceChanged: _price_changed,
        },
        goes=("buy.pin", "buy.placed", "buy.not_enough", "buy.confirm", LIMIT, FAST, HELD,
              *PIN_ENDS),
        secret=True,
    ),
    State("buy.not_enough", screen=_not_enough, goes=("buy.amount", "fund")),
    ending("buy.placed", placed_text),
)  # fmt: skip
