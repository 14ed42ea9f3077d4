"""DingConnect: recorded answers.

Shapes after dingconnect.com/Api (V1: SendTransfer, EstimatePrices, ListTransferRecords) and what
vlab-research/go-dingconnect saw on the live API (client_test.go): `Complete`, rows in envelopes of
their own, InsufficientBalance with HTTP 500.
"""

import json
from typing import Any

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
from providers.vending.dingconnect.adapter import DingConnect, DingConnectSettings
from tests.providers.vending.contract import GRACE, Vendor, Wanted

OURS = "202603021200ABCDEF"
"""The reference that the contract asks with."""
AIRTIME, PLAN = "NG_MT_TopUp", "MTNG-1gb-7d"
_IN_ONE_CALL = Money(80, "USD")


def errors(*codes: str, context: str = "") -> list[dict[str, str]]:
    return [{"Code": code, "Context": context} for code in codes]


def envelope(result: object, *codes: str, **fields: Any) -> str:
    return json.dumps({**fields, "ResultCode": result, "ErrorCodes": errors(*codes)})


def record(state: object, **other: Any) -> dict[str, Any]:
    """A transfer of the plan; `other` changes it."""
    return {
        "TransferId": {"TransferRef": "863784492", "DistributorRef": OURS}, "SkuCode": PLAN,
        "Price": {"CustomerFee": 0.0, "DistributorFee": 0.0, "ReceiveValue": 800.0,
                  "ReceiveCurrencyIso": "NGN", "ReceiveValueExcludingTax": 800.0, "TaxRate": 0.0,
                  "SendValue": 0.8, "SendCurrencyIso": "USD"},
        "CommissionApplied": 0.0, "StartedUtc": "2026-03-02T12:00:01Z",
        "CompletedUtc": "2026-03-02T12:00:03Z", "ProcessingState": state, "ReceiptText": None,
        "ReceiptParams": {}, "AccountNumber": "2348031234567", **other,
    }  # fmt: skip


def sent(state: object, **other: Any) -> str:
    return envelope(1, TransferRecord=record(state, **other))


def priced(**other: Any) -> dict[str, Any]:
    """The price of NGN 200 of airtime."""
    return {"SendValue": 0.2, "SendCurrencyIso": "USD", "ReceiveValue": 200.0,
            "ReceiveCurrencyIso": "NGN", "ReceiveValueExcludingTax": 200.0, "TaxRate": 0.0,
            **other}  # fmt: skip


def estimated(reference: str = OURS, sku: str = AIRTIME, **price: Any) -> str:
    row = {"Price": priced(**price), "SkuCode": sku, "BatchItemRef": reference, "ResultCode": 1,
           "ErrorCodes": []}  # fmt: skip
    return envelope(1, Items=[row])


def listed(*records: dict[str, Any], more: bool = False) -> str:
    rows = [{"TransferRecord": one, "ResultCode": 1, "ErrorCodes": []} for one in records]
    return envelope(1, Items=rows, ThereAreMoreItems=more)


ANOTHER = {"TransferId": {"TransferRef": "1", "DistributorRef": "somebody-else-1"}}
PROVIDER, SALE = Declined("", Scope.PROVIDER), Declined("", Scope.SALE)

