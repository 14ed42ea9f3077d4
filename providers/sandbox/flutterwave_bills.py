"""Flutterwave's bills as documented: categories, billers, items, payment, status, callback.

Sources: developer.flutterwave.com/docs/bill-payment and, of flutterwaveinc.mintlify.app, the pages
api-reference/bill-payments/*; `data.status` of the status call is from older samples of it.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from providers.sandbox.book import Vend
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import Plan, operator_at, plans_of

NAME = "flutterwave"
CALLBACK = "/webhooks/flutterwave/bills"
_NETWORKS = {"mtn-ng": "MTN", "airtel-ng": "AIRTEL", "glo-ng": "GLO", "t2-ng": "9MOBILE"}
_AIRTIME = {"BIL099": "mtn-ng", "BIL100": "airtel-ng", "BIL102": "glo-ng", "BIL103": "t2-ng"}
_DATA = {"BIL108": "mtn-ng", "BIL110": "airtel-ng", "BIL109": "glo-ng", "BIL111": "t2-ng"}
_BILLERS = {"AIRTIME": _AIRTIME, "MOBILEDATA": _DATA}
_THEIRS = "CF-FLYAPI-"
_WORDS = {"delivered": "successful", "failed": "failed", "pending": "pending"}
_Answer = Response | tuple[Response, int]


def blueprint(floor: Floor) -> Blueprint:
    """`/flutterwave/v3/...`, beside the payments."""
    routes = Blueprint("sandbox_flutterwave_bills", __name__, url_prefix="/flutterwave/v3")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        wanted = f"Bearer {floor.settings.flutterwave_secret_key}"
        if request.headers.get("Authorization") == wanted:
            return None
        return _error("Invalid authorization key", 401)

    @routes.get("/top-bill-categories")
    def categories() -> Response:
        rows = [{"code": code, "name": code.title(), "country_code": "NG"} for code in _BILLERS]
        return _said("Bill categories fetched", rows)

    @routes.get("/bills/<category>/billers")
    def billers(category: str) -> Response:
        rows = [
            {"biller_code": code, "name": f"{_NETWORKS[operator]} {category}", "country_code": "NG"}
            for code, operator in _BILLERS.get(category, {}).items()
        ]
        return _said("Billers fetched", rows)

    @routes.get("/billers/<biller>/items")
    def items(biller: str) -> Response:
        return _said("Items fetched", _items(biller))

    @routes.post("/billers/<biller>/items/<item>/payment")
    def pay(biller: str, item: str) -> _Answer:
        return _pay(floor, biller, item)

    @routes.get("/bills/<reference>")
    def status(reference: str) -> _Answer:
        found = floor.book.find(NAME, reference.removeprefix(_THEIRS))
        return _error("Bill not found", 404) if found is None else _status(found)

    @routes.get("/balances/NGN")
    def balance() -> Response:
        left = floor.float_left_minor(NAME) / 100
        data = {"currency": "NGN", "available_balance": left, "ledger_balance": left}
        return _said("Wallet balance fetched", data)

    return routes


def _items(biller: str) -> list[dict[str, Any]]:
    if biller in _AIRTIME:
        name = f"{_NETWORKS[_AIRTIME[biller]]} AIRTIME"
        return [_item(biller, f"AT{biller[3:]}", name, 0, is_airtime=True, validity_period=None)]
    return [
        _item(biller, plan.slug, _plan_name(plan), plan.price_minor / 100,
              is_airtime=False, validity_period=str(plan.days))
        for plan in plans_of(_DATA.get(biller, ""))
    ]  # fmt: skip


def _item(biller: str, code: str, name: str, amount: float, **more: Any) -> dict[str, Any]:
    return {
        "biller_code": biller, "item_code": code, "name": name, "amount": amount, "fee": 0,
        "default_commission": 0.03, "commission_on_fee": False, "country": "NG",
        "label_name": "Mobile Number", **more,
    }  # fmt: skip


def _plan_name(plan: Plan) -> str:
    return f"{_NETWORKS[plan.operator]} {plan.slug.split('-')[0].upper()} data bundle"


# --- sales -------------------------------------------------------------------------------------


def _pay(floor: Floor, biller: str, item: str) -> _Answer:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer: _Answer = Response("", 503)
    if course.received:
        answer = _sell(floor, course, biller, item, request.get_json(silent=True) or {})
    return floor.faulty(course.answer) or answer


def _sell(
    floor: Floor, course: Course, biller: str, item: str, body: dict[str, Any]
) -> _Answer:  # fmt: skip
    reference, customer = str(body.get("reference", "")), str(body.get("customer_id", ""))
    amount = body.get("amount")
    amount_minor = amount * 100 if isinstance(amount, int) else 0
    sold = next((one for one in _items(biller) if one["item_code"] == item), None)
    if floor.book.find(NAME, reference):
        return _error("Duplicate reference", 400)
    if sold is None:
        return _error("Invalid biller or item selected", 400)
    if amount_minor <= 0 or (sold["amount"] and amount_minor != round(sold["amount"] * 100)):
        return _error("Amount not accepted for this item", 400)
    msisdn = "+234" + customer.removeprefix("+234").removeprefix("0")
    product = "airtime" if sold["is_airtime"] else f"data {item}"
    bought = vend(NAME, reference, _THEIRS + reference, msisdn, product, amount_minor, "NGN")
    if course.declined or operator_at(msisdn) != (_AIRTIME | _DATA)[biller]:
        bought.state = "failed"
        floor.book.accept(bought)
        return _error("Invalid customer id", 400)
    if amount_minor > floor.float_left_minor(NAME):
        return _error("Insufficient funds in your wallet", 400)
    floor.book.accept(bought)
    return _finish(floor, course, bought, sold["name"], _callback_path(body))


def _callback_path(body: dict[str, Any]) -> str:
    """Where it wants to be called back; bills without a wish go to the usual door."""
    return urlsplit(str(body.get("callback_url", ""))).path or CALLBACK


def _finish(floor: Floor, course: Course, bought: Vend, network: str, path: str) -> Response:
    """Paid at once and told, or pending and told later."""
    if course.forged:
        floor.callbacks.tell_json(path, _event(bought, network, "success"))

    def done() -> None:
        floor.book.settle(NAME, bought.reference, course.final)
        word = "success" if course.final == "delivered" else "fail"
        for _ in range(course.told):
            floor.callbacks.tell_json(path, _event(bought, network, word))

    if course.slow:
        answer = _paid(bought, network)
        floor.later.after(floor.settings.pending_seconds, done)
        return answer
    if course.early:
        floor.book.settle(NAME, bought.reference, course.final)
        floor.callbacks.tell_now(path, _event(bought, network, "success"))
    else:
        done()
    return _paid(bought, network)


# --- answers -----------------------------------------------------------------------------------


def _paid(bought: Vend, network: str) -> Response:
    data: dict[str, Any] = {
        "phone_number": bought.msisdn, "amount": bought.amount_minor // 100, "network": network,
        "code": "200", "tx_ref": bought.external_id, "reference": f"BPUSSD{bought.reference}",
        "batch_reference": None, "recharge_token": None, "fee": 0,
    }  # fmt: skip
    if bought.state == "pending":
        data |= {"code": "202", "status": "pending"}
    return _said("Bill payment successful", data)


def _status(bought: Vend) -> Response:
    return _said(
        "Bill status fetch successful",
        {
            "currency": "NGN", "customer_id": bought.msisdn, "frequency": "One Time",
            "amount": f"{bought.amount_minor / 100:.4f}", "fee": 0, "product": bought.product,
            "commission": 0, "transaction_date": datetime.now(UTC).isoformat(), "country": "NG",
            "customer_reference": bought.reference, "tx_ref": bought.external_id, "extra": None,
            "status": _WORDS[bought.state],
        },
    )  # fmt: skip


def _event(bought: Vend, network: str, word: str) -> dict[str, object]:
    return {
        "event": "singlebillpayment.status", "event.type": "SingleBillPayment",
        "data": {
            "customer": bought.msisdn, "amount": bought.amount_minor // 100, "network": network,
            "tx_ref": bought.external_id, "flw_ref": f"BPUSSD{bought.reference}",
            "batch_reference": None, "customer_reference": bought.reference, "status": word,
            "message": "Bill Payment was completed successfully", "reference": None,
        },
    }  # fmt: skip


def _said(message: str, data: object) -> Response:
    return jsonify(status="success", message=message, data=data)


def _error(message: str, status: int) -> tuple[Response, int]:
    return jsonify(status="error", message=message, data=None), status
