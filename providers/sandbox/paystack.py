"""Paystack as documented: dedicated accounts, charges, verification, refunds, signed webhooks.

Sources: paystack.com/docs pages payments/dedicated-virtual-accounts, api/dedicated-virtual-account,
payments/payment-channels, api/charge, api/transaction, api/refund, payments/refunds,
payments/webhooks. Its fee here: 1 %, at most NGN 300 (dedicated accounts).
"""

import hashlib
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers.sandbox import faults
from providers.sandbox.book import BankAccount, Charge, now
from providers.sandbox.floor import Floor
from providers.sandbox.paystack_payments import (
    BANK,
    NAME,
    Answered,
    customer,
    number_like,
    receive,
    refunds,
    take_back,
    tell,
    transaction,
    transactions,
    verify,
)

__all__ = ["NAME", "agree", "blueprint", "take_back", "transfer_arrives"]

_USSD_TYPES = {"737", "919", "822", "966"}
_OUR_MARK = "nx-"


def blueprint(floor: Floor) -> Blueprint:
    """`/paystack/...`."""
    routes = Blueprint("sandbox_paystack", __name__, url_prefix="/paystack")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        if request.headers.get("Authorization") == f"Bearer {floor.settings.paystack_secret_key}":
            return None
        return jsonify(status=False, message="Invalid key"), 401

    for method, path, act in _ROUTES:
        routes.add_url_rule(path, f"{method} {path}", partial(act, floor), methods=[method])
    return routes


def transfer_arrives(floor: Floor, account: BankAccount, amount_minor: int, currency: str) -> str:
    """Somebody transfers money into an account; its reference. The webhook follows. An account for
    one charge takes its amount only: anything else goes back at once."""
    charge = floor.book.charge_at(NAME, account.number)
    if charge is not None:
        if amount_minor == charge.amount_minor and agree(floor, charge.reference, None):
            return charge.reference
        data = {"reference": charge.reference, "amount": amount_minor, "currency": currency}
        tell(floor, "bank.transfer.rejected", data)
        return charge.reference
    course = floor.faults.next(NAME, "payments")
    reference = secrets.token_hex(10)
    receive(floor, reference, account.number, amount_minor, currency, "dedicated_nuban", course)
    return reference


def agree(floor: Floor, reference: str, amount_minor: int | None) -> bool:
    """The customer dials and agrees; the charge is paid, once."""
    for known_as in (reference, _OUR_MARK + reference):
        charge = floor.book.agree(NAME, known_as)
        if charge is not None:
            course = faults.course(NAME, "payments", charge.course)
            paid = amount_minor or charge.amount_minor * course.percent_paid // 100
            receive(
                floor, known_as, charge.account_number, paid, charge.currency, charge.method, course
            )
            return True
    return False


# --- accounts and charges --------------------------------------------------------------------


def _assign(floor: Floor) -> Answered:
    body = _body()
    missing = [name for name in ("email", "first_name", "last_name", "phone", "preferred_bank",
                                 "country") if not body.get(name)]  # fmt: skip
    if missing:
        return jsonify(status=False, message=f"{missing[0]} is required"), 400
    email = str(body["email"])
    account = floor.book.account_for(NAME, email, number_like("99", email))
    tell(
        floor, "dedicatedaccount.assign.success",
        {
            "customer": customer(account),
            "dedicated_account": {
                "bank": BANK, "account_name": f"NEXUSTOP/{body['last_name']}",
                "account_number": account.number, "assigned": True, "currency": "NGN",
                "active": True,
            },
            "identification": {"status": "success"},
        },
        after=floor.settings.delivery_seconds,
    )  # fmt: skip
    return jsonify(status=True, message="Assign dedicated account in progress")


def _requery(floor: Floor) -> Response:
    number = request.args.get("account_number", "")
    for payment in floor.book.payments(NAME):
        if payment.account_number == number:
            tell(floor, "charge.success", transaction(floor, payment))
    return jsonify(status=True, message="Requery successful")


def _charge_method(body: dict[str, Any]) -> str:
    """Of a charge; empty when it names none that is known."""
    ussd = body.get("ussd")
    if isinstance(ussd, dict) and str(ussd.get("type")) in _USSD_TYPES:
        return "ussd"
    return "bank_transfer" if isinstance(body.get("bank_transfer"), dict) else ""


def _charge(floor: Floor) -> Answered:
    return _start(floor, _body(), _charge_method(_body()))


def _initialize(floor: Floor) -> Answered:
    return _start(floor, _body(), "link")


def _start(floor: Floor, body: dict[str, Any], method: str) -> Answered:
    fault = floor.faults.next_name(NAME, "payments")
    course = faults.course(NAME, "payments", fault)
    reference, email = str(body.get("reference") or ""), str(body.get("email") or "")
    amount = str(body.get("amount") or "")
    if not course.received:
        return floor.faulty(course.answer) or Response("", 503)
    if not (reference and email and method and amount.isdigit() and int(amount)):
        return jsonify(status=False, message="Invalid charge", code="invalid_params"), 400
    if course.declined:
        return jsonify(status=False, message="Charge declined", code="declined"), 400
    account_number = number_like("98", reference) if method == "bank_transfer" else ""
    charge = Charge(
        NAME, reference, reference, email, method, int(amount), str(body.get("currency") or "NGN"),
        account_number, fault, now(),
    )  # fmt: skip
    if not floor.book.start(charge):
        return jsonify(status=False, message="Duplicate Transaction Reference",
                       code="duplicate_reference"), 400  # fmt: skip
    if account_number:
        floor.book.account_for(NAME, reference, account_number)
    if floor.settings.agrees_after_seconds is not None and method != "bank_transfer":
        wait = floor.settings.agrees_after_seconds
        floor.later.after(wait, lambda: agree(floor, reference, None))
    return floor.faulty(course.answer) or _started(charge, body)


def _started(charge: Charge, body: dict[str, Any]) -> Response:
    if charge.method == "link":
        access = hashlib.sha256(charge.reference.encode()).hexdigest()[:15]
        data: dict[str, Any] = {
            "authorization_url": f"https://checkout.paystack.test/{access}", "access_code": access,
            "reference": charge.reference,
        }  # fmt: skip
        return jsonify(status=True, message="Authorization URL created", data=data)
    data = {"reference": charge.reference, "amount": charge.amount_minor}
    if charge.method == "ussd":
        code = f"*{body['ussd']['type']}*33*4*{int(number_like('', charge.reference)) % 100_000}#"
        data |= {
            "status": "pay_offline", "ussd_code": code,
            "display_text": f"Please dial {code} on your mobile phone to complete the transaction",
        }  # fmt: skip
    else:
        data |= {
            "status": "pending_bank_transfer", "account_name": "PAYSTACK CHECKOUT", "bank": BANK,
            "account_number": charge.account_number,
            "display_text": "Please make a transfer to the account specified",
            "account_expires_at": body["bank_transfer"].get("account_expires_at"),
        }  # fmt: skip
    return jsonify(status=True, message="Charge attempted", data=data)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


_ROUTES: tuple[tuple[str, str, Callable[..., Answered]], ...] = (
    ("POST", "/dedicated_account/assign", _assign),
    ("GET", "/dedicated_account/requery", _requery),
    ("POST", "/charge", _charge),
    ("POST", "/transaction/initialize", _initialize),
    ("GET", "/transaction/verify/<reference>", verify),
    ("GET", "/transaction", transactions),
    ("GET", "/refund", refunds),
)
