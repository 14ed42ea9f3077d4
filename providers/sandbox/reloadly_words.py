"""Reloadly's own words: its list of operators, and how it tells of a top-up.

Source: Reloadly/reloadly-api-documentation, openapi/paths/airtime-get-operator-by-iso.yaml,
airtime-top-ups.yaml. Ids other than 341 and all rates and discounts are made up; the account is in
naira.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.domain.money import MINOR_DIGITS
from app.domain.operators import OPERATORS
from providers.sandbox.book import Vend
from providers.sandbox.stock import PLANS, Plan, plans_of

ACCOUNT = "NGN"
_PER_NAIRA = {
    "NGN": Decimal(1), "KES": Decimal("0.0875"), "GHS": Decimal("0.0075"), "UGX": Decimal("2.4"),
    "TZS": Decimal("1.7"), "RWF": Decimal("0.95"),
}  # fmt: skip
_NAMES = {
    "mtn-ng": (341, "MTN Nigeria"), "airtel-ng": (342, "Airtel Nigeria"),
    "glo-ng": (344, "Glo Nigeria"), "t2-ng": (340, "9Mobile (Etisalat) Nigeria"),
    "smile-ng": (345, "Smile Nigeria"), "safaricom-ke": (265, "Safaricom Kenya"),
    "airtel-ke": (266, "Airtel Kenya"), "telkom-ke": (267, "Telkom Kenya"),
    "mtn-gh": (150, "MTN Ghana"), "telecel-gh": (153, "Telecel Ghana"),
    "at-gh": (148, "AirtelTigo Ghana"), "mtn-ug": (450, "MTN Uganda"),
    "airtel-ug": (451, "Airtel Uganda"), "vodacom-tz": (430, "Vodacom Tanzania"),
    "yas-tz": (431, "Tigo Tanzania"), "mtn-rw": (390, "MTN Rwanda"),
}  # fmt: skip
_DATA_IDS_FROM = 1000
_FIXED = {"smile-ng": (500, 1000, 2000)}
"""Airtime that is only sold in these amounts, in whole units."""
_STATUS = {
    "pending": "PROCESSING", "delivered": "SUCCESSFUL", "failed": "FAILED", "reversed": "REFUNDED",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list: an operator's airtime, or its data plans."""

    operator: str
    is_data: bool

    @property
    def id(self) -> int:
        return _NAMES[self.operator][0] + (_DATA_IDS_FROM if self.is_data else 0)

    @property
    def name(self) -> str:
        return _NAMES[self.operator][1] + (" Data" if self.is_data else "")

    @property
    def currency(self) -> str:
        return OPERATORS[self.operator].currency

    def takes(self, amount: Decimal, *, local: bool) -> bool:
        """Is it sold for this amount, in the operator's or the account's currency?"""
        if self.is_data:
            sold = {price_of(plan): plan.price_minor for plan in plans_of(self.operator)}
            return not local and amount in sold
        fixed = _FIXED.get(self.operator)
        whole = amount if local else amount * _PER_NAIRA[self.currency]
        least, most = _limits(self.operator)
        return amount in fixed if fixed else least <= whole <= most

    def words(self) -> dict[str, Any]:
        """The entry as the API gives it."""
        at_home = self.currency == ACCOUNT
        rate = _PER_NAIRA[self.currency]
        said: dict[str, Any] = {
            "id": self.id, "operatorId": self.id, "name": self.name, "bundle": False,
            "data": self.is_data, "pin": False, "supportsLocalAmounts": not at_home,
            "denominationType": "RANGE", "senderCurrencyCode": ACCOUNT,
            "destinationCurrencyCode": self.currency, "commission": 2.5,
            "internationalDiscount": 2.5, "localDiscount": 2.5, "mostPopularAmount": None,
            "minAmount": None, "maxAmount": None, "localMinAmount": None, "localMaxAmount": None,
            "country": {"isoName": OPERATORS[self.operator].country, "name": self.name},
            "fx": {"rate": float(rate), "currencyCode": self.currency}, "logoUrls": [],
            "fixedAmounts": [], "fixedAmountsDescriptions": [], "localFixedAmounts": [],
            "localFixedAmountsDescriptions": [], "suggestedAmounts": [], "promotions": [],
        }  # fmt: skip
        if self.is_data:
            return said | _plans_in_words(plans_of(self.operator), at_home=at_home)
        if self.operator in _FIXED:
            return said | {"denominationType": "FIXED",
                           "fixedAmounts": list(_FIXED[self.operator])}  # fmt: skip
        least, most = _limits(self.operator)
        said |= {"minAmount": float(_cents(least / rate)), "maxAmount": float(_cents(most / rate))}
        return said if at_home else said | {
            "localMinAmount": float(least), "localMaxAmount": float(most),
        }  # fmt: skip


