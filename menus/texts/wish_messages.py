"""The SMS with a code: what was wanted by SMS, and how to have it done."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.operators import OPERATORS
from app.domain.wishes import WishKind
from menus.texts.catalogue import later, say
from menus.texts.plans import plan_lasts, plan_size

Params = Mapping[str, Any]

_WANTED = {
    WishKind.AIRTIME: later("{operator} airtime {amount} for {number}"),
    WishKind.DATA: later("{size}, {lasts}, {operator} to {number}. {amount}"),
    WishKind.SEND: later("Send {amount} to {number}"),
    WishKind.CASH_IN: later("Cash in {amount} for {number}"),
    WishKind.SEND_FLOAT: later("Send {amount} float to {number}"),
    WishKind.BUY_FLOAT: later("{amount} float from your wallet"),
}


def _wish_code(language: str, params: Params) -> str:
    product, operator = params["product"], OPERATORS.get(params["operator"])
    wanted = say(
        language, _WANTED[WishKind(params["wish"])],
        amount=Money(params["amount_minor"], params["currency"]),
        number=spoken(Msisdn(params["recipient"])), operator=operator.name if operator else "",
        size=plan_size(product) if product else "",
        lasts=plan_lasts(language, product) if product else "",
    )  # fmt: skip
    until = datetime.fromisoformat(params["until"]).astimezone(zone_of(params["country"]))
    return say(
        language,
        "{wanted}? To do it SMS YES {code} and your PIN before {time}. Not you? Do nothing.",
        wanted=wanted, code=params["code"], time=until.strftime("%H:%M"),
    )  # fmt: skip


WISH_KINDS: dict[str, Callable[[str, Params], str]] = {"wish_code": _wish_code}
