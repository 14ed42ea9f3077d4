"""What an SMS command is answered with: a sentence and its arguments, as the outbox keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.domain.catalogue import Plan
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.operators import OPERATORS
from app.domain.requests import AgentDesk, FloatAsked, FloatMoved
from menus.keywords.plan_words import named
from menus.texts.catalogue import LANGUAGES, later

NOT_SOLD = later("Airtime isn't sold in your country yet. Nothing was bought.")
BALANCE_HIDDEN = later("Your balance is hidden. SMS BAL and your PIN, or dial {code}")
OUT_OF_RANGE = later("Airtime is sold from {least} to {most}. Nothing was bought.")
NOT_BLOCKED = later("Your account is not blocked. SMS BLOCK and your PIN, or dial {code}")
NETWORK_UNKNOWN = later("We can't tell the network of {number}. Please dial {code}")
ABROAD = later("{number} is abroad. Dial {code} to see its price and rate. Nothing was bought.")

NOTHING_DONE = later("Nothing was done.")
NOT_READ = later("We could not read that. Nothing was done.")
TWO_WAYS = later("That can be read in two ways. Nothing was done.")
AMOUNT_OR_PIN = later(
    "Is that an amount or your PIN? Nothing was done. Write {currency} before an amount; your PIN"
    " comes last, after it."
)
DID_YOU_MEAN = later("Did you mean {words}? Nothing was done. Send it again, or SMS HELP.")
TOO_OLD = later(
    "Your SMS reached us too late. Nothing was done. If you still want it, please send it again."
)
OWN_NUMBER = later("That is your own number.")
SEND_AT_HOME = later("Money can only be sent within your country.")
DATA_AT_HOME = later("Data is sold in your own country only.")
NOTHING_TO_CONFIRM = later("There is nothing to confirm.")

NO_DATA = later("No {operator} data is sold now.")
NO_SUCH_PLAN = later("There is no such plan. Nothing was bought.")
SEVERAL_PLANS = later("Several plans fit. Nothing was bought.")
PLANS = later("{operator}: {plans}. To buy: {example}")
NOTHING_BOUGHT_YET = later("You have not bought anything yet.")

LANGUAGE_IS = later("Your language is {name}. To change it SMS LANG and one of: {names}")
LANGUAGE_SET = later("Language changed")
OPTED_OUT = later(
    "You get no more news and offers from us; receipts still come. To get them again SMS START"
)
OPTED_IN = later("You get our news and offers again. To end them SMS STOP")

SHOWN_PLANS, _ROOM_FOR_PLANS = 3, 60
"""How many plans are told, if they take no more septets than this: one SMS in every language."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of the catalogues with its arguments: the `reply` kind of menus.texts.messages.

    The argument `code` is the dialled short code; `then` is said after it, with the same arguments.
    """

    sentence: str
    arguments: dict[str, str] = field(default_factory=dict)
    then: str = ""

    def params(self) -> dict[str, Any]:
        """What the outbox keeps until the SMS is sent."""
        return {"sentence": self.sentence, "arguments": self.arguments, "then": self.then}


def balance_params(balance: Money) -> dict[str, Any]:
    """The params of the `balance` kind of menus.texts.messages."""
    return {"balance_minor": balance.amount_minor, "currency": balance.currency}


def plans_offered(
    plans: Iterable[Plan], operator: str, number: Msisdn | None, before: str = ""
) -> Saying:
    """The first few, with the words to send; `number` is whom they are for, if not oneself.
    `before` says why none was bought."""
    shown = list(plans)[:SHOWN_PLANS]
    name = OPERATORS[operator].name
    if not shown:
        return Saying(NO_DATA, {"operator": name})
    example = ["DATA", named(shown[0]), *([spoken(number)] if number else []), "PIN"]
    said = {"operator": name, "example": " ".join(example), "plans": _listed(shown)}
    return Saying(before, said, PLANS) if before else Saying(PLANS, said)


def _listed(plans: list[Plan]) -> str:
    """At least the first of them."""
    told = ""
    for plan in plans:
        longer = f"{told}, " if told else ""
        longer += f"{named(plan)} {plan.price.label()}"
        if told and len(longer) > _ROOM_FOR_PLANS:
            break
        told = longer
    return told


def language_told(language: str) -> Saying:
    """Which language it is, and which there are."""
    return Saying(
        LANGUAGE_IS, {"name": LANGUAGES[language], "names": ", ".join(LANGUAGES.values())}
    )


def desk_told(desk: AgentDesk) -> Saying:
    """An agent's float and commission."""
    return Saying(
        later("Float {float}, commission {earned}"),
        {"float": str(desk.float_), "earned": str(desk.commission)},
    )


def float_asked(reply: FloatAsked, amount: Money) -> Saying:
    """The agent above was asked."""
    return Saying(
        later("Asked for {amount} float. An SMS follows. Ref {reference}"),
        {"amount": str(amount), "reference": reply.reference},
    )


def float_sent(reply: FloatMoved, amount: Money, to: Msisdn) -> Saying:
    """The agent below has it."""
    return Saying(
        later("{amount} float sent to {number}. Ref {reference}"),
        {"amount": str(amount), "number": spoken(to), "reference": reply.reference},
    )
