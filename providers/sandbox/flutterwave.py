"""Flutterwave v3 as documented: virtual accounts, USSD charges, verification, lists, refunds.

Sources: developer.flutterwave.com pages v3.0/docs/ngn-virtual-accounts, v3.0/docs/ussd,
v3.0/docs/transaction-verification, v3.0/docs/refunds. Its fee here: 1.4 %, at most NGN 2,000; on
top of the amount at a one-time account, out of it elsewhere.
"""

import hashlib
import secrets
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers.sandbox import flutterwave_words as words
from providers.sandbox.book import BankAccount, Payment, now
from providers.sandbox.faults import USUAL, Course
from providers.sandbox.floor import Floor
from providers.sandbox.flutterwave_words import CHARGES, NAME, REFUNDS, Charge

_MOST_FEE_MINOR = 2_000_00
_DIALS = {"044": "901", "011": "894", "058": "737", "033": "919", "232": "822", "057": "966"}
_Answer = Response | tuple[Response, int]


def blueprint(floor: Floor) -> Blueprint:
    """`/flutterwave/v3/...`."""
    routes = Blueprint("sandbox_flutterwave", __name__, url_prefix="/flutterwave/v3")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        wanted = f"Bearer {floor.settings.flutterwave_secret_key}"
        if request.headers.get("Authorization") == wanted:
            return None
        return _error("Invalid authorization key", 401)

    @routes.post("/virtual-account-numbers")
    def accounts() -> _Answer:
        return _suffering(floor, partial(_account, floor))

    @routes.post("/charges")
    def charges() -> _Answer:
        return _suffering(floor, partial(_ussd, floor))

    @routes.get("/transactions/<external_id>/verify")
    def verify(external_id: str) -> _Answer:
        return _found(words.by_id(floor, external_id))

    @routes.get("/transactions/verify_by_reference")
    def verify_by_reference() -> _Answer:
        return _found(words.by_reference(floor, request.args.get("tx_ref", "")))

    @routes.get("/transactions")
    def transactions() -> Response:
        return _page(words.listed(floor, request.args), "Transactions fetched")

    @routes.get("/refunds")
    def refunds() -> Response:
        return _page(words.refunds(floor, request.args), "Refunds fetched")

    @routes.post("/transactions/<external_id>/resend-hook")
    def resend(external_id: str) -> _Answer:
        for payment in floor.book.payments(NAME):
            if str(payment.id) == external_id:
                words.tell(floor, payment)
                return jsonify(status="success", message="hook sent successfully", data="hook sent")
        return _error("No transaction was found for this id", 404)

    return routes


def transfer_arrives(floor: Floor, account: BankAccount, amount_minor: int, currency: str) -> str:
    """Somebody transfers money into a virtual account; the transaction's id. A webhook follows."""
    course = floor.faults.next(NAME, "payments")
    charge = words.charge(floor, account.email)
    return str(_receive(floor, course, account.email, charge, amount_minor, currency).id)


def customer_pays(floor: Floor, reference: str, amount_minor: int | None) -> bool:
    """The customer agrees to a charge, known by `tx_ref` or by what follows its `nx-`; pays
    `amount_minor`, or what was asked; False when none is waiting under it."""
    charge = words.charge(floor, reference) or words.charge(floor, f"nx-{reference}")
    if charge is None or charge.state != "pending":
        return False
    usual = charge.course == USUAL
    course = floor.faults.next(NAME, "payments") if usual else charge.course
    _pay(floor, charge, course, amount_minor)
    return True


def take_back(floor: Floor, external_id: str, amount_minor: int | None = None) -> bool:
    """A payment is reversed, whole; a webhook follows. False when there is none, or it was reversed
    before, or only a part of it should go back, which isn't played here."""
    for payment in floor.book.payments(NAME):
        whole = amount_minor in {None, payment.amount_minor}
        known = str(payment.id) == external_id
        if known and whole and external_id not in floor.book.noted(REFUNDS):
            refund = {"id": secrets.randbelow(10**8), "amount_minor": payment.amount_minor,
                      "at": now()}  # fmt: skip
            floor.book.note(REFUNDS, external_id, refund)
            words.tell_refund(floor, payment)
            return True
    return False


# --- requests ----------------------------------------------------------------------------------


def _suffering(floor: Floor, act: Any) -> _Answer:
    """A request that costs money, with what the next fault makes of it."""
    course = floor.faults.next(NAME, "payments")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer: _Answer = Response("", 503)
    if course.declined:
        answer = _error("Transaction declined by provider", 400)
    elif course.received:
        answer = act(course, request.get_json(silent=True) or {})
    return floor.faulty(course.answer) or answer


def _account(floor: Floor, course: Course, body: dict[str, Any]) -> _Answer:
    missing = [name for name in ("email", "tx_ref", "phonenumber") if not body.get(name)]
    if missing:
        return _error(f"{missing[0]} is required", 400)
    permanent = body.get("is_permanent") is True
    if permanent and not str(body.get("bvn", "")).isdigit():
        return _error("BVN or NIN is required for static account number", 400)
    tx_ref = str(body["tx_ref"])
    digest = int(hashlib.sha256(tx_ref.encode()).hexdigest(), 16)
    number = f"{78 if permanent else 79}{digest % 10**8:08d}"
    if permanent:
        account = floor.book.account_for(NAME, tx_ref, number)
        return jsonify(words.account_opened(account.number, body, None))
    return _one_time_account(floor, course, body, number)


