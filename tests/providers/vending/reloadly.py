"""Reloadly: recorded answers.

Shapes: Reloadly/reloadly-api-documentation, openapi/paths/airtime-top-ups.yaml,
airtime-top-ups-status.yaml and airtime-get-all-transactions.yaml; words as in codes.py.
"""

import json
from datetime import timedelta
from typing import Any

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from app.ports.vending import ProductKind
from providers.http_client import HttpClient
from providers.vending.reloadly.adapter import Reloadly
from providers.vending.reloadly.service import ReloadlySettings
from tests.providers.vending.contract import GRACE, Vendor, Wanted

REFERENCE = "202603021200ABCDEF"
TOKEN = (200, '{"access_token": "tok", "expires_in": 5184000, "token_type": "Bearer"}')


def adapter(
    base: str, http: HttpClient, *, asynchronous: bool = False, grace: timedelta = GRACE
) -> Reloadly:
    settings = ReloadlySettings(
        f"{base}/reloadly", f"{base}/reloadly", "id", "s3cret", grace, asynchronous
    )
    return Reloadly(settings, http, SystemClock())


def topup(status: Any = "SUCCESSFUL", **other: Any) -> dict[str, Any]:
    """The page's example, of what the contract buys."""
    return {
        "transactionId": 4602843, "status": status, "operatorTransactionId": "7297929551",
        "customIdentifier": REFERENCE, "recipientPhone": "2348031234567", "recipientEmail": None,
        "senderPhone": None, "countryCode": "NG", "operatorId": 341, "operatorName": "MTN Nigeria",
        "discount": 4, "discountCurrencyCode": "NGN", "requestedAmount": 200,
        "requestedAmountCurrencyCode": "NGN", "deliveredAmount": 200,
        "deliveredAmountCurrencyCode": "NGN", "transactionDate": "2026-03-02 12:00:09",
        "pinDetail": None, "balanceInfo": {"oldBalance": 5109.53732, "newBalance": 4913.53732},
        **other,
    }  # fmt: skip


def _said(status: Any = "SUCCESSFUL", **other: Any) -> str:
    return json.dumps(topup(status, **other))


def _listed(*topups: dict[str, Any]) -> str:
    return json.dumps({"content": topups})


def _error(code: object) -> str:
    return json.dumps({
        "timeStamp": "2022-01-06 18:37:10", "message": "...", "path": "/topups", "errorCode": code,
        "infoLink": None, "details": [],
    })  # fmt: skip