VENDOR = Vendor(
    "dingconnect",
    lambda base, http: DingConnect(
        DingConnectSettings(f"{base}/dingconnect", "k", "USD", GRACE), http
    ),
    airtime=Wanted(AIRTIME),
    data=Wanted(PLAN, amount=_IN_ONE_CALL, kind=ProductKind.DATA),
    recorded={
        # EstimatePrices: it buys nothing, so nothing here can be Unknown
        "another amount would arrive": (200, estimated(ReceiveValue=208.0), PROVIDER),
        "a hair too little would arrive": (200, estimated(ReceiveValue=199.99), PROVIDER),
        "another currency would arrive": (200, estimated(ReceiveCurrencyIso="USD"), PROVIDER),
        "a tax comes off": (200, estimated(TaxRate=0.075), PROVIDER),
        "parts of a cent": (200, estimated(SendValue=0.125), PROVIDER),
        "priced in another currency": (200, estimated(SendCurrencyIso="KES"), PROVIDER),
        "priced at nothing": (200, estimated(SendValue=0), PROVIDER),
        "a price of something else": (200, estimated(sku="NG_ZA_TopUp"), PROVIDER),
        "a price for somebody else": (200, estimated("another-reference"), PROVIDER),
        "no price in it": (200, envelope(1, Items=[{"ResultCode": 1, "ErrorCodes": []}]), PROVIDER),
        "refused": (200, envelope(4, "ParameterInvalid"), PROVIDER),
        "refused in its row": (200, envelope(1, Items=[
            {"ResultCode": 4, "ErrorCodes": errors("ParameterOutOfRange")}]), PROVIDER),
        "nearly": (200, envelope(2, "NearestMatch"), PROVIDER),
        "low balance": (500, envelope(5, "InsufficientBalance"), Misconfigured),
        "wrong key": (401, envelope(4, "AuthenticationFailed"), Misconfigured),
        "wrong key, said with 200": (200, envelope(4, "AuthenticationFailed"), Misconfigured),
        "too many": (429, "", Throttled),
        "two rows": (200, envelope(1, Items=[{}, {}]), NotSent),
        "no rows": (200, envelope(1, Items=[]), NotSent),
        "server error": (500, "oops", NotSent),
        "html": (200, "<html></html>", NotSent),
        "empty": (200, "", NotSent),
        "a list": (200, "[1]", NotSent),
    },
    recorded_data={
        # SendTransfer
        "complete": (200, sent("Complete"), Delivered),
        "completed": (200, sent("Completed"), Delivered),
        "numbers as text": (200, envelope("1", TransferRecord=record(
            "Complete", Price={"SendValue": "0.80", "SendCurrencyIso": "USD"})), Delivered),
        "submitted": (200, sent("Submitted"), Pending),
        "processing": (200, sent("Processing"), Pending),
        "cancelling": (200, sent("Cancelling"), Pending),
        "failed, and no error": (200, sent("Failed"), SALE),
        "cancelled": (200, sent("Cancelled"), SALE),
        "a state nobody documented": (200, sent("Delivered"), Unknown),
        "no state": (200, sent(None), Unknown),
        "complete for another reference": (200, sent("Complete", **ANOTHER), Unknown),
        "complete for another number": (200, sent("Complete", AccountNumber="2348030000009"),
                                        Unknown),
        "complete for another product": (200, sent("Complete", SkuCode="MTNG-1gb-1d"), Unknown),
        "complete at another price": (200, sent("Complete", Price={
            "SendValue": 0.81, "SendCurrencyIso": "USD"}), Unknown),
        "complete in another currency": (200, sent("Complete", Price={
            "SendValue": 0.8, "SendCurrencyIso": "EUR"}), Unknown),
        "complete and no price": (200, sent("Complete", Price=None), Unknown),
        "complete and only validated": (200, sent("Complete", TransferId={
            "TransferRef": None, "DistributorRef": OURS}), Unknown),
        "complete beside an error": (200, envelope(
            1, "ProviderError", TransferRecord=record("Complete")), Unknown),
        "an error beside complete": (200, envelope(
            5, "InsufficientBalance", TransferRecord=record("Complete")), Unknown),
        "success with a server error": (500, sent("Complete"), Unknown),
        "success and no record": (200, envelope(1, TransferRecord=None), Unknown),
        "nearly": (200, envelope(2, "NearestMatch", TransferRecord=record("Complete")), Unknown),
        "invalid number": (200, envelope(4, "AccountNumberInvalid"), SALE),
        "invalid number, said with 400": (400, envelope(4, "AccountNumberInvalid"), SALE),
        "parameter": (200, envelope(4, "ParameterInvalid"), PROVIDER),
        "out of range": (400, envelope(4, "ParameterOutOfRange"), PROVIDER),
        "rate limited": (200, envelope(4, "RateLimited"), PROVIDER),
        "refused by the operator": (200, envelope(
            5, "ProviderError", TransferRecord=record("Failed")), PROVIDER),
        "not allowed there": (200, envelope(
            5, "RechargeNotAllowed", TransferRecord=record("Failed")), PROVIDER),
        "refused by the operator, and no record": (200, envelope(5, "ProviderError"), Unknown),
        "refused by the operator of another's": (200, envelope(
            5, "ProviderError", TransferRecord=record("Failed", **ANOTHER)), Unknown),
        "refused and yet submitted": (200, envelope(
            3, "TransientProviderError", TransferRecord=record("Submitted")), Unknown),
        "the operator was late": (200, envelope(
            5, "ProviderTimedOut", TransferRecord=record("Failed")), Unknown),
        "duplicate": (200, envelope(5, "DuplicateTransactionPrevented"), Unknown),
        "an error nobody documented": (200, envelope(5, "SomethingOdd"), Unknown),
        "two errors": (200, envelope(4, "ParameterInvalid", "OtherError"), Unknown),
        "a result nobody documented": (200, envelope(7, "ParameterInvalid"), Unknown),
        "low balance": (500, envelope(
            5, "InsufficientBalance", TransferRecord=record("Failed")), Misconfigured),
        "wrong key": (401, envelope(4, "AuthenticationFailed"), Misconfigured),
        "wrong key, said with 200": (200, envelope(4, "AuthenticationFailed"), Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (500, "oops", Unknown),
        "unavailable": (503, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "a list": (200, "[1]", Unknown),
        "errors as text": (200, '{"ResultCode": 4, "ErrorCodes": ["ParameterInvalid"]}', Unknown),
        "not a number": (200, '{"ResultCode": NaN}', Unknown),
        "a result that is true": (200, envelope(True, TransferRecord=record("Complete")), Unknown),
        "deep": (200, "[" * 60_000, Unknown),
        "endless": (200, '{"a": "' + "x" * 300_000 + '"}', Unknown),
    },
    words={
        "complete": (200, listed(record("Complete")), Delivered),
        "complete, in a bare row": (200, envelope(1, Items=[record("Complete")]), Delivered),
        "failed": (200, listed(record("Failed")), SALE),
        "cancelled": (200, listed(record("Cancelled")), SALE),
        "submitted": (200, listed(record("Submitted")), Pending),
        "a state nobody documented": (200, listed(record("Odd")), Unknown),
        "never heard of it": (200, listed(), NotFound),
        "somebody else's": (200, listed(record("Complete", **ANOTHER)), Unknown),
        "ours among others": (200, listed(record("Complete"), record("Failed", **ANOTHER)),
                              Unknown),
        "twice": (200, listed(record("Complete"), record("Failed")), Unknown),
        "more of them": (200, listed(more=True), Unknown),
        "an error": (200, envelope(4, "ParameterOutOfRange"), Unknown),
        "no list": (200, envelope(1), Unknown),
        "server error": (500, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "too many": (429, "", NotSent),
        "wrong key": (401, envelope(4, "AuthenticationFailed"), Misconfigured),
    },
)  # fmt: skip