def _one_time_account(floor: Floor, course: Course, body: dict[str, Any], number: str) -> _Answer:
    amount_minor = _minor(body.get("amount"))
    if amount_minor <= 0:
        return _error("amount should be greater than 0", 400)
    if words.charge(floor, str(body["tx_ref"])):
        return _error("Duplicate transaction reference", 400)
    account = floor.book.account_for(NAME, str(body["tx_ref"]), number)
    fee = _fee(amount_minor)
    charge = Charge(
        str(body["tx_ref"]), 0, "bank_transfer", amount_minor, fee, account.number,
        str(body["email"]), now(), course=course,
    )  # fmt: skip
    _start(floor, charge)
    return jsonify(words.account_opened(account.number, body, amount_minor + fee))


def _ussd(floor: Floor, course: Course, body: dict[str, Any]) -> _Answer:
    if request.args.get("type") != "ussd":
        return _error("Invalid charge type", 400)
    missing = [name for name in ("tx_ref", "account_bank", "amount", "currency", "email")
               if not body.get(name)]  # fmt: skip
    if missing:
        return _error(f"{missing[0]} is required", 400)
    amount_minor, tx_ref = _minor(body["amount"]), str(body["tx_ref"])
    if amount_minor <= 0 or body["currency"] != "NGN":
        return _error("amount or currency not accepted", 400)
    if words.charge(floor, tx_ref):
        return _error("Duplicate transaction reference", 400)
    charge = Charge(
        tx_ref, 10**9 + secrets.randbelow(10**9), "ussd", amount_minor, 0, "",
        str(body["email"]), now(), course=course,
    )  # fmt: skip
    _start(floor, charge)
    dial = f"*{_DIALS.get(str(body['account_bank']), '889')}*000*{charge.id}#"
    return jsonify(
        status="success", message="Charge initiated",
        data={**words.waiting(charge), "payment_code": str(charge.id)},
        meta={"authorization": {"mode": "ussd", "note": dial}},
    )  # fmt: skip


def _start(floor: Floor, charge: Charge) -> None:
    """It waits for the customer, who agrees by himself after a while."""
    _keep(floor, charge)

    def agree() -> None:
        waiting = words.charge(floor, charge.tx_ref)
        if waiting is not None and waiting.state == "pending":
            _pay(floor, waiting, charge.course, None)

    if floor.settings.agrees_after_seconds is not None:
        floor.later.after(floor.settings.agrees_after_seconds, agree)


# --- money -------------------------------------------------------------------------------------


def _pay(floor: Floor, charge: Charge, course: Course, amount_minor: int | None) -> None:
    asked = charge.amount_minor + charge.on_top_minor
    paid = amount_minor or asked * course.percent_paid // 100
    _receive(floor, course, charge.tx_ref, charge, paid, "NGN")


def _receive(
    floor: Floor, course: Course, tx_ref: str, charge: Charge | None, charged_minor: int,
    currency: str,
) -> Payment:  # fmt: skip
    """Into the book, then told as the course says."""
    on_top = min(charge.on_top_minor, charged_minor - 1) if charge else 0
    amount_minor = charged_minor - on_top
    fee = 0 if on_top else _fee(amount_minor)
    payment = Payment(
        NAME, (charge.id if charge else 0) or 10**9 + secrets.randbelow(10**9), tx_ref,
        charge.account_number if charge else "", amount_minor, fee, currency, now(),
    )  # fmt: skip
    floor.book.receive(payment)
    if charge is not None:
        _keep(floor, replace(charge, state="paid"))
    if course.forged:
        words.tell_lies(floor, payment)
    for _ in range(course.told):
        words.tell(floor, payment)
    if course.taken_back:
        act = partial(take_back, floor, str(payment.id))
        floor.later.after(floor.settings.taken_back_after_seconds, act)
    return payment


def _keep(floor: Floor, charge: Charge) -> None:
    floor.book.note(CHARGES, charge.tx_ref, asdict(charge))


def _fee(amount_minor: int) -> int:
    return min((amount_minor * 14 + 500) // 1000, _MOST_FEE_MINOR)


def _minor(amount: object) -> int:
    try:
        return round(float(str(amount)) * 100)
    except (ValueError, OverflowError):
        return 0


# --- answers -----------------------------------------------------------------------------------


def _found(data: dict[str, Any] | None) -> _Answer:
    if data is None:
        return _error("No transaction was found for this id", 400)
    return jsonify(status="success", message="Transaction fetched successfully", data=data)


def _page(rows: list[dict[str, Any]], message: str) -> Response:
    page, size = int(request.args.get("page") or 1), words.PAGE
    info = {"total": len(rows), "current_page": page, "total_pages": -(-len(rows) // size)}
    data = rows[(page - 1) * size : page * size]
    return jsonify(status="success", message=message, meta={"page_info": info}, data=data)


def _error(message: str, status: int) -> tuple[Response, int]:
    return jsonify(status="error", message=message, data=None), status
