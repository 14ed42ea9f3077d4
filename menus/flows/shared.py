"""What the flows have in common: speaking the subscriber's language, endings, PIN replies."""

from collections.abc import Callable, Mapping

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.operators import OPERATORS, Operator
from app.domain.requests import OrderPlaced, PinLocked, Refusal, Refused, TooFast, WrongPin
from menus.engine.session import Data
from menus.engine.state import Move, Scene, Screen, State
from menus.texts.catalogue import DEFAULT, later, say
from menus.texts.wording import paid_for

HOME = "home"
LOCKED, REFUSED, LIMIT, CASH_LIMIT = "end.locked", "end.refused", "end.limit", "end.cash_limit"
FAST = "end.fast"
HELD = "end.held"


def spoken_language(data: Data) -> str:
    """The session's language."""
    return str(data.get("language", DEFAULT))


def tell(data: Data, english: str, /, **arguments: object) -> str:
    """Say it in the session's language."""
    return say(spoken_language(data), english, **arguments)


def money(scene: Scene, key: str = "amount") -> Money:
    return Money(scene.number(key), scene.text("currency"))


def airtime(scene: Scene) -> Money:
    """What reaches the phone: `amount`, in the currency `sold`."""
    return Money(scene.number("amount"), scene.text("sold") or scene.text("currency"))


def price(scene: Scene) -> Money:
    """What the airtime costs the wallet: abroad, what was quoted."""
    sold = airtime(scene)
    return sold if sold.currency == scene.text("currency") else money(scene, "price")


def paid(scene: Scene) -> str:
    """Price and, abroad, amount."""
    return paid_for(str(scene.data.get("language", DEFAULT)), price(scene), airtime(scene))


def operator(scene: Scene) -> Operator:
    return OPERATORS[scene.text("operator")]


def number(scene: Scene, key: str = "recipient") -> str:
    return spoken(Msisdn(scene.text(key)))


def ending(id_: str, screen: Callable[[Scene], str], *, reveals: bool = False) -> State:
    """A state that shows a last text and closes the session."""
    return State(
        id_, screen=lambda scene: Screen(screen(scene), close=True), back=False, reveals=reveals
    )


def info(id_: str, screen: Callable[[Scene], str], **more: object) -> State:
    """A state that only shows something; Back and Home lead on."""
    return State(id_, screen=lambda scene: Screen(screen(scene)), **more)  # type: ignore[arg-type]


def after_pin(here: str) -> Mapping[type, Callable[[Scene], Move]]:
    """Where the replies every PIN can get lead: the same screen, or the end."""

    def wrong(scene: Scene) -> Move:
        left = scene.fact.tries_left
        if left == 1:
            return Move(here, notice=tell(scene.data, "Wrong PIN, 1 try left."))
        return Move(here, notice=tell(scene.data, "Wrong PIN, {left} tries left.", left=left))

    return {
        WrongPin: wrong,
        PinLocked: _locked,
        Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
    }


PIN_ENDS = (LOCKED, REFUSED)


def _locked(scene: Scene) -> Move:
    until = scene.fact.until
    if until is None:
        return Move(LOCKED, {"until": ""})
    zone = zone_of(scene.text("country"))
    return Move(LOCKED, {"until": until.astimezone(zone).strftime("%H:%M")})


def too_fast(scene: Scene) -> Move:
    """Where TooFast leads."""
    again: TooFast = scene.fact
    at = again.again_at.astimezone(zone_of(scene.text("country")))
    return Move(FAST, {"until": at.strftime("%H:%M")})


def placed_at(end: str) -> Callable[[Scene], Move]:
    """Where OrderPlaced leads: to this end, unless staff look at the order first."""

    def move(scene: Scene) -> Move:
        placed: OrderPlaced = scene.fact
        if placed.held_until is None:
            return Move(end, {"reference": placed.reference})
        at = placed.held_until.astimezone(zone_of(scene.text("country")))
        return Move(HELD, {"reference": placed.reference, "until": at.strftime("%H:%M")})

    return move


def _held_text(scene: Scene) -> str:
    return tell(
        scene.data,
        "We look at this purchase first. Your money is held: by {time} it is sent or back."
        " An SMS follows. Ref {reference}",
        time=scene.text("until"), reference=scene.text("reference"),
    )  # fmt: skip


