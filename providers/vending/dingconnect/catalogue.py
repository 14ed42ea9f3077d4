"""DingConnect's catalogue and look-up: which of its providers are operators of ours, what they sell
through it, and whose a number is.

Sources: dingconnect.com/Api (GetProviders, GetProducts with Benefits, ProcessingMode,
RedemptionMechanism, ValidityPeriodIso and Price, GetAccountLookup).
"""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS, Operator
from app.domain.outcomes import Scope
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.operator_lookup import (
    LookupOutcome,
    LookupUnknown,
    OperatorFound,
    OperatorNotFound,
)
from providers.http_client import AnswerLostError, NotSentError
from providers.vending.dingconnect import codes, reading
from providers.vending.dingconnect.reading import Unreadable
from providers.vending.dingconnect.service import Service

_WORD = re.compile(r"[a-z0-9]+")
_SIZE = re.compile(r"(?<![\w.])(\d{1,5}(?:\.\d{1,3})?)\s?(GB|MB)\b", re.ASCII | re.IGNORECASE)
_PERIOD = re.compile(r"P(?:(\d{1,3})([DWM])|T(\d{1,4})H)\Z", re.ASCII)
_DAYS = {"D": 1, "W": 7, "M": 30}


class Catalogue:
    """What one account may sell of our operators."""

    def __init__(self, service: Service, currency: str) -> None:
        self._service = service
        self._currency = currency

    def offers(self) -> list[Offered]:
        """All of it. Raises CatalogueUnavailable, also when it has none of our operators: so
        answers an account that isn't set up."""
        sellers = self._operators([("countryIsos", country) for country in codes.COUNTRIES])
        if not sellers:
            raise CatalogueUnavailable("no provider is an operator of ours")
        found = [
            offered(product, operator, self._currency)
            for provider, operator in sellers.items()
            for product in self._list("GetProducts", [("countryIsos", operator.country),
                                                      ("providerCodes", provider)])
            if product.get("ProviderCode") == provider
        ]  # fmt: skip
        return [offer for offer in found if offer is not None]

    def operator_of(self, msisdn: Msisdn) -> LookupOutcome:
        """Whose the number is, when every provider that Ding finds for it is the same operator."""
        try:
            number = msisdn.removeprefix("+")
            answer = self._service.read("GetAccountLookup", [("accountNumber", number)], msisdn)
            said = reading.said(answer.body)
            if codes.REFUSED.get(said.code) is Scope.SALE:
                return OperatorNotFound(said.code)
            if answer.status != 200 or not said.good:
                return LookupUnknown(said.code or str(answer.status))
            providers = sorted({str(row.get("ProviderCode")) for row in said.items()})
            if not providers:
                return OperatorNotFound("no_provider")
            known = self._operators([("providerCodes", provider) for provider in providers])
        except (NotSentError, AnswerLostError) as error:
            return LookupUnknown(error.code)
        except (Unreadable, CatalogueUnavailable) as error:
            return LookupUnknown(str(error)[:60])
        operators = {known[provider].code for provider in providers if provider in known}
        if len(operators) > 1:
            return LookupUnknown("several_operators")
        if not operators:
            return OperatorNotFound(",".join(providers)[:60])
        return OperatorFound(*operators)

    def _operators(self, wanted: list[tuple[str, str]]) -> dict[str, Operator]:
        """Ding's provider codes -> our operators. Raises CatalogueUnavailable."""
        found = {}
        for row in self._list("GetProviders", wanted):
            operator = operator_named(str(row.get("CountryIso")), str(row.get("Name")))
            if operator is not None and isinstance(row.get("ProviderCode"), str):
                found[row["ProviderCode"]] = operator
        return found

    def _list(self, method: str, wanted: Iterable[tuple[str, str]]) -> list[Mapping[str, Any]]:
        """The rows of a list, whole. Raises CatalogueUnavailable."""
        try:
            answer = self._service.read(method, wanted)
            said = reading.said(answer.body)
            if answer.status != 200 or not said.good:
                raise CatalogueUnavailable(f"{method}: {said.code or answer.status}")
            return said.items()
        except (NotSentError, AnswerLostError) as error:
            raise CatalogueUnavailable(f"{method}: {error.code}") from None
        except Unreadable:
            raise CatalogueUnavailable(f"{method}: unreadable") from None