_LIST = tuple(
    Listed(operator, is_data)
    for operator in _NAMES
    for is_data in (False, True)
    if not is_data or any(plan.operator == operator for plan in PLANS)
)
BY_ID = {listed.id: listed for listed in _LIST}


def listed_in(country: str) -> list[Listed]:
    return [one for one in _LIST if OPERATORS[one.operator].country == country]


def airtime_of(operator: str) -> Listed | None:
    return next((one for one in _LIST if one.operator == operator and not one.is_data), None)


def price_of(plan: Plan) -> Decimal:
    """What the account pays for a plan, in naira."""
    return _cents(units(plan.price_minor, plan.currency) / _PER_NAIRA[plan.currency])


def units(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-MINOR_DIGITS[currency])


def topup(sold: Vend, note: dict[str, Any]) -> dict[str, Any]:
    """The answer to a purchase, to a status, and a line of the list."""
    listed = BY_ID[note["operator_id"]]
    rate = _PER_NAIRA[listed.currency]
    amount = units(sold.amount_minor, sold.currency)
    paid = _cents(amount / rate) if note["local"] else amount
    return {
        "transactionId": note["id"], "status": _STATUS[sold.state], "operatorTransactionId": None,
        "customIdentifier": sold.reference, "recipientPhone": sold.msisdn.removeprefix("+"),
        "recipientEmail": None, "senderPhone": None,
        "countryCode": OPERATORS[listed.operator].country, "operatorId": listed.id,
        "operatorName": listed.name, "discount": 0, "discountCurrencyCode": ACCOUNT,
        "requestedAmount": float(paid), "requestedAmountCurrencyCode": ACCOUNT,
        "deliveredAmount": float(amount if note["local"] else _cents(amount * rate)),
        "deliveredAmountCurrencyCode": listed.currency, "transactionDate": sold.at,
        "pinDetail": None, "balanceInfo": None,
    }  # fmt: skip


def _plans_in_words(plans: tuple[Plan, ...], *, at_home: bool) -> dict[str, Any]:
    own = {price_of(plan): _description(plan) for plan in plans}
    said: dict[str, Any] = {
        "denominationType": "FIXED", "fixedAmounts": [float(amount) for amount in own],
        "fixedAmountsDescriptions": {f"{amount:.2f}": text for amount, text in own.items()},
    }  # fmt: skip
    if at_home:
        return said
    local = {units(plan.price_minor, plan.currency): _description(plan) for plan in plans}
    return said | {
        "localFixedAmounts": [float(amount) for amount in local],
        "localFixedAmountsDescriptions": {f"{amount:.2f}": text for amount, text in local.items()},
    }


def _description(plan: Plan) -> str:
    gigabytes = Decimal(plan.size_mb) / 1024
    size = f"{gigabytes}GB" if plan.size_mb % 1024 == 0 else f"{plan.size_mb}MB"
    return f"{size} for {plan.days} day{'s' if plan.days > 1 else ''}"


def _limits(operator: str) -> tuple[Decimal, Decimal]:
    of = OPERATORS[operator]
    return (units(of.airtime_min.amount_minor, of.currency),
            units(of.airtime_max.amount_minor, of.currency))  # fmt: skip


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
