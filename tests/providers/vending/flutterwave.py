"""Flutterwave bills: recorded answers."""

import json

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
from app.ports.vending import ProductKind
from providers.vending.flutterwave.adapter import FlutterwaveBills, FlutterwaveBillsSettings
from tests.providers.vending.contract import GRACE, Vendor, Wanted

TX_REF = "CF-FLYAPI-20240324091413750321"
PAID = {
    "phone_number": "+2348031234567", "amount": 200, "network": "MTN", "code": "200",
    "tx_ref": TX_REF, "reference": "247837898415", "batch_reference": None,
    "recharge_token": None, "fee": 0,
}  # fmt: skip
BILL = {
    "currency": "NGN", "customer_id": "+2348031234567", "frequency": "One Time",
    "amount": "200.0000", "fee": 0, "product": "AIRTIME", "product_name": "MTN", "commission": 6,
    "transaction_date": "2024-03-24T09:14:13.373Z", "customer_reference": "202603021200ABCDEF",
    "country": "NG", "flw_ref": "247837898415", "tx_ref": TX_REF, "batch_id": 3408739,
    "extra": None, "product_details": "FLY-API-NG-AIRTIME-MTN", "status": "successful",
}  # fmt: skip


def said(status: str, message: str, data: object) -> str:
    return json.dumps({"status": status, "message": message, "data": data})


def paid(**change: object) -> str:
    return said("success", "Bill payment successful", {**PAID, **change})


def bill(**change: object) -> str:
    return said("success", "Bill status fetch successful", {**BILL, **change})


def refused(message: str) -> str:
    return said("error", message, None)


_NO_STATUS = {name: value for name, value in BILL.items() if name != "status"}
_TIMEOUT = refused("An error occurred. Please contact support")

VENDOR = Vendor(
    "flutterwave",
    lambda base, http: FlutterwaveBills(
        FlutterwaveBillsSettings(f"{base}/flutterwave", "demo-flutterwave", "", GRACE), http
    ),
    airtime=Wanted("BIL099/AT099"),
    data=Wanted("BIL108/1gb-7d", amount=Money(800_00, "NGN"), kind=ProductKind.DATA),
    recorded={
        # flutterwaveinc.mintlify.app/api-reference/bill-payments/create-a-bill-payment
        "paid": (200, paid(), Delivered),
        "paid, the amount as text": (200, paid(amount="200.0000"), Delivered),
        "paid, the number as at home": (200, paid(phone_number="08031234567"), Delivered),
        "paid, no network named": (200, paid(network=None), Delivered),
        "another code": (200, paid(code="202"), Unknown),
        "no code": (200, paid(code=None), Unknown),
        "no reference of theirs": (200, paid(tx_ref=None), Unknown),
        "pending inside": (200, paid(status="pending"), Pending),
        "failed inside": (200, paid(status="failed"), Declined("", Scope.SALE)),
        "a status nobody documented": (200, paid(status="queued"), Unknown),
        "another number": (200, paid(phone_number="+2348039999999"), Unknown),
        "another amount": (200, paid(amount=2000), Unknown),
        "an amount that is no number": (200, paid(amount={"kobo": 20000}), Unknown),
        "another network": (200, paid(network="AIRTEL"), Unknown),
        "no data": (200, said("success", "Bill payment successful", None), Unknown),
        "data is a list": (200, said("success", "Bill payment successful", [PAID]), Unknown),
        "an error in a good envelope": (200, refused("Something odd"), Unknown),
        # developer.flutterwave.com/docs/handling-error-timeouts: it may still be processed
        "timed out there": (503, _TIMEOUT, Unknown),
        "low balance": (400, refused("Insufficient funds in your wallet"), Misconfigured),
        "wrong customer": (400, refused("Invalid customer id"), Declined("", Scope.SALE)),
        "unknown item": (400, refused("Invalid biller selected"), Declined("", Scope.PROVIDER)),
        "reference used": (400, refused("Duplicate reference"), Unknown),
        "a refusal nobody documented": (400, refused("Something odd"), Unknown),
        "wrong key": (401, refused("Invalid authorization key"), Misconfigured),
        "our address isn't known there": (403, "", Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (500, "oops", Unknown),
        "moved": (301, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "a list": (200, "[1]", Unknown),
        "no number at all": (200, paid(amount=200).replace("200,", "NaN,", 1), Unknown),
        "a million brackets": (200, "[" * 100_000, Unknown),
    },
    words={
        # .../bill-payments/get-a-bill-payment-status, with `status` as its older samples have it
        "delivered": (200, bill(), Delivered),
        "failed": (200, bill(status="failed"), Declined("", Scope.SALE)),
        "pending": (200, bill(status="pending"), Pending),
        "the newest page, without a status": (200, said("success", "", _NO_STATUS), Unknown),
        "a status nobody documented": (200, bill(status="completed"), Unknown),
        "another bill": (200, bill(customer_reference="202603021200XXXXXX"), Unknown),
        "a bill that names no reference": (200, bill(customer_reference=None), Unknown),
        "never heard of it": (404, refused("Bill not found"), NotFound),
        "some other error": (400, refused("Something odd"), Unknown),
        "no such path": (404, "not found", Unknown),
        "server error": (500, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "wrong key": (401, "{}", Misconfigured),
    },
)  # fmt: skip
