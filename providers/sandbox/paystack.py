"""Paystack as documented: dedicated accounts, verification, requery, signed webhooks.

Sources: paystack.com/docs pages payments/dedicated-virtual-accounts, api/dedicated-virtual-account,
api/transaction, payments/webhooks. Its fee here: 1 %, at most NGN 300 (dedicated accounts).
"""

import hashlib
import hmac
import json
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers.sandbox.book import BankAccount, Payment, now
from providers.sandbox.floor import Floor

NAME = "paystack"
WEBHOOK = "/webhooks/paystack"
_MOST_FEE_MINOR = 300_00
_BANK = {"name": "Wema Bank", "id": 20, "slug": "wema-bank"}


def blueprint(floor: Floor) -> Blueprint:
    """`/paystack/...`."""
    routes = Blueprint("sandbox_paystack", __name__, url_prefix="/paystack")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        if request.headers.get("Authorization") == f"Bearer {floor.settings.paystack_secret_key}":
            return None
        return jsonify(status=False, message="Invalid key"), 401

    @routes.post("/dedicated_account/assign")
    def assign() -> tuple[Response, int] | Response:
        return _assign(floor, request.get_json(silent=True) or {})

    @routes.get("/dedicated_account/requery")
    def requery() -> Response:
        number = request.args.get("account_number", "")
        for payment in floor.book.payments(NAME):
            if payment.account_number == number:
                _tell(floor, "charge.success", _transaction(floor, payment))
        return jsonify(status=True, message="Requery successful")

    @routes.get("/transaction/verify/<reference>")
    def verify(reference: str) -> tuple[Response, int] | Response:
        for payment in floor.book.payments(NAME):
            if payment.reference == reference:
                data = _transaction(floor, payment)
                return jsonify(status=True, message="Verification successful", data=data)
        return jsonify(status=False, message="Transaction reference not found."), 400

    return routes


def transfer_arrives(floor: Floor, account: BankAccount, amount_minor: int, currency: str) -> str:
    """Somebody transfers money into a virtual account; its reference. The webhook follows."""
    course = floor.faults.next(NAME, "payments")
    fee = min(amount_minor // 100, _MOST_FEE_MINOR)
    payment = Payment(
        NAME, secrets.randbelow(10**10), secrets.token_hex(10), account.number, amount_minor, fee,
        currency, now(),
    )  # fmt: skip
    if course.forged:
        forged = {**_transaction(floor, payment), "amount": amount_minor * 100}
        body = json.dumps({"event": "charge.success", "data": forged}).encode()
        floor.callbacks.tell_signed(WEBHOOK, body, ("x-paystack-signature", "0" * 128))
    floor.book.receive(payment)
    for _ in range(course.told):
        _tell(floor, "charge.success", _transaction(floor, payment))
    return payment.reference


def _assign(floor: Floor, body: dict[str, Any]) -> tuple[Response, int] | Response:
    missing = [name for name in ("email", "first_name", "last_name", "phone", "preferred_bank",
                                 "country") if not body.get(name)]  # fmt: skip
    if missing:
        return jsonify(status=False, message=f"{missing[0]} is required"), 400
    email = str(body["email"])
    number = f"99{int(hashlib.sha256(email.encode()).hexdigest(), 16) % 10**8:08d}"
    account = floor.book.account_for(NAME, email, number)
    _tell(
        floor, "dedicatedaccount.assign.success",
        {
            "customer": _customer(account),
            "dedicated_account": {
                "bank": _BANK, "account_name": f"NEXUSTOP/{body['last_name']}",
                "account_number": account.number, "assigned": True, "currency": "NGN",
                "active": True,
            },
            "identification": {"status": "success"},
        },
        after=floor.settings.delivery_seconds,
    )  # fmt: skip
    return jsonify(status=True, message="Assign dedicated account in progress")


def _customer(account: BankAccount) -> dict[str, object]:
    return {"email": account.email, "customer_code": f"CUS_{account.number}"}


def _transaction(floor: Floor, payment: Payment) -> dict[str, Any]:
    account = floor.book.account_numbered(payment.account_number)
    return {
        "id": payment.id, "domain": "test", "status": "success", "reference": payment.reference,
        "amount": payment.amount_minor, "fees": payment.fee_minor, "currency": payment.currency,
        "channel": "dedicated_nuban", "paid_at": payment.at,
        "customer": _customer(account) if account else None,
        "authorization": {
            "channel": "dedicated_nuban", "sender_bank": "Zenith Bank",
            "sender_name": "A CUSTOMER", "receiver_bank": _BANK["name"],
            "receiver_bank_account_number": payment.account_number,
        },
    }  # fmt: skip


def _tell(floor: Floor, event: str, data: dict[str, Any], after: float = 0) -> None:
    body = json.dumps({"event": event, "data": data}).encode()
    key = floor.settings.paystack_secret_key.encode()
    signature = hmac.new(key, body, hashlib.sha512).hexdigest()
    floor.callbacks.tell_signed(WEBHOOK, body, ("x-paystack-signature", signature), after)
