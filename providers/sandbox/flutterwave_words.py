"""What the sandbox's Flutterwave says: transactions, lists, accounts and webhooks in its format.

The v3 webhook has `event` and the header `verif-hash`, the v4 one `type` and the header
`flutterwave-signature`; ids in both are those of v3, because it is v3 that can be asked.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from providers.sandbox.book import Payment
from providers.sandbox.faults import USUAL, Course
from providers.sandbox.floor import Floor

NAME = "flutterwave"
WEBHOOK = "/webhooks/flutterwave"
CHARGES, REFUNDS = "flutterwave charges", "flutterwave refunds"
PAGE = 10
_LAGOS = ZoneInfo("Africa/Lagos")
_BANK = "WEMA BANK"
_EVENT_TYPES = {"ussd": "USSD_TRANSACTION", "bank_transfer": "BANK_TRANSFER_TRANSACTION"}


@dataclass(frozen=True, slots=True)
class Charge:
    """Something a customer is asked for. `id`: of its transaction, 0 while there is none;
    `on_top_minor`: the fee that is paid in addition; `state`: pending or paid."""

    tx_ref: str
    id: int
    payment_type: str
    amount_minor: int
    on_top_minor: int
    account_number: str
    email: str
    at: str
    state: str = "pending"
    course: Course = USUAL


def charge(floor: Floor, tx_ref: str) -> Charge | None:
    """The charge under this reference."""
    kept = floor.book.noted(CHARGES).get(tx_ref)
    return Charge(**{**kept, "course": Course(**kept["course"])}) if kept else None


# --- transactions ------------------------------------------------------------------------------


def by_id(floor: Floor, external_id: str) -> dict[str, Any] | None:
    """The transaction as a verification shows it."""
    for payment in floor.book.payments(NAME):
        if str(payment.id) == external_id:
            return _verified(floor, payment)
    for kept in floor.book.noted(CHARGES).values():
        if str(kept["id"]) == external_id:
            return _waiting_of(floor, kept["tx_ref"])
    return None


def by_reference(floor: Floor, tx_ref: str) -> dict[str, Any] | None:
    """The newest transaction under a reference."""
    for payment in reversed(floor.book.payments(NAME)):
        if payment.reference == tx_ref:
            return _verified(floor, payment)
    return _waiting_of(floor, tx_ref)


def waiting(asked: Charge) -> dict[str, Any]:
    """The transaction of a charge that nobody has paid yet."""
    return {
        "id": asked.id, "tx_ref": asked.tx_ref, "flw_ref": f"flwm3s4m0c{asked.id}",
        "device_fingerprint": "N/A", "amount": _major(asked.amount_minor),
        "charged_amount": _major(asked.amount_minor), "app_fee": None, "merchant_fee": 0,
        "processor_response": "Transaction in progress", "auth_model": "USSD", "currency": "NGN",
        "ip": "127.0.0.1", "narration": "NexusTop", "status": "pending",
        "payment_type": asked.payment_type, "created_at": _time(asked.at), "account_id": 20937,
        "customer": {"id": 1, "email": asked.email},
    }  # fmt: skip


def listed(floor: Floor, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What GET /v3/transactions shows: collections as they came in, newest first."""
    rows = [
        {**_transaction(floor, payment), "id": str(payment.id)}
        for payment in reversed(floor.book.payments(NAME))
        if _within(payment.at, asked) and asked.get("tx_ref") in {None, payment.reference}
    ]
    return rows if asked.get("status") in {None, "successful"} else []


