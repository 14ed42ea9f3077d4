"""Flutterwave's recorded answers, and its adapter for tests.

The answers are those of developer.flutterwave.com with other values in them.
"""

import json

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import Charge, ChargeMethod
from providers.http_client import HttpClient
from providers.payments.flutterwave.adapter import Flutterwave, FlutterwaveSettings

OWNER = Msisdn("+2348030000001")
BVN = "12345678901"
NOWHERE = "http://127.0.0.1:1"
TRANSACTION = {
    "id": 395251370, "tx_ref": "nx-va-2348030000001", "flw_ref": "000013200922100842000174580002",
    "amount": 200, "currency": "NGN", "charged_amount": 200, "app_fee": 2.8, "merchant_fee": 0,
    "processor_response": "success", "status": "successful", "payment_type": "bank_transfer",
    "created_at": "2026-11-20T14:31:16.000Z", "amount_settled": 197.2,
    "customer": {"id": 216519823, "email": "2348030000001@customers.test"},
}  # fmt: skip
NO_SUCH = {"status": "error", "message": "No transaction was found for this id", "data": None}
ACCOUNT = {
    "response_code": "02", "response_message": "Transaction in progress",
    "flw_ref": "FLW-da93010f630240a7978e893af92fed62", "order_ref": "URF_1613406439309_370935",
    "account_number": "7824822527", "frequency": "N/A", "bank_name": "WEMA BANK",
    "created_at": "2026-11-20 16:27:22", "expiry_date": "N/A", "amount": None,
    "note": "Please make a bank transfer to NexusTop 2348030000001",
}  # fmt: skip
STARTED = {
    "status": "success", "message": "Charge initiated",
    "data": {
        "id": 4517159, "tx_ref": "nx-ABC234", "amount": 1500, "charged_amount": 1500,
        "app_fee": 21, "auth_model": "USSD", "currency": "NGN", "status": "pending",
        "payment_type": "ussd", "payment_code": "4517159",
    },
    "meta": {"authorization": {"mode": "ussd", "note": "*566*002*4517159#"}},
}  # fmt: skip
USSD = Charge("ABC234", OWNER, ChargeMethod.BANK_USSD, Money(1_500_00, "NGN"), "gtb")
ONCE = Charge("ABC234", OWNER, ChargeMethod.ONE_TIME_ACCOUNT, Money(100_00, "NGN"))


def flutterwave(base: str, http: HttpClient, bvn: str = BVN) -> Flutterwave:
    return Flutterwave(FlutterwaveSettings(base, "sk-secret", "hash", bvn, "customers.test"), http)


def said(data: object) -> dict[str, object]:
    return {"status": "success", "message": "Transaction fetched successfully", "data": data}


def text(answer: object) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer)
