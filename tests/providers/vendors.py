"""Every vending adapter with what its contract needs: how to make it, and recorded answers.

A recorded answer is (HTTP status, body as the vendor's page shows it, the outcome it must become).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

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
from app.ports.vending import VendingProvider
from providers.http_client import HttpClient
from providers.vending.africastalking.adapter import AfricasTalkingAirtime
from providers.vending.africastalking.service import Account
from providers.vending.vtpass.adapter import Vtpass, VtpassSettings

GRACE = timedelta(seconds=20)
Recorded = tuple[int, str, object]


@dataclass(frozen=True)
class Vendor:
    """`make(base_url, http)` builds its adapter; `recorded` are answers to a vend, `words` answers
    to a query."""

    name: str
    make: Callable[[str, HttpClient], VendingProvider]
    recorded: dict[str, Recorded]
    words: dict[str, Recorded]


def _airtime(status: str, error: str = "None", request_id: str = "ATQid_1") -> str:
    return (
        '{"errorMessage": "None", "numSent": 1, "totalAmount": "NGN 200.0000",'
        ' "totalDiscount": "NGN 8.0000", "responses": [{"phoneNumber": "+2348031234567",'
        f' "errorMessage": "{error}", "amount": "NGN 200.0000", "status": "{status}",'
        f' "requestId": "{request_id}", "discount": "NGN 8.0000"}}]}}'
    )


def _refused(error: str) -> str:
    return (
        f'{{"errorMessage": "{error}", "numSent": 0, "totalAmount": "0", "totalDiscount": "0",'
        ' "responses": []}'
    )


def _pay(code: str, status: str = "", transaction: str = "17415980564672211313028") -> str:
    inner = (
        f'{{"transactions": {{"status": "{status}", "product_name": "MTN Airtime VTU",'
        f' "unique_element": "08031234567", "unit_price": 200, "transactionId": "{transaction}"}}}}'
        if status
        else "[]"
    )
    return (
        f'{{"code": "{code}", "content": {inner}, "response_description": "...",'
        ' "requestId": "202603021200ABCDEF", "amount": 200}'
    )


AFRICASTALKING = Vendor(
    "africastalking",
    lambda base, http: AfricasTalkingAirtime(
        Account(f"{base}/africastalking", "demo", "k"), http, GRACE
    ),
    recorded={
        # help.africastalking.com 6151516: `Sent` is accepted by the operator, not delivered
        "sent": (201, _airtime("Sent"), Pending),
        "failed, invalid number": (201, _airtime("Failed", "Invalid Phone Number", "None"),
                                   Declined("", Scope.SALE)),
        "duplicate": (201, _airtime("Failed", "A duplicate request was received within the last"
                                              " 5 minutes", "None"), Throttled),
        "a status nobody documented": (201, _airtime("Queued"), Unknown),
        "sent without an id": (201, _airtime("Sent", request_id="None"), Unknown),
        "account not enabled": (201, _refused("Airtime is not enabled for this account"),
                                Misconfigured),
        "low balance": (201, _refused("Insufficient balance"), Misconfigured),
        "an error nobody documented": (201, _refused("Something odd"), Unknown),
        "wrong key": (401, "The supplied authentication is invalid", Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (500, "oops", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "another shape": (201, '{"responses": {"a": 1}}', Unknown),
        "two recipients": (201, '{"responses": [{}, {}]}', Unknown),
        "a list": (201, "[1, 2]", Unknown),
    },
    words={},
)  # fmt: skip

VTPASS = Vendor(
    "vtpass",
    lambda base, http: Vtpass(VtpassSettings(f"{base}/vtpass", "a", "p", "s", GRACE), http),
    recorded={
        # vtpass.com/documentation: response codes; 000 only says "handled"
        "delivered": (200, _pay("000", "delivered"), Delivered),
        "failed inside": (200, _pay("000", "failed"), Declined("", Scope.SALE)),
        "reversed inside": (200, _pay("000", "reversed"), Declined("", Scope.SALE)),
        "initiated inside": (200, _pay("000", "initiated"), Pending),
        "pending inside": (200, _pay("000", "pending"), Pending),
        "resolved inside": (200, _pay("000", "resolved"), Unknown),
        "000 and nothing inside": (200, _pay("000"), Unknown),
        "processing": (200, _pay("099"), Pending),
        "failed envelope": (200, _pay("016", "failed"), Unknown),
        "request id used": (200, _pay("014"), Unknown),
        "request id unknown, to a purchase": (200, _pay("015"), Unknown),
        "same recipient": (200, _pay("019"), Throttled),
        "low wallet": (200, _pay("018"), Misconfigured),
        "account locked": (200, _pay("021"), Misconfigured),
        "suspended": (200, _pay("022"), Misconfigured),
        "no api access": (200, _pay("023"), Misconfigured),
        "inactive": (200, _pay("024"), Misconfigured),
        "biller unreachable": (200, _pay("030"), Declined("", Scope.PROVIDER)),
        "not processed": (200, _pay("091"), Declined("", Scope.PROVIDER)),
        "variation": (200, _pay("010"), Declined("", Scope.SALE)),
        "arguments": (200, _pay("011"), Declined("", Scope.SALE)),
        "product": (200, _pay("012"), Declined("", Scope.SALE)),
        "below limit": (200, _pay("013"), Declined("", Scope.SALE)),
        "above limit": (200, _pay("017"), Declined("", Scope.SALE)),
        "resolved by staff": (200, _pay("044"), Unknown),
        "a code nobody documented": (200, _pay("999"), Unknown),
        "wrong key": (401, '{"code": "087"}', Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (502, "bad gateway", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "a list": (200, "[1]", Unknown),
    },
    words={
        "delivered": (200, _pay("000", "delivered"), Delivered),
        "failed": (200, _pay("000", "failed"), Declined("", Scope.SALE)),
        "pending": (200, _pay("099"), Pending),
        "never heard of it": (200, _pay("015"), NotFound),
        "server error": (500, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "wrong key": (401, "{}", Misconfigured),
    },
)  # fmt: skip

VENDORS = {vendor.name: vendor for vendor in (AFRICASTALKING, VTPASS)}