def operator_named(country: str, name: str) -> Operator | None:
    """The operator of ours that a provider's name names, when it names one."""
    words = set(_WORD.findall(name.lower()))
    named = [
        code
        for code, (where, brands) in codes.BRANDS.items()
        if where == country and words.intersection(brands.split())
    ]
    return OPERATORS[named[0]] if len(named) == 1 else None


def offered(product: Mapping[str, Any], operator: Operator, currency: str) -> Offered | None:
    """A product as an offer; None for what can't be sold by one SendTransfer to a prepaid number,
    without more questions and at a price that is all there is to pay."""
    try:
        kind = codes.BENEFITS.get(frozenset(map(str, product.get("Benefits") or ())))
        least, most = product.get("Minimum"), product.get("Maximum")
        if kind is None or not _is_plain(product) or not _has_no_fees(least, most, currency):
            return None
        return (_airtime if kind is ProductKind.AIRTIME else _plan)(product, operator)
    except (Unreadable, TypeError, KeyError):
        return None


def _is_plain(product: Mapping[str, Any]) -> bool:
    return (
        product.get("ProcessingMode") == codes.INSTANT
        and product.get("RedemptionMechanism") == codes.IMMEDIATE
        and not product.get("SettingDefinitions")
        and not product.get("LookupBillsRequired")
        and codes.PREPAID in (product.get("PaymentTypes") or [codes.PREPAID])
    )


def _has_no_fees(least: object, most: object, currency: str) -> bool:
    return all(
        isinstance(price, dict)
        and price.get("SendCurrencyIso") == currency
        and reading.is_free_of(price, "CustomerFee", "DistributorFee", "TaxRate")
        for price in (least, most)
    )


def _airtime(product: Mapping[str, Any], operator: Operator) -> Offered | None:
    """A range of airtime; single amounts are left out."""
    least, most = (_received(product[name], operator) for name in ("Minimum", "Maximum"))
    if least is None or most is None or not ceil(least) < floor(most):
        return None
    return Offered(
        operator.code, ProductKind.AIRTIME, _sku(product), _name(product),
        least=Money(ceil(least), operator.currency), most=Money(floor(most), operator.currency),
    )  # fmt: skip


def _plan(product: Mapping[str, Any], operator: Operator) -> Offered | None:
    """A plan at one price, with a size in its name and days that it lasts."""
    cost, highest = (reading.price(product[name], "Send") for name in ("Minimum", "Maximum"))
    size_mb, days = _size_mb(_name(product)), _days(str(product.get("ValidityPeriodIso")))
    if cost != highest or cost.amount_minor <= 0 or not size_mb or not days:
        return None
    return Offered(
        operator.code, ProductKind.DATA, _sku(product), _name(product), size_mb=size_mb,
        validity_days=days, cost=cost,
    )  # fmt: skip


def _received(price: Mapping[str, Any], operator: Operator) -> Fraction | None:
    """What arrives, in minor units of the operator's currency; None in another one."""
    if price.get("ReceiveCurrencyIso") != operator.currency:
        return None
    return reading.minor_units(price.get("ReceiveValue"), operator.currency)


def _size_mb(name: str) -> int:
    """The one size that a name tells; 0 when it tells none, or several."""
    sizes = _SIZE.findall(name)
    if len(sizes) != 1:
        return 0
    [(number, unit)] = sizes
    return floor(reading.exactly(number) * (1024 if unit.upper() == "GB" else 1))


def _days(period: str) -> int:
    """Days of an ISO 8601 period of days, weeks, months or hours; 0 for any other."""
    match = _PERIOD.match(period)
    if not match:
        return 0
    number, unit, hours = match.groups()
    return ceil(int(hours) / 24) if hours else int(number) * _DAYS[unit]


def _sku(product: Mapping[str, Any]) -> str:
    sku = product.get("SkuCode")
    if not isinstance(sku, str) or not sku:
        raise Unreadable("SkuCode")
    return sku


def _name(product: Mapping[str, Any]) -> str:
    return str(product.get("DefaultDisplayText") or product.get("SkuCode"))[:120]
