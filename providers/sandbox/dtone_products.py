"""What DT One's sandbox sells: the stock in the form of its product list.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0), schemas of products, operators and look-ups. The
account's price list is made up: 3 % below the operator's price, in the operator's currency.
"""

from decimal import Decimal
from typing import Any

from app.domain.money import MINOR_DIGITS, Money
from app.domain.operators import OPERATORS
from providers.sandbox.stock import PLANS, Plan

_COUNTRIES = {
    "NG": ("NGA", "Nigeria"), "KE": ("KEN", "Kenya"), "GH": ("GHA", "Ghana"),
    "UG": ("UGA", "Uganda"), "TZ": ("TZA", "Tanzania"), "RW": ("RWA", "Rwanda"),
}  # fmt: skip
_AIRTIME = dict(enumerate(dict.fromkeys(plan.operator for plan in PLANS), 4001))
_PLANS = dict(enumerate(PLANS, 6001))
_KEPT = Decimal("0.97")
_NONE_REQUIRED = dict.fromkeys(
    (
        "required_debit_party_identifier_fields", "required_sender_fields",
        "required_beneficiary_fields", "required_statement_identifier_fields",
        "required_additional_identifier_fields",
    )
)  # fmt: skip


def products(country: str) -> list[dict[str, Any]]:
    """All products of a country (ISO 3166, three letters)."""
    airtime = [_airtime(code, id_) for id_, code in _AIRTIME.items()]
    plans = [_plan(plan, id_) for id_, plan in _PLANS.items()]
    return [one for one in airtime + plans if one["operator"]["country"]["iso_code"] == country]


def product(id_: int) -> dict[str, Any] | None:
    """The product with this number."""
    if id_ in _PLANS:
        return _plan(_PLANS[id_], id_)
    return _airtime(_AIRTIME[id_], id_) if id_ in _AIRTIME else None


def operator(code: str) -> dict[str, Any]:
    """An operator as the vendor names it."""
    mine = OPERATORS[code]
    iso_code, country = _COUNTRIES[mine.country]
    return {
        "id": 1 + list(OPERATORS).index(code), "name": f"{mine.name} {country}",
        "country": {"name": country, "iso_code": iso_code, "regions": None}, "regions": None,
    }  # fmt: skip


def units(amount: Money) -> float:
    """Whole units, as the vendor's JSON numbers are."""
    return float(Decimal(amount.amount_minor).scaleb(-MINOR_DIGITS[amount.currency]))


def wholesale(face: Money) -> dict[str, Any]:
    """What the account pays for this much of the operator's price."""
    cost = Money(int(face.amount_minor * _KEPT), face.currency)
    return {"unit_type": "CURRENCY", "unit": face.currency, "amount": units(cost), "fee": 0}


def _airtime(code: str, id_: int) -> dict[str, Any]:
    mine = OPERATORS[code]
    least, most = wholesale(mine.airtime_min), wholesale(mine.airtime_max)
    amounts = {"min": least["amount"], "max": most["amount"]}
    face = {"min": units(mine.airtime_min), "max": units(mine.airtime_max), "increment": 1}
    return _base(code, id_, f"{mine.name} airtime", (11, "Airtime")) | {
        "type": "RANGED_VALUE_RECHARGE", "validity": None,
        "accepted_calculation_modes": ["SOURCE_AMOUNT", "DESTINATION_AMOUNT"],
        "source": _value(mine.currency, amounts), "destination": _value(mine.currency, face),
        "prices": {"wholesale": least | {"amount": amounts}, "retail": None},
        "benefits": [_benefit("CREDITS", "CURRENCY", mine.currency, face)],
    }  # fmt: skip


def _plan(plan: Plan, id_: int) -> dict[str, Any]:
    face = Money(plan.price_minor, plan.currency)
    cost = wholesale(face)
    return _base(plan.operator, id_, plan.slug, (13, "Data")) | {
        "type": "FIXED_VALUE_RECHARGE", "validity": {"unit": "DAY", "quantity": plan.days},
        "source": _value(plan.currency, cost["amount"]),
        "destination": _value(plan.currency, units(face)),
        "prices": {"wholesale": cost, "retail": None},
        "benefits": [_benefit("DATA", "DATA", "MB", plan.size_mb)],
    }  # fmt: skip


def _base(code: str, id_: int, name: str, subservice: tuple[int, str]) -> dict[str, Any]:
    number, subname = subservice
    return {
        "id": id_, "name": name, "description": name, "tags": None,
        "service": {"id": 1, "name": "Mobile", "subservice": {"id": number, "name": subname}},
        "operator": operator(code), "regions": None, "availability_zones": ["DOMESTIC"],
        "required_credit_party_identifier_fields": [["mobile_number"]], **_NONE_REQUIRED,
        "rates": None, "promotions": None,
    }  # fmt: skip


def _value(unit: str, amount: object) -> dict[str, Any]:
    return {"unit_type": "CURRENCY", "unit": unit, "amount": amount}


def _benefit(kind: str, unit_type: str, unit: str, base: object) -> dict[str, Any]:
    return {
        "type": kind, "unit_type": unit_type, "unit": unit, "additional_information": None,
        "amount": {"base": base, "promotion_bonus": 0, "total_excluding_tax": base,
                   "total_including_tax": base},
    }  # fmt: skip
