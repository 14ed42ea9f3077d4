"""Africa's Talking: recorded answers."""

from app.domain.outcomes import (
    Declined,
    Misconfigured,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from providers.vending.africastalking.adapter import AfricasTalkingAirtime
from providers.vending.africastalking.service import Account
from tests.providers.vending.contract import GRACE, Vendor, Wanted


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


VENDOR = Vendor(
    "africastalking",
    lambda base, http: AfricasTalkingAirtime(
        Account(f"{base}/africastalking", "demo", "k"), http, GRACE
    ),
    airtime=Wanted("airtime"),
    recorded={
        # help.africastalking.com 6151516: `Sent` is accepted by the operator, not delivered
        "sent": (201, _airtime("Sent"), Pending),
        "failed, invalid number": (201, _airtime("Failed", "Invalid Phone Number", "None"),
                                   Declined("", Scope.SALE)),
        "duplicate": (201, _airtime("Failed", "A duplicate request was received within the last"
                                              " 5 minutes", "None"), Throttled),
        "a status nobody documented": (201, _airtime("Queued"), Unknown),
        "sent to another number": (
            201, _airtime("Sent").replace("+2348031234567", "+2348031234568"), Unknown),
        "sent, another amount": (
            201, _airtime("Sent").replace("NGN 200.0000", "NGN 100.0000"), Unknown),
        "sent, another currency": (
            201, _airtime("Sent").replace("NGN 200.0000", "KES 200.0000"), Unknown),
        "failed for another number": (
            201, _airtime("Failed", "Invalid Phone Number", "None").replace("34567", "34568"),
            Unknown),
        "a status that is a list": (201, _airtime("x").replace('"x"', "[]"), Unknown),
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
