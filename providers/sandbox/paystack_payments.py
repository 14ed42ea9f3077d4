"""Money that came in at the sandbox's Paystack: booked, told by webhook, verified, listed, taken
back."""

import hashlib
import hmac
import json
import secrets
from typing import Any

from flask import Response, jsonify, request

from providers.sandbox.book import BankAccount, Payment, now
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor

NAME = "paystack"
WEBHOOK = "/webhooks/paystack"
BANK = {"name": "Wema Bank", "id": 20, "slug": "wema-bank"}
Answered = tuple[Response, int] | Response
_MOST_FEE_MINOR = 300_00


def receive(
    floor: Floor, reference: str, account_number: str, amount_minor: int, currency: str,
    channel: str, course: Course,
) -> None:  # fmt: skip
    """Money comes in, its webhook follows as often as the course says."""
    fee = min(amount_minor // 100, _MOST_FEE_MINOR)
    payment = Payment(
        NAME, secrets.randbelow(10**10), reference, account_number, amount_minor, fee, currency,
        now(), channel,
    )  # fmt: skip
    if course.forged:
        forged = {**transaction(floor, payment), "amount": amount_minor * 100}
        body = json.dumps({"event": "charge.success", "data": forged}).encode()
        floor.callbacks.tell_signed(WEBHOOK, body, ("x-paystack-signature", "0" * 128))
    floor.book.receive(payment)
    for _ in range(course.told):
        tell(floor, "charge.success", transaction(floor, payment))
    if course.taken_back:
        wait = floor.settings.taken_back_after_seconds
        floor.later.after(wait, lambda: take_back(floor, str(payment.id), None))


def verify(floor: Floor, reference: str) -> Answered:
    data = _verification(floor, reference)
    if data is None:
        return jsonify(status=False, message="Transaction reference not found."), 400
    return jsonify(status=True, message="Verification successful", data=data)


def transactions(floor: Floor) -> Response:
    wanted = request.args.get("status", "success")
    rows = [transaction(floor, payment) for payment in floor.book.payments(NAME)]
    return _page([row for row in rows if row["status"] == wanted], "paid_at")


def refunds(floor: Floor) -> Response:
    of = request.args.get("transaction")
    rows = [_refund(one) for one in floor.book.payments(NAME) if one.taken_back_minor]
    return _page([row for row in rows if of in (None, str(row["transaction"]))], "refunded_at")


def _verification(floor: Floor, reference: str) -> dict[str, Any] | None:
    payment = floor.book.payment(NAME, reference)
    if payment is not None:
        return transaction(floor, payment)
    charge = floor.book.charge(NAME, reference)
    if charge is None:
        return None
    return {
        "id": 1, "status": "abandoned", "reference": reference, "amount": charge.amount_minor,
        "fees": None, "currency": charge.currency, "channel": charge.method,
    }  # fmt: skip


def transaction(floor: Floor, payment: Payment) -> dict[str, Any]:
    account = floor.book.account_numbered(payment.account_number)
    whole = payment.taken_back_minor == payment.amount_minor
    return {
        "id": payment.id, "domain": "test", "status": "reversed" if whole else "success",
        "reference": payment.reference, "amount": payment.amount_minor, "fees": payment.fee_minor,
        "currency": payment.currency, "channel": payment.channel, "paid_at": payment.at,
        "customer": customer(account) if account else None,
        "authorization": {
            "channel": payment.channel, "sender_bank": "Zenith Bank",
            "sender_name": "A CUSTOMER", "receiver_bank": BANK["name"],
            "receiver_bank_account_number": payment.account_number or None,
        },
    }  # fmt: skip


def _refund(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id % 10**7, "transaction": payment.id, "amount": payment.taken_back_minor,
        "currency": payment.currency, "status": "processed", "refunded_at": payment.taken_back_at,
    }  # fmt: skip


def _page(rows: list[dict[str, Any]], when: str) -> Response:
    """`from`, `to`, `perPage` and `page` of a list."""
    start, end = request.args.get("from", ""), request.args.get("to", "9")
    within = [row for row in rows if start <= row[when].replace("+00:00", "Z") <= end]
    size, page = (request.args.get(name, usual, int) for name, usual in (("perPage", 50),
                                                                        ("page", 1)))  # fmt: skip
    shown = within[(page - 1) * size : page * size]
    return jsonify(status=True, message="Retrieved", data=shown, meta={"perPage": size})


def take_back(floor: Floor, external_id: str, amount_minor: int | None) -> bool:
    """A payment is refunded, whole or in part (in all); the webhook follows."""
    for payment in floor.book.payments(NAME):
        if str(payment.id) == external_id:
            amount = min(amount_minor or payment.amount_minor, payment.amount_minor)
            floor.book.take_back(payment, amount)
            data = {
                "status": "processed", "transaction_reference": payment.reference,
                "refund_reference": secrets.token_hex(6), "amount": str(amount),
                "currency": payment.currency, "processor": "instant-transfer", "domain": "test",
            }  # fmt: skip
            tell(floor, "refund.processed", data)
            return True
    return False


def customer(account: BankAccount) -> dict[str, object]:
    return {"email": account.email, "customer_code": f"CUS_{account.number}"}


def number_like(start: str, seed: str) -> str:
    digits = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % 10**8
    return f"{start}{digits:08d}"


def tell(floor: Floor, event: str, data: dict[str, Any], after: float = 0) -> None:
    body = json.dumps({"event": event, "data": data}).encode()
    key = floor.settings.paystack_secret_key.encode()
    signature = hmac.new(key, body, hashlib.sha512).hexdigest()
    floor.callbacks.tell_signed(WEBHOOK, body, ("x-paystack-signature", signature), after)
