"""VTpass as documented: pay, requery, balance, variations, and its webhook.

Sources: vtpass.com/documentation (authentication, buying-services, re-query-services,
mtn-airtime-vtu-api, mtn-data, transaction-update-webhook-api).
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request

from providers.sandbox import vtpass_variations as variations
from providers.sandbox.book import Vend
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import operator_at

NAME = "vtpass"
SAME_RECIPIENT_SECONDS = 30.0
WEBHOOK = "/webhooks/vtpass"
_LAGOS = ZoneInfo("Africa/Lagos")
_ID_MAY_BE_OFF_BY = timedelta(minutes=30)
_AIRTIME = {"mtn": "mtn-ng", "airtel": "airtel-ng", "glo": "glo-ng", "etisalat": "t2-ng"}
_OPERATORS = _AIRTIME | {service: sold[0] for service, sold in variations.SERVICES.items()}
_SAID = {
    "000": "TRANSACTION SUCCESSFUL", "099": "TRANSACTION IS PROCESSING",
    "010": "VARIATION CODE DOES NOT EXIST", "011": "INVALID ARGUMENTS",
    "012": "PRODUCT DOES NOT EXIST", "013": "BELOW MINIMUM AMOUNT",
    "014": "REQUEST ID ALREADY EXIST", "015": "INVALID REQUEST ID", "018": "LOW WALLET BALANCE",
    "019": "LIKELY DUPLICATE TRANSACTION",
}  # fmt: skip


def blueprint(floor: Floor) -> Blueprint:
    """`/vtpass/api/...`."""
    routes = Blueprint("sandbox_vtpass", __name__, url_prefix="/vtpass/api")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        second = "public-key" if request.method == "GET" else "secret-key"
        if request.headers.get("api-key") and request.headers.get(second):
            return None
        return jsonify(code="087", response_description="INVALID CREDENTIALS"), 401

    @routes.get("/balance")
    def balance() -> Response:
        left = floor.float_left_minor(NAME)
        return jsonify(code=1, contents={"balance": left / 100})

    @routes.get("/service-variations")
    def service_variations() -> Response:
        service = request.args.get("serviceID", "")
        if service not in variations.SERVICES:
            return _code("012", "")
        return jsonify(variations.listed(service))

    @routes.post("/merchant-verify")
    def merchant_verify() -> Response:
        wanted = request.get_json(silent=True) or {}
        return jsonify(variations.smile_accounts(str(wanted.get("billersCode", ""))))

    @routes.post("/pay")
    def pay() -> Response:
        return _pay(floor)

    @routes.post("/requery")
    def requery() -> Response:
        reference = str((request.get_json(silent=True) or {}).get("request_id", ""))
        found = floor.book.find(NAME, reference)
        return _code("015", reference) if found is None else _transaction(found)

    return routes


def _pay(floor: Floor) -> Response:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer = Response("", 503)
    if course.received:
        answer = _sell(floor, course, request.get_json(silent=True) or {})
    return floor.faulty(course.answer) or answer


def _sell(floor: Floor, course: Course, body: dict[str, Any]) -> Response:
    reference = str(body.get("request_id", ""))
    service, phone = str(body.get("serviceID", "")), str(body.get("phone", ""))
    amount_minor = _price_minor(service, body)
    if amount_minor is None:
        return _code("010" if service in variations.SERVICES else "011", reference)
    refusal = _refusal(floor, reference, service, phone, amount_minor)
    if not refusal and service in variations.SERVICES:
        refusal = "" if body.get("billersCode") == variations.biller_of(service, phone) else "011"
    if refusal:
        return _code(refusal, reference)
    msisdn = "+234" + phone.removeprefix("0")
    bought = vend(NAME, reference, floor.new_id("VT"), msisdn, _product(service, body),
                  amount_minor, "NGN")  # fmt: skip
    if course.declined or operator_at(msisdn) not in {None, _OPERATORS[service]}:
        bought.state = "failed"
        floor.book.accept(bought)
        return _transaction(bought)
    floor.remember(NAME, service, phone)
    floor.book.accept(bought)
    return _finish(floor, course, bought)


def _price_minor(service: str, body: dict[str, Any]) -> int | None:
    """What it takes: of a plan its own price, whatever `amount` says; None when that can't be
    told."""
    if service in variations.SERVICES:
        plan = variations.sold_as(service, str(body.get("variation_code", "")))
        return plan.price_minor if plan else None
    try:
        return round(float(body.get("amount", 0)) * 100)
    except (TypeError, ValueError):
        return None


def _refusal(floor: Floor, reference: str, service: str, phone: str, amount_minor: int) -> str:
    """The code of the rule that refuses the purchase; empty when it is accepted."""
    if floor.book.find(NAME, reference):
        return "014"
    if not _well_formed(reference) or not phone.isdigit() or len(phone) != 11:
        return "011"
    if service not in _OPERATORS:
        return "012"
    if service in _AIRTIME and amount_minor < 5_000:
        return "013"
    if floor.bought_within(SAME_RECIPIENT_SECONDS, NAME, service, phone):
        return "019"
    return "018" if amount_minor > floor.float_left_minor(NAME) else ""


def _well_formed(reference: str) -> bool:
    """At least 12 characters, the first 12 the time in Lagos as YYYYMMDDHHmm."""
    head = reference[:12]
    if len(reference) < 12 or not reference.isalnum() or not (head.isascii() and head.isdigit()):
        return False
    try:
        at = datetime.strptime(head, "%Y%m%d%H%M").replace(tzinfo=_LAGOS)
    except ValueError:
        return False
    return abs(datetime.now(_LAGOS) - at) <= _ID_MAY_BE_OFF_BY


def _finish(floor: Floor, course: Course, bought: Vend) -> Response:
    """Delivered at once, or pending and told later."""
    if course.forged:
        floor.callbacks.tell_json(WEBHOOK, _update(bought, "delivered"))
    if course.early:
        floor.book.settle(NAME, bought.reference, course.final)
        floor.callbacks.tell_now(WEBHOOK, _update(bought, course.final))
    elif not course.slow:
        floor.book.settle(NAME, bought.reference, course.final)
    else:

        def done() -> None:
            floor.book.settle(NAME, bought.reference, course.final)
            for _ in range(course.told):
                floor.callbacks.tell_json(WEBHOOK, _update(bought, course.final))

        floor.later.after(floor.settings.pending_seconds, done)
    answer = _transaction(bought)
    if course.taken_back:
        floor.later.after(floor.settings.pending_seconds, lambda: _take_back(floor, bought))
    return answer


def _take_back(floor: Floor, bought: Vend) -> None:
    floor.book.undo(NAME, bought.reference)
    floor.callbacks.tell_json(WEBHOOK, _update(bought, "reversed"))


def _product(service: str, body: dict[str, Any]) -> str:
    """As the book names it: the same at every vendor."""
    if service in _AIRTIME:
        return "airtime"
    plan = variations.sold_as(service, str(body.get("variation_code", "")))
    return f"data {plan.operator} {plan.slug}" if plan else "data"


def _code(code: str, reference: str) -> Response:
    return jsonify(code=code, response_description=_SAID[code], requestId=reference, content={})


def _transaction(bought: Vend) -> Response:
    code = "099" if bought.state == "pending" else "000"
    return jsonify(
        code=code, response_description=_SAID[code], requestId=bought.reference,
        amount=bought.amount_minor / 100, transaction_date=bought.at, purchased_code="",
        content={"transactions": _inner(bought, bought.state)},
    )  # fmt: skip


def _inner(bought: Vend, state: str) -> dict[str, Any]:
    naira = bought.amount_minor / 100
    phone = "0" + bought.msisdn.removeprefix("+234")
    service = variations.SMILE if " smile-ng " in bought.product else ""
    return {
        "status": state, "product_name": bought.product,
        "unique_element": variations.biller_of(service, phone), "unit_price": naira,
        "quantity": 1, "commission": 0, "total_amount": naira, "transactionId": bought.external_id,
    }  # fmt: skip


def _update(bought: Vend, state: str) -> dict[str, object]:
    return {
        "type": "transaction-update",
        "data": {
            "code": "000", "response_description": _SAID["000"], "requestId": bought.reference,
            "amount": bought.amount_minor / 100,
            "content": {"transactions": _inner(bought, state)},
        },
    }  # fmt: skip
