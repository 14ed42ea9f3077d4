"""Every SMS we send, rendered from plain parameters when it is sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.operators import OPERATORS
from menus.texts.agent_messages import AGENT_KINDS
from menus.texts.catalogue import later, say

Params = Mapping[str, Any]


def render(kind: str, language: str, params: Params) -> str:
    """The text of an SMS of this kind. Raises KeyError for a kind that doesn't exist."""
    return KINDS[kind](language, params)


def clock_time(at: datetime, country: str) -> str:
    """`14:30` where the subscriber lives."""
    return at.astimezone(zone_of(country)).strftime("%H:%M")


def _order(params: Params) -> dict[str, object]:
    return {
        "operator": OPERATORS[params["operator"]].name,
        "amount": Money(params["amount_minor"], params["currency"]),
        "balance": Money(params["balance_minor"], params["currency"]),
        "number": spoken(Msisdn(params["recipient"])),
        "reference": params["reference"],
    }


def _delivered(language: str, params: Params) -> str:
    return say(
        language,
        "{amount} {operator} airtime sent to {number}. Balance {balance}. Ref {reference}",
        **_order(params),
    )


def _refunded(language: str, params: Params) -> str:
    return say(
        language,
        "{operator} could not take {amount} for {number}. Your money is back: {balance}."
        " Ref {reference}",
        **_order(params),
    )


def _reversed(language: str, params: Params) -> str:
    return say(
        language,
        "{operator} took back {amount} airtime for {number}. Your money is back: {balance}."
        " Ref {reference}",
        **_order(params),
    )


def _adjusted(language: str, params: Params) -> str:
    amount = Money(params["amount_minor"], params["currency"])
    said = {
        "balance": Money(params["balance_minor"], params["currency"]),
        "reference": params["reference"],
    }
    if amount.amount_minor < 0:
        return say(
            language,
            "We took {amount} from your wallet to correct it. Balance {balance}. Ref {reference}",
            amount=-amount, **said,
        )  # fmt: skip
    return say(
        language,
        "We put {amount} into your wallet to correct it. Balance {balance}. Ref {reference}",
        amount=amount, **said,
    )  # fmt: skip


def _slow(language: str, params: Params) -> str:
    return say(
        language,
        "Still waiting for {operator} on {amount} for {number}. We refund it if it fails."
        " Ref {reference}",
        **_order(params),
    )


def _registered(language: str, _: Params) -> str:
    return say(
        language,
        "You are registered with NexusTop. Your PIN is secret; staff never ask for it.",
    )


def _pin_changed(language: str, _: Params) -> str:
    return say(language, "Your NexusTop PIN was changed. If this was not you, SMS HELP now.")


def _pin_locked(language: str, params: Params) -> str:
    if params["until"] is None:
        return say(
            language,
            "Your NexusTop PIN is locked after too many wrong entries. See an agent or SMS HELP.",
        )
    until = datetime.fromisoformat(params["until"])
    return say(
        language,
        "Your NexusTop PIN is locked until {time} after too many wrong entries."
        " If this was not you, SMS HELP.",
        time=clock_time(until, params["country"]),
    )


def _pin_by_sms_off(language: str, _: Params) -> str:
    return say(
        language,
        "PIN by SMS is off for 24 hours after three wrong PINs. Dialling still works."
        " If this was not you, SMS HELP.",
    )


def _start_pin(language: str, params: Params) -> str:
    return say(
        language,
        "Your NexusTop start PIN is {pin}. Dial now and change it; it soon stops working.",
        pin=params["pin"],
    )


def _problem(language: str, params: Params) -> str:
    return say(
        language,
        "We have your report {ticket} about purchase {reference}. We will answer by SMS.",
        ticket=params["ticket"], reference=params["reference"],
    )  # fmt: skip


