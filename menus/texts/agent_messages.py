"""SMS about cash at an agent, and about float."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from menus.texts.catalogue import later, say

Params = Mapping[str, Any]


def _said(params: Params) -> dict[str, object]:
    """`*_minor` is money, `number` an MSISDN, `until` a moment; the rest is said as it is."""
    said: dict[str, object] = {}
    for name, value in params.items():
        if name.endswith("_minor"):
            said[name.removesuffix("_minor")] = Money(value, params["currency"])
        elif name == "number":
            said[name] = spoken(Msisdn(value))
        elif name == "until":
            at = datetime.fromisoformat(value).astimezone(zone_of(params["country"]))
            said["time"] = at.strftime("%H:%M")
        else:
            said[name] = value
    return said


def _of_agent(english: str) -> Callable[[str, Params], str]:
    return lambda language, params: say(language, english, **_said(params))


AGENT_KINDS: dict[str, Callable[[str, Params], str]] = {
    "cash_in": _of_agent(
        later("{agent} put {amount} into your wallet. Balance {balance}. Ref {reference}")
    ),
    "cash_in_done": _of_agent(
        later(
            "Cash in {amount} for {number} done. You earned {earned}. Float {float}."
            " Ref {reference}"
        )
    ),
    "withdrawal_held": _of_agent(
        later(
            "{amount} is held for your withdrawal until {time}. Unpaid, it comes back."
            " Not you? SMS HELP. Ref {reference}"
        )
    ),
    "withdrawal_void": _of_agent(
        later(
            "Your withdrawal was not paid. Your money is back: {amount}. Balance {balance}."
            " Ref {reference}"
        )
    ),
    "withdrawal_paid": _of_agent(
        later("{agent} paid you {amount} in cash. Fee {fee}. Ref {reference}")
    ),
    "pay_out_done": _of_agent(
        later(
            "You paid {amount} in cash to {number}. You earned {earned}. Float {float}."
            " Ref {reference}"
        )
    ),
    "withdrawal_code": _of_agent(
        later(
            "Code {code} for {amount}. Show it to the agent before {time}. Held: {total}."
            " Ref {reference}"
        )
    ),
    "cash_in_again": _of_agent(later("{amount} is in the wallet of {number}. Ref {reference}")),
    "pay_out_again": _of_agent(later("Pay {amount} in cash to {number} now. Ref {reference}")),
    "float_low": _of_agent(later("Your float is low: {float}. Dial and ask for float.")),
    "float_received": _of_agent(later("{amount} float received. Float {float}. Ref {reference}")),
    "float_asked": _of_agent(
        later("{agent} {number} asks you for {amount} float. Dial to answer. Ref {reference}")
    ),
    "float_declined": _of_agent(
        later("Your request for {amount} float was declined. Ref {reference}")
    ),
    "commission_taken": _of_agent(
        later("{amount} commission is in your wallet. Balance {balance}. Ref {reference}")
    ),
}
