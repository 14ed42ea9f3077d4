"""DT One: recorded answers, in the form of dvs-api-doc.dtone.com (DVS API 1.23.0)."""

import json
from typing import Any

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from app.domain.products import ProductKind
from providers.vending.dtone import codes
from providers.vending.dtone.adapter import Dtone
from providers.vending.dtone.service import DtoneSettings
from tests.providers.vending.contract import GRACE, Vendor, Wanted

CALLBACK_URL = "https://nexustop.test/webhooks/dtone"
REFERENCE = "202603021200ABCDEF"
_IDS = {word: number for number, word in codes.CLASSES.items()}


def told(status: str, /, **changes: Any) -> dict[str, Any]:
    """A transaction of the airtime below."""
    kind = status.split("-")[0]
    value = {"unit_type": "CURRENCY", "unit": "NGN", "amount": 200.0}
    return {
        "id": 2214563001, "external_id": REFERENCE, "creation_date": "2026-03-02T11:00:00.000000Z",
        "status": {
            "id": _IDS.get(kind, 6) * 10_000, "message": status,
            "class": {"id": _IDS.get(kind, 6), "message": kind},
        },
        "operator_reference": None, "pin": None,
        "product": {"id": 4001, "name": "MTN airtime", "type": "RANGED_VALUE_RECHARGE"},
        "prices": {"wholesale": {"unit_type": "CURRENCY", "unit": "NGN", "amount": 194.0,
                                 "fee": 0}, "retail": None},
        "requested_values": {"source": None, "destination": value},
        "adjusted_values": {"source": None, "destination": value},
        "credit_party_identifier": {"mobile_number": "+2348031234567"},
    } | changes  # fmt: skip


def _said(status: str, /, **changes: Any) -> str:
    return json.dumps(told(status, **changes))


def _listed(status: str, /, **changes: Any) -> str:
    return json.dumps([told(status, **changes)])


def _error(*codes_: int) -> str:
    return json.dumps({"errors": [{"code": code, "message": "..."} for code in codes_]})


def _naira(amount: float, unit: str = "NGN") -> dict[str, Any]:
    return {"source": None,
            "destination": {"unit_type": "CURRENCY", "unit": unit, "amount": amount}}  # fmt: skip


_PROVIDER, _SALE = Declined("", Scope.PROVIDER), Declined("", Scope.SALE)
_ODD = {"id": 7, "message": "COMPLETED", "class": {"id": "seven", "message": "COMPLETED"}}

