"""Where is my airtime? Recent purchases, their state in words, and what can be done."""

from app.domain.operators import OPERATORS
from app.domain.orders import OPEN_STATES, OrderState
from app.domain.requests import AskAgain, GetPurchases, Purchase
from menus.engine.state import Choice, Move, Scene, Screen, State
from menus.flows.shared import REFUSED, ending, number, paid, spoken_language, tell
from menus.texts.catalogue import later
from menus.texts.plans import plan_name

_STATES = {
    OrderState.REVIEW: later("being checked"),
    OrderState.PLACED: later("on its way"),
    OrderState.SENDING: later("on its way"),
    OrderState.PENDING: later("on its way"),
    OrderState.UNKNOWN: later("being checked"),
    OrderState.DELIVERED: later("delivered"),
    OrderState.DECLINED: later("refunded"),
    OrderState.REVERSED: later("refunded"),
}


def _choice(scene: Scene, purchase: Purchase) -> Choice:
    state = tell(scene.data, _STATES[purchase.state])
    put: dict[str, str | int] = {
        "reference": purchase.reference, "operator": purchase.operator, "plan": purchase.product,
        "recipient": purchase.recipient, "amount": purchase.amount.amount_minor,
        "sold": purchase.amount.currency, "price": purchase.price.amount_minor,
        "state": purchase.state,
    }  # fmt: skip
    name = _named(scene, purchase.operator, purchase.product)
    return Choice(f"{name} {purchase.amount.label()}: {state}", "purchases.one", put, walk=False)


def _named(scene: Scene, operator: str, product: str) -> str:
    """`MTN`, `MTN 1GB 7 days`."""
    plan = plan_name(spoken_language(scene.data), product)
    return f"{OPERATORS[operator].name} {plan}".strip()


def _list(scene: Scene) -> Screen:
    purchases: tuple[Purchase, ...] = scene.fact
    if not purchases:
        return Screen(tell(scene.data, "You have not bought anything yet."))
    return Screen(tell(scene.data, "Your purchases"), tuple(_choice(scene, p) for p in purchases))


def _one(scene: Scene) -> Screen:
    state = OrderState(scene.text("state"))
    text = tell(
        scene.data, "{operator} {amount} for {number}: {state}. Ref {reference}",
        operator=_named(scene, scene.text("operator"), scene.text("plan")),
        amount=paid(scene), number=number(scene),
        state=tell(scene.data, _STATES[state]), reference=scene.text("reference"),
    )  # fmt: skip
    again = "purchases.ask" if state in OPEN_STATES else "purchases"
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Ask again"), again),
            Choice(tell(scene.data, "Report a problem"), "report.kind"),
        ),
    )


def _asked(scene: Scene) -> Move:
    if hasattr(scene.fact, "why"):
        return Move(REFUSED, {"why": scene.fact.why})
    return Move("purchases.asked")


STATES = (
    State("purchases", ask=lambda _: GetPurchases(), screen=_list, goes=("purchases.one",)),
    State("purchases.one", screen=_one, goes=("purchases.ask", "purchases", "report.kind")),
    State(
        "purchases.ask", ask=lambda scene: AskAgain(scene.text("reference")), route=_asked,
        goes=("purchases.asked", REFUSED),
    ),
    ending(
        "purchases.asked",
        lambda scene: tell(scene.data, "We are asking the network again. An SMS follows."),
    ),
)  # fmt: skip