def refunds(floor: Floor, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What GET /v3/refunds shows."""
    return [
        _refund(external_id, kept)
        for external_id, kept in reversed(floor.book.noted(REFUNDS).items())
        if _within(kept["at"], asked)
    ]


def account_opened(number: str, body: Mapping[str, Any], to_pay: int | None) -> dict[str, Any]:
    """The answer to asking for a virtual account; `to_pay` in minor units where it is for once."""
    once = to_pay is not None
    data = {
        "response_code": "02", "response_message": "Transaction in progress",
        "flw_ref": f"FLW-{number}", "order_ref": f"URF_{number}", "account_number": number,
        "frequency": "1" if once else "N/A", "bank_name": _BANK,
        "created_at": "2026-01-01 12:00:00",
        "expiry_date": "2026-01-01 13:00:00" if once else "N/A",
        "note": f"Please make a bank transfer to {body.get('narration')}",
        "amount": f"{to_pay / 100:.2f}" if to_pay is not None else None,
    }  # fmt: skip
    return {"status": "success", "message": "Virtual account created", "data": data}


# --- webhooks ----------------------------------------------------------------------------------


def tell(floor: Floor, payment: Payment) -> None:
    """`charge.completed`, payment after payment in the next of the schemes that are on."""
    data = _transaction(floor, payment)
    _tell(floor, _scheme(floor, payment), "charge.completed", data)


def tell_lies(floor: Floor, payment: Payment) -> None:
    """Two webhooks of somebody else's: one signed by a guess, and one who has seen `verif-hash`
    and claims a hundred times the amount."""
    data = _transaction(floor, payment)
    lie = {**data, "amount": data["amount"] * 100}
    body = json.dumps({"event": "charge.completed", "data": lie}).encode()
    for secret in ("0" * 40, floor.settings.flutterwave_webhook_hash):
        floor.callbacks.tell_signed(WEBHOOK, body, ("verif-hash", secret))


def tell_refund(floor: Floor, payment: Payment) -> None:
    """`refund.completed`."""
    external_id = str(payment.id)
    data = _refund(external_id, floor.book.noted(REFUNDS)[external_id])
    _tell(floor, _scheme(floor, payment), "refund.completed", data)


def _tell(floor: Floor, scheme: str, event: str, data: dict[str, Any]) -> None:
    secret = floor.settings.flutterwave_webhook_hash
    if scheme == "verif-hash":
        kind = _EVENT_TYPES.get(str(data.get("payment_type")), "REFUND")
        body = json.dumps({"event": event, "data": data, "event.type": kind}).encode()
        floor.callbacks.tell_signed(WEBHOOK, body, (scheme, secret))
        return
    newer = {**data, "id": str(data["id"])}
    if "tx_ref" in newer:
        newer["reference"] = newer.pop("tx_ref")
    body = json.dumps({"webhook_id": f"wbk_{data['id']}", "type": event, "data": newer}).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    floor.callbacks.tell_signed(WEBHOOK, body, (scheme, base64.b64encode(digest).decode()))


def _scheme(floor: Floor, payment: Payment) -> str:
    schemes = floor.settings.flutterwave_schemes
    return schemes[floor.book.payments(NAME).index(payment) % len(schemes)]


# --- the parts of an answer --------------------------------------------------------------------


def _verified(floor: Floor, payment: Payment) -> dict[str, Any]:
    data = _transaction(floor, payment)
    if str(payment.id) in floor.book.noted(REFUNDS):
        data["status"] = "reversed"
    return data


def _waiting_of(floor: Floor, tx_ref: str) -> dict[str, Any] | None:
    """There is no transaction at an account before somebody pays into it."""
    asked = charge(floor, tx_ref)
    return waiting(asked) if asked is not None and asked.id else None


def _transaction(floor: Floor, payment: Payment) -> dict[str, Any]:
    asked = charge(floor, payment.reference)
    on_top = asked.on_top_minor if asked else 0
    kind = asked.payment_type if asked else "bank_transfer"
    return {
        "id": payment.id, "tx_ref": payment.reference, "flw_ref": f"10003323{payment.id}",
        "device_fingerprint": "N/A", "amount": _major(payment.amount_minor),
        "currency": payment.currency, "charged_amount": _major(payment.amount_minor + on_top),
        "app_fee": _major(payment.fee_minor or on_top), "merchant_fee": 0,
        "processor_response": "success", "auth_model": "AUTH", "ip": "127.0.0.1",
        "narration": "NexusTop", "status": "successful", "payment_type": kind,
        "created_at": _time(payment.at), "account_id": 20937,
        "amount_settled": _major(payment.amount_minor - payment.fee_minor),
        "customer": {"id": 1, "name": "A CUSTOMER", "email": asked.email if asked else "N/A"},
        "meta": {"originatoraccountnumber": "0********0", "bankname": "Zenith Bank"},
    }  # fmt: skip


def _refund(external_id: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": kept["id"], "account_id": 20937, "tx_id": int(external_id),
        "flw_ref": f"URF_{external_id}", "wallet_id": 74639,
        "amount_refunded": _major(kept["amount_minor"]), "status": "completed",
        "destination": "payment_source", "meta": {"source": "availablebalance"},
        "created_at": _time(kept["at"]),
    }  # fmt: skip


def _major(minor: int) -> int | float:
    """As Flutterwave writes it: 100, but 101.4."""
    return minor / 100 if minor % 100 else minor // 100


def _time(at: str) -> str:
    return datetime.fromisoformat(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _within(at: str, asked: Mapping[str, str]) -> bool:
    day = datetime.fromisoformat(at).astimezone(_LAGOS).date().isoformat()
    return asked.get("from", day) <= day <= asked.get("to", day)
