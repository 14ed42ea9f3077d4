"""The SMS about money sent to another number: to whoever sends, and to whom it goes."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from menus.texts.catalogue import later, say

Params = Mapping[str, Any]


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


TRANSFER_KINDS: dict[str, Callable[[str, Params], str]] = {
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
    "money_refused": _of_transfer(
        later(
            "{number} could not receive {amount}. Your money is back. Balance {balance}."
            " Ref {reference}"
        )
    ),
}
"""Kind -> text."""
