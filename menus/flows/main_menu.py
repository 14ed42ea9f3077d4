"""The door of every session, and the main menu."""

from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY, OPERATORS
from app.domain.requests import GetHome, Home, Purchase, Refusal, WhoIs
from menus.engine.session import Data
from menus.engine.state import Choice, Move, Scene, Screen, State
from menus.flows.buy_data import buy_again
from menus.flows.resume import OFFER, to_offer
from menus.flows.shared import HOME, REFUSED, ending, tell
from menus.texts.catalogue import DEFAULT


def _enter(scene: Scene) -> Move:
    """Where a dialling number goes: registered or not, blocked, with a start PIN to change."""
    profile = scene.fact
    put: dict[str, str | int] = {
        "country": profile.country,
        "currency": profile.currency,
        "language": profile.language or DEFAULT,
        "hidden": int(profile.balance_hidden),
        "agent": int(profile.is_agent),
    }
    left = to_offer(scene)
    if not profile.registered:
        if profile.country not in COUNTRY_CURRENCY:
            return Move("end.not_here", put)
        if left is not None:
            return Move(OFFER, {**put, "language": left.data["language"]})
        return Move("enrol.language", put)
    if profile.blocked:
        return Move(REFUSED, {**put, "why": Refusal.BLOCKED})
    if profile.must_change_pin:
        return Move("account.old_pin", put, notice=say_change_first(put))
    return Move(OFFER if left else HOME, put)


def say_change_first(data: Data) -> str:
    return tell(data, "Change your start PIN now.")


def _home(scene: Scene) -> Screen:
    home: Home = scene.fact
    data = scene.data
    choices = [
        Choice(tell(data, "Buy airtime"), "buy.whose"),
        Choice(tell(data, "Buy data"), "buy.whose", {"data": 1}),
        _likeliest(scene, home.last_purchase),
    ]
    if home.can_send:
        choices.append(Choice(tell(data, "Send money"), "send.number"))
    choices.append(Choice(tell(data, "Wallet"), "wallet"))
    choices.append(Choice(tell(data, "My account"), "account"))
    if scene.number("agent"):
        choices.append(Choice(tell(data, "Agent menu"), "agent", walk=False))
    return Screen(_balance_line(scene, home.balance), tuple(choices))


def _balance_line(scene: Scene, balance: Money) -> str:
    if scene.number("hidden"):
        return tell(scene.data, "NexusTop")
    return tell(scene.data, "Balance {balance}", balance=balance)


def _likeliest(scene: Scene, last: Purchase | None) -> Choice:
    """The one personal option: whoever has bought nothing needs money first. So there is always
    one, and the digits of all others are the same for everybody."""
    if last is None:
        return Choice(tell(scene.data, "Add money"), "fund", walk=False)
    return buy_again(scene, last) if last.product != AIRTIME else _buy_again(scene, last)


def _buy_again(scene: Scene, last: Purchase) -> Choice:
    label = tell(
        scene.data, "Buy again: {operator} {amount}",
        operator=OPERATORS[last.operator].name, amount=last.amount.label(),
    )  # fmt: skip
    put: dict[str, str | int] = {
        "operator": last.operator, "recipient": last.recipient,
        "amount": last.amount.amount_minor, "sold": last.amount.currency, "again": 1,
    }  # fmt: skip
    return Choice(label, "buy.same", put, walk=False)


STATES = (
    State(
        "start", ask=lambda _: WhoIs(), route=_enter,
        goes=("enrol.language", "end.not_here", REFUSED, "account.old_pin", HOME, OFFER),
        back=False,
    ),
    ending(
        "end.not_here",
        lambda _: "NexusTop is not open in your country yet. Nothing was charged.",
    ),
    State(
        HOME, ask=lambda _: GetHome(), screen=_home,
        goes=("buy.whose", "wallet", "account", "send.number", "buy.same", "data.again", "fund",
              "agent", "buy.dialled", "purchases"),
        walkable=True, back=False,
    ),
)  # fmt: skip
