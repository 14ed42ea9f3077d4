"""What Reloadly lists of a country's operators, as offers of ours.

Source: Reloadly/reloadly-api-documentation, openapi/paths/airtime-get-operator-by-iso.yaml.
Amounts are in the account's currency (`minAmount`, `fixedAmounts`) and, where
`supportsLocalAmounts`, also in the operator's (`localMinAmount`, `localFixedAmounts`). Descriptions
are a map from the amount's text. A line that can't be read exactly is left out.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.products import Offered, ProductKind
from providers.vending.reloadly.numbers import decimal_of, id_of, money_of
from providers.vending.reloadly.operators import operator_named
from providers.vending.reloadly.plans import size_and_days

_IN_USE = frozenset({None, "ACTIVE"})


def offers_of(country: str, listed: object) -> Iterator[Offered]:
    """The offers in one operator of the country's list."""
    if not isinstance(listed, dict):
        return
    code = operator_named(country, listed.get("name"))
    operator_id = id_of(listed.get("operatorId", listed.get("id")))
    sold = not listed.get("pin") and listed.get("status") in _IN_USE and not _has_fee(listed)
    if code is None or not operator_id or not sold:
        return
    if listed.get("destinationCurrencyCode") != OPERATORS[code].currency:
        return
    is_data = listed.get("data") is True or listed.get("bundle") is True
    yield from (_plans if is_data else _airtime)(code, operator_id, listed)


def _airtime(operator: str, operator_id: str, listed: dict[str, Any]) -> Iterator[Offered]:
    """In the operator's own currency only: what must reach the phone is asked for exactly."""
    prefix = "" if _at_home(listed) else "local"
    if prefix and listed.get("supportsLocalAmounts") is not True:
        return
    currency, name = OPERATORS[operator].currency, str(listed["name"])
    discount = _discount_bp(listed)
    if listed.get("denominationType") == "FIXED":
        for amount in _amounts(listed, _field(prefix, "fixedAmounts"), currency):
            yield Offered(
                operator, ProductKind.AIRTIME, f"{operator_id}/{amount.units()}", name,
                least=amount, most=amount, discount_bp=discount,
            )  # fmt: skip
        return
    least = money_of(listed.get(_field(prefix, "minAmount")), currency)
    most = money_of(listed.get(_field(prefix, "maxAmount")), currency)
    if least is not None and most is not None and least <= most:
        yield Offered(
            operator, ProductKind.AIRTIME, operator_id, name, least=least, most=most,
            discount_bp=discount,
        )  # fmt: skip


def _plans(operator: str, operator_id: str, listed: dict[str, Any]) -> Iterator[Offered]:
    """In the account's currency, so that what is asked for is what we pay at most."""
    faces = _faces(operator, listed)
    for amount in _amounts(listed, "fixedAmounts", listed.get("senderCurrencyCode")):
        text = _described(listed, "fixedAmountsDescriptions").get(_key(amount), "")
        read = size_and_days(text)
        if read is not None:
            yield Offered(
                operator, ProductKind.DATA, f"{operator_id}/{amount.units()}", text[:80],
                discount_bp=_discount_bp(listed), size_mb=read[0], validity_days=read[1],
                cost=amount, face=faces.get(text),
            )  # fmt: skip


def _faces(operator: str, listed: dict[str, Any]) -> dict[str, Money]:
    """The operator's own price of each plan that is told in its currency, by description."""
    prefix = "" if _at_home(listed) else "local"
    texts = _described(listed, _field(prefix, "fixedAmountsDescriptions"))
    amounts = _amounts(listed, _field(prefix, "fixedAmounts"), OPERATORS[operator].currency)
    named = [(texts.get(_key(amount), ""), amount) for amount in amounts]
    said_once = {text for text, _ in named if [t for t, _ in named].count(text) == 1}
    return {text: amount for text, amount in named if text in said_once}


def _amounts(listed: dict[str, Any], field: str, currency: object) -> list[Money]:
    found = listed.get(field)
    read = [money_of(one, currency) for one in found] if isinstance(found, list) else []
    return [amount for amount in read if amount is not None and amount.amount_minor > 0]


def _described(listed: dict[str, Any], field: str) -> dict[Decimal, str]:
    """Amount -> description; an empty list on the page means that there is none."""
    found = listed.get(field)
    if not isinstance(found, dict):
        return {}
    read = {decimal_of(amount): text for amount, text in found.items() if isinstance(text, str)}
    return {amount: text for amount, text in read.items() if amount is not None}


def _key(amount: Money) -> Decimal:
    return Decimal(amount.units())


def _field(prefix: str, name: str) -> str:
    return prefix + name[0].upper() + name[1:] if prefix else name


def _at_home(listed: dict[str, Any]) -> bool:
    return bool(listed.get("senderCurrencyCode") == listed.get("destinationCurrencyCode"))


def _discount_bp(listed: dict[str, Any]) -> int:
    """`localDiscount` at home, else `internationalDiscount`: a percentage."""
    field = "localDiscount" if _at_home(listed) else "internationalDiscount"
    percent = decimal_of(listed.get(field)) or Decimal(0)
    return int(percent * 100) if percent < 100 else 0


def _has_fee(listed: dict[str, Any]) -> bool:
    """A fee on top of the amount would make it dearer than we say."""
    fees = listed.get("fees")
    return isinstance(fees, dict) and any(
        fee is not None and decimal_of(fee) != 0 for fee in fees.values()
    )