def _fast_text(scene: Scene) -> str:
    return tell(
        scene.data, "That was too often. Try again after {time}. Nothing was charged.",
        time=scene.text("until"),
    )  # fmt: skip


def _locked_text(scene: Scene) -> str:
    help_ = tell(
        scene.data,
        "Nothing was charged. Help: 1. via an agent 2. SMS HELP to {code}",
        code=scene.text("sms_code"),
    )
    until = scene.text("until")
    if until:
        locked = tell(scene.data, "Your PIN is locked until {time}.", time=until)
    else:
        locked = tell(scene.data, "Your PIN is locked.")
    return f"{locked} {help_}"


_REASONS = {
    Refusal.NOT_REGISTERED: later("You are not registered. Please dial again."),
    Refusal.BLOCKED: later("Your number is blocked. SMS HELP to {code}"),
    Refusal.MUST_CHANGE_PIN: later("Change your start PIN first. Please dial again."),
    Refusal.NOT_SOLD_HERE: later("We can't sell this now. Nothing was charged."),
    Refusal.NOT_SENT_HERE: later("Money can't be sent there. Nothing was charged."),
    Refusal.NO_MONEY_IN_HERE: later("Money can't be added this way now. Please see an agent."),
    Refusal.NOTHING_OPEN: later(
        "This purchase is finished. Its state is under Where is my airtime?"
    ),
    Refusal.PIN_NOT_CHECKED: later("Please dial again and enter your PIN first."),
    Refusal.PIN_BY_SMS_OFF: later("PIN by SMS is off. Please dial instead."),
    Refusal.NOT_AN_AGENT: later("You are not an agent. SMS HELP to {code}"),
    Refusal.NO_SUCH_AGENT: later("There is no such agent. Nothing was charged."),
    Refusal.NO_SUCH_CUSTOMER: later("That number is not registered. Nothing was charged."),
    Refusal.NO_CASH_HERE: later("This amount can't be moved in cash. Nothing was charged."),
    Refusal.NOTHING_TO_TAKE: later("There is no commission to take yet."),
    Refusal.TOO_MANY_WRONG: later("Too many wrong codes. Pay nothing out for an hour."),
    Refusal.NEEDS_SECOND_FACTOR: later(
        "This needs one more proof. Please dial again. Nothing was charged."
    ),
    Refusal.SIM_SWAPPED: later(
        "Your SIM was changed lately: only small amounts for now. Nothing was charged."
    ),
    Refusal.SIM_UNCHECKED: later(
        "We are checking your SIM. Please try again in a minute. Nothing was charged."
    ),
    Refusal.LOOKS_WRONG: later(
        "We can't do this for you today. Nothing was charged. SMS HELP to {code}"
    ),
    Refusal.CANNOT_RECEIVE: later(
        "This number can't receive this amount now. Nothing was charged."
    ),
    Refusal.WALLET_FULL: later(
        "Your wallet would be above its limit. Nothing was moved. Raise your limits first."
    ),
    Refusal.NO_DOCUMENT_HERE: later("This can't be checked here. Nothing has changed."),
    Refusal.CONFIRMED_BEFORE: later("This is confirmed already. Nothing has changed."),
    Refusal.NO_RATE: later("We have no exchange rate for this country now. Nothing was charged."),
    Refusal.SCHEDULE_OVER: later("This schedule is over. Nothing has changed."),
    Refusal.TOO_MUCH_TO_SCHEDULE: later(
        "This amount can't be scheduled: it needs one more proof each time."
    ),
}


def _refused_text(scene: Scene) -> str:
    sentence = _REASONS.get(Refusal(scene.text("why")), _REASONS[Refusal.NOT_SOLD_HERE])
    return tell(scene.data, sentence, code=scene.text("sms_code"))


def _limit_text(scene: Scene) -> str:
    return tell(
        scene.data,
        "This is above your limit. You can still buy {left} today. Nothing was charged.",
        left=money(scene, "left"),
    )


def _cash_limit_text(scene: Scene) -> str:
    return tell(
        scene.data, "This is above the cash limit. {left} is left now. Nothing was charged.",
        left=money(scene, "left"),
    )  # fmt: skip


ENDINGS = (
    ending(LOCKED, _locked_text),
    ending(REFUSED, _refused_text),
    ending(LIMIT, _limit_text),
    ending(CASH_LIMIT, _cash_limit_text),
    ending(FAST, _fast_text),
    ending(HELD, _held_text),
)
