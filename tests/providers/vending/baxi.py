"""Baxi: recorded answers."""

import json

from app.bootstrap import SystemClock
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
from providers.vending.baxi.adapter import Baxi, BaxiSettings
from tests.providers.vending.contract import GRACE, Recorded, Vendor, Wanted

REQUERY = "/api/baxipay/superagent/transaction/requery"
SOLD = {
    "statusCode": "0", "transactionStatus": "success", "transactionReference": 2,
    "transactionMessage": "Airtime Topup successful on 08031234567",
}  # fmt: skip
ASK = ("BX0001", "BX0019", "BX0021", "BX0024", "EXC00001", "EXC00103", "EXC00105", "EXC00109",
       "EXC00114", "EXC00124", "UNK0001")  # fmt: skip
"""Codes in an error that may still become a delivery (response-1)."""


def said(status: str, code: object, data: object) -> str:
    return json.dumps({"status": status, "message": "...", "code": code, "data": data})


def sold(**change: object) -> str:
    return said("success", 200, {**SOLD, **change})


def error(code: str) -> str:
    return said("error", code, None)


def _ambiguous(http_status: int) -> dict[str, Recorded]:
    return {
        f"{code} with HTTP {http_status}": (http_status, error(code), Unknown) for code in ASK
    }  # fmt: skip


VENDOR = Vendor(
    "baxi",
    lambda base, http: Baxi(
        BaxiSettings(f"{base}/baxi", "k", "1999", REQUERY, GRACE), http, SystemClock()
    ),
    airtime=Wanted("mtn"),
    data=Wanted("mtn/1gb-7d", amount=Money(800_00, "NGN"), kind=ProductKind.DATA),
    recorded={
        # developers.onafriq.com/docs/purchase-data-bundle-1 and response-1
        "sold": (200, sold(), Delivered),
        "sold, the code as text": (200, said("success", "200", SOLD), Delivered),
        "sold, their reference as text": (200, sold(transactionReference="2"), Delivered),
        "pending": (200, said("pending", 200, {"transactionReference": 2}), Pending),
        "pending and no more": (200, '{"status": "pending", "code": 200}', Pending),
        "pending inside": (200, sold(transactionStatus="pending", statusCode="1"), Pending),
        "failed inside": (200, sold(transactionStatus="failed"), Declined("", Scope.SALE)),
        "success and nothing inside": (200, said("success", 200, None), Unknown),
        "success and another status code": (200, sold(statusCode="1"), Unknown),
        "success without a reference": (200, sold(transactionReference=None), Unknown),
        "a word nobody documented": (200, sold(transactionStatus="queued"), Unknown),
        "success beside an error's code": (200, said("success", "BX0021", SOLD), Unknown),
        "another order": (200, sold(agentReference="202603021200XXXXXX"), Unknown),
        "another order, oddly": (200, sold(agentReference=[1]), Unknown),
        "another number": (
            200, sold(transactionMessage="Airtime Topup successful on 08039999999"), Unknown
        ),
        "another amount": (200, sold(amount=2000), Unknown),
        "a success that isn't HTTP 200": (202, sold(), Unknown),
        **_ambiguous(400),
        **_ambiguous(500),
        "no such transaction, to a purchase": (404, error("BX0002"), Unknown),
        "reference used": (400, error("BX0023"), Unknown),
        "wants a re-query": (400, error("BX0022"), Unknown),
        "same id, other values": (400, error("EXC00116"), Unknown),
        "a code nobody documented": (400, error("BX0099"), Unknown),
        "failed at the operator, it says": (503, error("503"), Unknown),
        "bad parameters": (400, error("BX0003"), Declined("", Scope.PROVIDER)),
        "no such service": (400, error("BX0026"), Declined("", Scope.PROVIDER)),
        "not valid": (400, error("EXC00125"), Declined("", Scope.PROVIDER)),
        "never sent on": (400, error("EXC00115"), Declined("", Scope.PROVIDER)),
        "not at the moment": (400, error("EXC00131"), Throttled),
        "closed": (503, error("EXC00144"), Throttled),
        "untrusted address": (403, error("BX0008"), Misconfigured),
        "date too old": (400, error("BX0005"), Misconfigured),
        "no such agent": (400, error("BX0010"), Misconfigured),
        "blocked": (400, error("SEC00005"), Misconfigured),
        "low float": (400, error("EXC00102"), Misconfigured),
        "wrong key": (401, "", Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (502, "bad gateway", Unknown),
        "moved": (302, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "a list": (200, "[1]", Unknown),
        "data is a list": (200, said("success", 200, [SOLD]), Unknown),
        "a million brackets": (200, "[" * 100_000, Unknown),
    },
    words={
        "delivered": (200, sold(), Delivered),
        "failed": (200, sold(transactionStatus="failed"), Declined("", Scope.SALE)),
        "pending": (200, said("pending", 200, None), Pending),
        "never heard of it": (404, error("BX0002"), NotFound),
        "never registered": (400, error("EXC00112"), NotFound),
        # What refuses a re-query says nothing of the sale it asks about.
        "bad parameters": (400, error("BX0003"), Unknown),
        "no such route": (404, error("BX0018"), Unknown),
        "not allowed": (400, error("EXC00123"), Unknown),
        "not valid": (400, error("EXC00125"), Unknown),
        "closed": (503, error("EXC00144"), Unknown),
        **_ambiguous(500),
        "another order": (200, sold(agentReference="202603021200XXXXXX"), Unknown),
        "the call went well, nothing inside": (200, said("success", 200, {}), Unknown),
        "server error": (500, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "wrong key": (401, "{}", Misconfigured),
    },
)  # fmt: skip
