"""Params of an SMS as they are said."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from menus.texts.catalogue import say

Params = Mapping[str, Any]


def paid_for(language: str, price: Money, amount: Money) -> str:
    """`NGN 200.00`, or where the amount has another currency `NGN 1,200.00 for KES 100.00`."""
    if price.currency == amount.currency:
        return str(price)
    return say(language, "{price} for {amount}", price=price, amount=amount)


def plain(english: str) -> Callable[[str, Params], str]:
    """A kind of SMS that is one sentence filled with its params."""
    return lambda language, params: say(language, english, **said(params))


def said(params: Params) -> dict[str, object]:
    """`*_minor` is money, `number` an MSISDN, `until` a moment; the rest is said as it is."""
    filled: dict[str, object] = {}
    for name, value in params.items():
        if name.endswith("_minor"):
            filled[name.removesuffix("_minor")] = Money(value, params["currency"])
        elif name == "number":
            filled[name] = spoken(Msisdn(value))
        elif name == "until":
            at = datetime.fromisoformat(value).astimezone(zone_of(params["country"]))
            filled["time"] = at.strftime("%H:%M")
        else:
            filled[name] = value
    return filled
