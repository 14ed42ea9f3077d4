"""The agent's float: send it down, ask above for it, answer who asks, buy it from the wallet."""

from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import parse_amount
from app.domain.msisdn import Msisdn, parse_msisdn, spoken
from app.domain.requests import (
    AskFloat,
    BuyFloat,
    DeclineFloat,
    FloatAsked,
    FloatMoved,
    FloatRequest,
    GetFloatRequests,
    GiveFloat,
    NotEnough,
    Refused,
    SendFloat,
)
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.shared import PIN_ENDS, REFUSED, after_pin, ending, money, number, tell


def _menu(scene: Scene) -> Screen:
    data = scene.data
    choices = [Choice(tell(data, "Send float"), "float.send.number")]
    if scene.number("below"):
        choices.append(Choice(tell(data, "Ask for float"), "float.ask"))
    choices.append(Choice(tell(data, "Float from my wallet"), "float.buy"))
    if scene.number("asked"):
        label = tell(data, "Requests: {count}", count=scene.number("asked"))
        choices.append(Choice(label, "float.requests", walk=False))
    return Screen(tell(data, "Float {float}", float=money(scene, "float")), tuple(choices))


def _agent_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        taker = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    return Move("float.send.amount", {"recipient": taker})


def _amount_typed(then: str, scene: Scene, typed: str) -> Move | Wrong:
    try:
        amount = parse_amount(typed, scene.text("currency"))
    except BadAmount:
        return Wrong(tell(scene.data, "That is not an amount."))
    return Move(then, {"amount": amount.amount_minor})


def _requests(scene: Scene) -> Screen:
    waiting: tuple[FloatRequest, ...] = scene.fact
    if not waiting:
        return Screen(tell(scene.data, "Nobody asks for float now."))
    return Screen(
        tell(scene.data, "Who asks for float"),
        tuple(
            Choice(
                f"{spoken(request.by)} {request.amount.label()}", "float.request",
                {
                    "request": request.reference, "recipient": request.by,
                    "amount": request.amount.amount_minor,
                },
                walk=False,
            )
            for request in waiting
        ),
    )  # fmt: skip


def _request(scene: Scene) -> Screen:
    text = tell(
        scene.data, "{number} asks for {amount} float", number=number(scene), amount=money(scene)
    )
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Send float"), "float.give"),
            Choice(tell(scene.data, "Decline"), "float.decline"),
        ),
    )


def _pin(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data, "Enter PIN to send {amount} float to {number}",
            amount=money(scene), number=number(scene),
        )
    )  # fmt: skip


def _short(scene: Scene) -> Move:
    return Move(
        "agent.short",
        {"balance": scene.fact.balance.amount_minor, "price": scene.fact.price.amount_minor},
    )


def _moved(to: str, scene: Scene) -> Move:
    return Move(to, {"reference": scene.fact.reference})


def _or_refused(scene: Scene, to: str) -> Move:
    reply = scene.fact
    return Move(REFUSED, {"why": reply.why}) if isinstance(reply, Refused) else Move(to)


def _asked(scene: Scene) -> Move:
    reply = scene.fact
    if isinstance(reply, FloatAsked):
        return Move("float.asked", {"reference": reply.reference})
    return Move(REFUSED, {"why": reply.why})


STATES = (
    State(
        "float", screen=_menu,
        goes=("float.send.number", "float.ask", "float.buy", "float.requests"),
    ),
    # --- send --------------------------------------------------------------------------------
    State(
        "float.send.number",
        screen=lambda scene: Screen(tell(scene.data, "Phone number of which agent?")),
        accept=_agent_typed, goes=("float.send.amount",),
    ),
    State(
        "float.send.amount", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=lambda scene, typed: _amount_typed("float.send.pin", scene, typed),
        goes=("float.send.pin",),
    ),
    State(
        "float.send.pin", screen=_pin,
        accept=lambda scene, typed: Do(
            SendFloat(Msisdn(scene.text("recipient")), money(scene), Secret(typed))
        ),
        after={
            **after_pin("float.send.pin"),
            FloatMoved: lambda scene: _moved("float.sent", scene),
            NotEnough: _short,
        },
        goes=("float.send.pin", "float.sent", "agent.short", *PIN_ENDS), secret=True,
    ),
    ending(
        "float.sent",
        lambda scene: tell(
            scene.data, "{amount} float sent to {number}. Ref {reference}",
            amount=money(scene), number=number(scene), reference=scene.text("reference"),
        ),
    ),
    # --- ask ---------------------------------------------------------------------------------
    State(
        "float.ask", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=lambda scene, typed: _amount_typed("float.ask.confirm", scene, typed),
        goes=("float.ask.confirm",),
    ),
    State(
        "float.ask.confirm",
        screen=lambda scene: Screen(
            tell(scene.data, "Ask for {amount} float", amount=money(scene)),
            (Choice(tell(scene.data, "Confirm"), "float.ask.do"),),
        ),
        goes=("float.ask.do",),
    ),
    State(
        "float.ask.do", ask=lambda scene: AskFloat(money(scene)), route=_asked,
        goes=("float.asked", REFUSED),
    ),
    ending(
        "float.asked",
        lambda scene: tell(
            scene.data, "Asked for {amount} float. An SMS follows. Ref {reference}",
            amount=money(scene), reference=scene.text("reference"),
        ),
    ),
    # --- answer ------------------------------------------------------------------------------
    State(
        "float.requests", ask=lambda _: GetFloatRequests(), screen=_requests,
        goes=("float.request",),
    ),
    State("float.request", screen=_request, goes=("float.give", "float.decline")),
    State(
        "float.give", screen=_pin,
        accept=lambda scene, typed: Do(GiveFloat(scene.text("request"), Secret(typed))),
        after={
            **after_pin("float.give"),
            FloatMoved: lambda scene: _moved("float.sent", scene),
            NotEnough: _short,
        },
        goes=("float.give", "float.sent", "agent.short", *PIN_ENDS), secret=True,
    ),
    State(
        "float.decline", ask=lambda scene: DeclineFloat(scene.text("request")),
        route=lambda scene: _or_refused(scene, "float.declined"),
        goes=("float.declined", REFUSED),
    ),
    ending("float.declined", lambda scene: tell(scene.data, "Declined. The agent is told.")),
    # --- buy ---------------------------------------------------------------------------------
    State(
        "float.buy", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=lambda scene, typed: _amount_typed("float.buy.pin", scene, typed),
        goes=("float.buy.pin",),
    ),
    State(
        "float.buy.pin",
        screen=lambda scene: Screen(
            tell(
                scene.data, "Enter PIN to move {amount} from your wallet to your float",
                amount=money(scene),
            )
        ),
        accept=lambda scene, typed: Do(BuyFloat(money(scene), Secret(typed))),
        after={
            **after_pin("float.buy.pin"),
            FloatMoved: lambda scene: _moved("float.bought", scene),
            NotEnough: _short,
        },
        goes=("float.buy.pin", "float.bought", "agent.short", *PIN_ENDS), secret=True,
    ),
    ending(
        "float.bought",
        lambda scene: tell(
            scene.data, "{amount} is in your float. Ref {reference}",
            amount=money(scene), reference=scene.text("reference"),
        ),
    ),
)  # fmt: skip