VENDOR = Vendor(
    "dtone",
    lambda base, http: Dtone(
        DtoneSettings(f"{base}/dtone", "k", "s", GRACE, CALLBACK_URL), http
    ),
    airtime=Wanted("4001"),
    data=Wanted("6003", kind=ProductKind.DATA, amount=Money(776_00, "NGN")),
    recorded={
        # Transaction Status: classes decide
        "confirmed": (201, _said("CONFIRMED"), Pending),
        "created": (201, _said("CREATED"), Pending),
        "submitted": (201, _said("SUBMITTED"), Pending),
        "completed": (201, _said("COMPLETED"), Delivered),
        "rejected": (201, _said("REJECTED"), _PROVIDER),
        "rejected, no such number": (201, _said("REJECTED-INVALID-CREDIT-PARTY"), _SALE),
        "rejected, our balance": (201, _said("REJECTED-INSUFFICIENT-BALANCE"), Misconfigured),
        "rejected, operator away": (201, _said("REJECTED-OPERATOR-CURRENTLY-UNAVAILABLE"),
                                    _PROVIDER),
        "declined": (201, _said("DECLINED"), _PROVIDER),
        "declined, barred": (201, _said("DECLINED-BARRED-CREDIT-PARTY"), _SALE),
        "declined, not for this number": (201, _said("DECLINED-INELIGIBLE-CREDIT-PARTY"), _SALE),
        "declined, a limit there": (201, _said("DECLINED-LIMITATIONS-ON-CUSTOMER-AMOUNT"),
                                    _PROVIDER),
        "declined, duplicate: nobody else is asked": (
            201, _said("DECLINED-DUPLICATED-TRANSACTION"), _SALE),
        "declined, a detail nobody documented": (201, _said("DECLINED-MOON-PHASE"), _SALE),
        "cancelled": (201, _said("CANCELLED"), _PROVIDER),
        "reversed": (201, _said("REVERSED"), _SALE),
        "a class nobody documented": (201, _said("PARKED"), Unknown),
        "class and its number disagree": (201, _said("DECLINED", status={
            "id": 70000, "message": "DECLINED", "class": {"id": 7, "message": "DECLINED"}}),
            Unknown),
        "class and status disagree": (201, _said("DECLINED", status={
            "id": 70000, "message": "DECLINED", "class": {"id": 7, "message": "COMPLETED"}}),
            Unknown),
        "a class number that is none": (201, _said("COMPLETED", status=_ODD), Unknown),
        "numbers as text": (201, _said("COMPLETED", id="2214563001", product={
            "id": "4001", "type": "RANGED_VALUE_RECHARGE"},
            requested_values=_naira("200.00"), adjusted_values=None), Delivered),
        "another reference": (201, _said("COMPLETED", external_id="202603021200OTHERX"), Unknown),
        "another recipient": (201, _said("COMPLETED", credit_party_identifier={
            "mobile_number": "+2348031234568"}), Unknown),
        "no recipient": (201, _said("COMPLETED", credit_party_identifier=None), Unknown),
        "another product": (201, _said("COMPLETED", product={"id": 4002}), Unknown),
        "another amount": (201, _said("COMPLETED", requested_values=_naira(20),
                                                adjusted_values=None), Unknown),
        "another currency": (201, _said("COMPLETED", requested_values=_naira(200, "KES"),
                                        adjusted_values=None), Unknown),
        "an adjusted amount": (201, _said("COMPLETED", adjusted_values=_naira(199.5)), Unknown),
        "no id": (201, _said("COMPLETED", id=None), Unknown),
        # API Error Codes
        "malformed": (400, _error(1000400), _PROVIDER),
        "product not in our account": (404, _error(1003001), _PROVIDER),
        "out of range": (400, _error(1003002), _PROVIDER),
        "wrong unit": (400, _error(1003003), _PROVIDER),
        "no such number": (400, _error(1005003), _SALE),
        "balance empty": (400, _error(1006001), Misconfigured),
        "no balance": (404, _error(1006009), Misconfigured),
        "id used before": (400, _error(1007001), Unknown),
        "id used before, and more": (400, _error(1000400, 1007001), Unknown),
        "not at this operator": (400, _error(1007500), _PROVIDER),
        "an error nobody documented": (400, _error(1234567), Unknown),
        "a known error under another HTTP status": (500, _error(1000400), Unknown),
        "unexpected error": (500, _error(1009001), Unknown),
        "unavailable": (503, _error(1009503), Unknown),
        "wrong key": (401, _error(1000401), Misconfigured),
        "too many": (429, _error(1000429), Throttled),
        "errors without codes": (400, '{"errors": [{}, 7]}', Unknown),
        "a page that isn't there": (404, "<html>nginx</html>", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (201, "", Unknown),
        "a list": (201, "[1]", Unknown),
        "too deep": (201, "[" * 100_000, Unknown),
        "not a number": (201, '{"id": NaN, "external_id": "x"}', Unknown),
        "a redirect": (302, _said("COMPLETED"), Unknown),
        "300 KB": (201, _said("COMPLETED", note="x" * 300_000), Unknown),
    },
    words={
        "completed": (200, _listed("COMPLETED"), Delivered),
        "confirmed": (200, _listed("CONFIRMED"), Pending),
        "submitted": (200, _listed("SUBMITTED"), Pending),
        "airtime being created": (200, _listed("CREATED"), Pending),
        "declined": (200, _listed("DECLINED"), _PROVIDER),
        "declined, barred": (200, _listed("DECLINED-BARRED-CREDIT-PARTY"), _SALE),
        "rejected, our balance": (200, _listed("REJECTED-INSUFFICIENT-BALANCE"), _PROVIDER),
        "cancelled": (200, _listed("CANCELLED"), _PROVIDER),
        "reversed": (200, _listed("REVERSED"), _SALE),
        "never heard of it": (404, _error(1008004), NotFound),
        "an empty list": (200, "[]", NotFound),
        "another's": (200, _listed("COMPLETED", external_id="X"), Unknown),
        "adjusted": (200, _listed("COMPLETED", adjusted_values=_naira(100)), Unknown),
        "two of them": (200, json.dumps([told("COMPLETED"), told("DECLINED")]), Unknown),
        "not a list": (200, _said("COMPLETED"), Unknown),
        "a list of nothing": (200, "[null]", Unknown),
        "another 404": (404, "<html></html>", Unknown),
        "server error": (500, _error(1009001), Unknown),
        "html": (200, "<html></html>", Unknown),
        "wrong key": (401, _error(1000401), Misconfigured),
    },
)  # fmt: skip