VENDOR = Vendor(
    "reloadly", adapter, airtime=Wanted("341"), signs_in="/oauth/token",
    data=Wanted("1341/800.00", amount=Money(800_00, "NGN"), kind=ProductKind.DATA),
    recorded={
        # reloadly.com/blog/how-does-the-get-top-up-status-endpoint-work
        "successful": (200, _said(), Delivered),
        "processing": (200, _said("PROCESSING"), Pending),
        "refunded": (200, _said("REFUNDED"), Declined("", Scope.SALE, taken_back=True)),
        "failed": (200, _said("FAILED"), Declined("", Scope.PROVIDER)),
        "numbers as text": (200, _said(transactionId="4602843", operatorId="341",
                                       deliveredAmount="200.00"), Delivered),
        "number as a number": (200, _said(recipientPhone=2348031234567), Delivered),
        "a status nobody documented": (200, _said("COMPLETED"), Unknown),
        "a status in small letters": (200, _said("successful"), Unknown),
        "no status": (200, _said(None), Unknown),
        "a list for a status": (200, _said(["SUCCESSFUL"]), Unknown),
        "only an id": (200, '{"transactionId": 4602843}', Unknown),
        "success without an id": (200, _said(transactionId=None), Unknown),
        "another reference": (200, _said(customIdentifier="somebody else's"), Unknown),
        "failed, another reference": (200, _said("FAILED", customIdentifier="x"), Unknown),
        "no reference": (200, _said(customIdentifier=None), Unknown),
        "another recipient": (200, _said(recipientPhone="2348031234568"), Unknown),
        "failed, another recipient": (200, _said("FAILED", recipientPhone="2348031234568"),
                                      Unknown),
        "another operator": (200, _said(operatorId=342), Unknown),
        "another amount": (200, _said(deliveredAmount=199.5), Unknown),
        "another currency": (200, _said(deliveredAmountCurrencyCode="USD"), Unknown),
        # raphaelugwu.gitbook.io/airtime/airtime-errors/error-codes
        "invalid recipient": (400, _error("INVALID_RECIPIENT_PHONE"), Declined("", Scope.SALE)),
        "invalid number": (400, _error("INVALID_PHONE_NUMBER"), Declined("", Scope.SALE)),
        "amount out of range": (400, _error("INVALID_AMOUNT_FOR_OPERATOR"),
                                Declined("", Scope.PROVIDER)),
        "invalid amount": (400, _error("INVALID_AMOUNT"), Declined("", Scope.PROVIDER)),
        "operator away": (400, _error("OPERATOR_NOT_IN_SERVICE"), Declined("", Scope.PROVIDER)),
        "operator inactive": (400, _error("OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
                              Declined("", Scope.PROVIDER)),
        "operator not found": (400, _error("COULD_NOT_AUTO_DETECT_OPERATOR"),
                               Declined("", Scope.PROVIDER)),
        "country not sold": (404, _error("COUNTRY_NOT_SUPPORTED"), Declined("", Scope.PROVIDER)),
        "recharged within two minutes": (400, _error("PHONE_RECENTLY_RECHARGED"), Throttled),
        "empty float": (400, _error("INSUFFICIENT_BALANCE"), Misconfigured),
        "daily amount": (400, _error("MAX_DAILY_TRANSACTION_AMOUNT_REACHED"), Misconfigured),
        "daily count": (400, _error("MAX_DAILY_TRANSACTION_COUNT_REACHED"), Misconfigured),
        "no account": (400, _error("ACCOUNT_NOT_FOUND"), Misconfigured),
        "inactive account": (400, _error("INACTIVE_ACCOUNT"), Misconfigured),
        "identifier used": (400, _error("CUSTOM_IDENTIFIER_ALREADY_USED"), Unknown),
        "failed, it says no more": (400, _error("TOPUP_TRANSACTION_FAILED"), Unknown),
        "not at the moment": (400, _error("TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
                              Unknown),
        "an error nobody documented": (400, _error("SOMETHING_ODD"), Unknown),
        "an error without a code": (400, _error(None), Unknown),
        "an error with a list for a code": (400, _error(["INVALID_AMOUNT"]), Unknown),
        "a documented code in a server error": (500, _error("INVALID_RECIPIENT_PHONE"), Unknown),
        "an error in a good answer": (200, _error("INVALID_RECIPIENT_PHONE"), Unknown),
        "token refused twice": (401, _error("INVALID_TOKEN"), Misconfigured),
        "forbidden": (403, "", Misconfigured),
        "wrong path": (404, '{"status": 404, "error": "Not Found"}', Unknown),
        "too many": (429, "", Throttled),
        "server error": (502, "bad gateway", Unknown),
        "redirect": (302, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "a list": (200, "[1, 2]", Unknown),
        "deep": (200, "[" * 100_000, Unknown),
        "longer than we read": (200, json.dumps(topup(pad="x" * 300_000)), Unknown),
    },
    words={
        "successful": (200, _listed(topup()), Delivered),
        "processing": (200, _listed(topup("PROCESSING")), Pending),
        "refunded": (200, _listed(topup("REFUNDED")), Declined("", Scope.SALE, taken_back=True)),
        "failed": (200, _listed(topup("FAILED")), Declined("", Scope.PROVIDER)),
        "an empty list": (200, _listed(), NotFound),
        "only others": (200, _listed(topup(customIdentifier="x"), {}), Unknown),
        "ours among others": (200, _listed(topup(customIdentifier="x"), topup()), Delivered),
        "ours twice": (200, _listed(topup(), topup("FAILED")), Unknown),
        "no list": (200, '{"content": null}', Unknown),
        "a bare list": (200, "[]", Unknown),
        "not there": (404, '{"status": 404, "error": "Not Found"}', Unknown),
        "an error about the question": (400, _error("INVALID_RECIPIENT_PHONE"), Unknown),
        "too many": (429, "", NotSent),
        "server error": (500, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "wrong token": (401, _error("INVALID_TOKEN"), Misconfigured),
    },
)  # fmt: skip