def _blocked(language: str, _: Params) -> str:
    return say(
        language,
        "Your NexusTop account is blocked, as you asked. Nothing leaves it until our staff open it."
        " SMS HELP.",
    )


def _balance(language: str, params: Params) -> str:
    return say(
        language, "Balance {balance}", balance=Money(params["balance_minor"], params["currency"])
    )


def _accepted(language: str, params: Params) -> str:
    return say(
        language,
        "Request received. {amount} {operator} airtime for {number}. An SMS follows."
        " Ref {reference}",
        **{k: v for k, v in _order({**params, "balance_minor": 0}).items() if k != "balance"},
    )


def _topped_up(language: str, params: Params) -> str:
    return say(
        language, "{amount} added to your wallet. Balance {balance}. Ref {reference}",
        amount=Money(params["amount_minor"], params["currency"]),
        balance=Money(params["balance_minor"], params["currency"]), reference=params["reference"],
    )  # fmt: skip


def _pay_in_account(language: str, params: Params) -> str:
    return say(
        language,
        "Your account for adding money: {account} {bank}, {holder}. What you transfer to it is in"
        " your wallet at once.",
        account=params["number"], bank=params["bank"], holder=params["name"],
    )  # fmt: skip


def _transfer(params: Params) -> dict[str, object]:
    return {
        "amount": Money(params["amount_minor"], params["currency"]),
        "balance": Money(params.get("balance_minor", 0), params["currency"]),
        "sender": spoken(Msisdn(params["sender"])) if "sender" in params else "",
        "number": spoken(Msisdn(params["recipient"])),
        "reference": params["reference"],
        "code": params.get("code", ""),
    }


def _of_transfer(english: str) -> Callable[[str, Params], str]:
    return lambda language, params: say(language, english, **_transfer(params))


def _sending(language: str, params: Params) -> str:
    """What the session that sent money ended with."""
    if params["waits"]:
        return say(
            language,
            "{amount} waits for {number} to register, 72 hours at most. An SMS follows."
            " Ref {reference}",
            **_transfer(params),
        )
    return say(
        language, "{amount} sent to {number}. An SMS follows. Ref {reference}",
        **_transfer(params),
    )  # fmt: skip


def _reply(language: str, params: Params) -> str:
    """An answer to an SMS command: one of the sentences of menus.keywords.replies."""
    sentence: str = params["sentence"]
    return say(language, sentence, **params.get("arguments", {}))


KINDS: dict[str, Callable[[str, Params], str]] = {
    **AGENT_KINDS,
    "delivered": _delivered,
    "refunded": _refunded,
    "slow": _slow,
    "reversed": _reversed,
    "adjusted": _adjusted,
    "registered": _registered,
    "pin_changed": _pin_changed,
    "pin_locked": _pin_locked,
    "pin_by_sms_off": _pin_by_sms_off,
    "start_pin": _start_pin,
    "problem": _problem,
    "balance": _balance,
    "blocked": _blocked,
    "accepted": _accepted,
    "reply": _reply,
    "topped_up": _topped_up,
    "pay_in_account": _pay_in_account,
    "sending": _sending,
    "money_sent": _of_transfer(
        later("{amount} sent to {number}. Balance {balance}. Ref {reference}")
    ),
    "money_received": _of_transfer(
        later("{sender} sent you {amount}. Balance {balance}. Ref {reference}")
    ),
    "money_waits": _of_transfer(
        later(
            "{number} is not registered yet. Your {amount} waits for them 72 hours, then comes"
            " back. Ref {reference}"
        )
    ),
    "money_promised": _of_transfer(
        later(
            "{sender} sent you {amount} on NexusTop. Dial {code} and register within 72 hours to"
            " get it. Ref {reference}"
        )
    ),
    "money_returned": _of_transfer(
        later(
            "{number} did not register. Your money is back: {amount}. Balance {balance}."
            " Ref {reference}"
        )
    ),
}
"""Kind -> text, the only SMS there are."""
