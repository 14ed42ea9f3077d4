"""Baxi as documented: airtime, data bundles and their list, re-query, balance.

Sources: developers.onafriq.com/docs (response-1, purchase-data-bundle-1); the re-query's path and
parameter as public code has them. Failures have an HTTP status of their own and a code.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers.sandbox.book import Vend
from providers.sandbox.faults import Answer, Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import operator_at, plans_of

NAME = "baxi"
_SERVICES = {"mtn": "mtn-ng", "airtel": "airtel-ng", "glo": "glo-ng", "9mobile": "t2-ng"}
_SAID = {
    "BX0002": ("Transaction does not exist", 404),
    "BX0003": ("Invalid request parameters data", 400),
    "BX0005": ("Baxi request date is too old, use the current GMT date.", 400),
    "BX0011": ("Invalid Bearer String, expected keyword Baxi or API key", 401),
    "BX0021": ("Transaction status unknown: Please query to confirm final status", 503),
    "BX0023": ("Duplicate Agent Transaction Reference", 400),
    "BX0026": ("Requested biller service does not exist", 400),
    "EXC00102": ("Not enough funds were available to complete the exchange.", 400),
    "EXC00125": ("The exchange request is not valid.", 400),
}
_Answer = Response | tuple[Response, int]


def blueprint(floor: Floor) -> Blueprint:
    """`/baxi/api/baxipay/...`."""
    routes = Blueprint("sandbox_baxi", __name__, url_prefix="/baxi/api/baxipay")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        if not request.headers.get("x-api-key"):
            return _error("BX0011")
        return None if request.headers.get("Baxi-date") else _error("BX0005")

    @routes.post("/services/airtime/request")
    def airtime() -> _Answer:
        return _request(floor, data=False)

    @routes.post("/services/databundle/request")
    def databundle() -> _Answer:
        return _request(floor, data=True)

    @routes.post("/services/databundle/bundles")
    def bundles() -> _Answer:
        body = request.get_json(silent=True) or {}
        service = str(body.get("service_type", ""))
        return _said(_bundles(service)) if service in _SERVICES else _error("BX0026")

    @routes.get("/superagent/transaction/requery")
    def requery() -> _Answer:
        found = floor.book.find(NAME, request.args.get("agentReference", ""))
        return _error("BX0002") if found is None else _transaction(found)

    @routes.get("/superagent/account/balance")
    def balance() -> Response:
        return _said({"balance": floor.float_left_minor(NAME) / 100})

    return routes


def _bundles(service: str) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{_size(plan.slug)} - {plan.days} days", "allowance": _size(plan.slug),
            "price": plan.price_minor // 100, "validity": f"{plan.days} days",
            "datacode": plan.slug,
        }
        for plan in plans_of(_SERVICES[service])
    ]  # fmt: skip


def _size(slug: str) -> str:
    return slug.split("-")[0].upper()


def _request(floor: Floor, *, data: bool) -> _Answer:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer: _Answer = Response("", 503)
    if course.received:
        answer = _sell(floor, course, request.get_json(silent=True) or {}, data=data)
    return floor.faulty(course.answer) or answer


def _sell(floor: Floor, course: Course, body: dict[str, Any], *, data: bool) -> _Answer:
    reference, phone = str(body.get("agentReference", "")), str(body.get("phone", ""))
    service, datacode = str(body.get("service_type", "")), str(body.get("datacode", ""))
    refusal = _refusal(floor, body, datacode if data else "")
    if refusal:
        return _error(refusal)
    msisdn = "+234" + phone.removeprefix("0")
    product = f"data {datacode}" if data else "airtime"
    kobo = body["amount"] * 100
    bought = vend(NAME, reference, floor.new_id(""), msisdn, product, kobo, "NGN")
    if course.declined or operator_at(msisdn) != _SERVICES[service]:
        bought.state = "failed"
        floor.book.accept(bought)
        return _error("EXC00125")
    floor.book.accept(bought)
    if course.slow:
        answer = _transaction(bought)
        floor.later.after(
            floor.settings.pending_seconds,
            lambda: floor.book.settle(NAME, reference, course.final),
        )
        return answer
    floor.book.settle(NAME, reference, course.final)
    return _error("BX0021") if course.answer is Answer.AMBIGUOUS else _transaction(bought)


def _refusal(floor: Floor, body: dict[str, Any], datacode: str) -> str:
    """The code of the rule that refuses the purchase; empty when it is accepted."""
    amount, service = body.get("amount"), str(body.get("service_type"))
    phone, reference = str(body.get("phone", "")), str(body.get("agentReference", ""))
    if service not in _SERVICES:
        return "BX0026"
    if not isinstance(amount, int) or amount <= 0 or not reference or not body.get("agentId"):
        return "BX0003"
    if not phone.isdigit() or len(phone) != 11:
        return "BX0003"
    if floor.book.find(NAME, reference):
        return "BX0023"
    if datacode and amount not in {
        one["price"] for one in _bundles(service) if one["datacode"] == datacode
    }:
        return "BX0003"
    return "EXC00102" if amount * 100 > floor.float_left_minor(NAME) else ""


def _transaction(bought: Vend) -> Response:
    inner = {"delivered": "success"}.get(bought.state, bought.state)
    number = "0" + bought.msisdn.removeprefix("+234")
    data = {
        "statusCode": "0" if bought.state == "delivered" else "1", "transactionStatus": inner,
        "transactionReference": bought.external_id,
        "transactionMessage": f"{bought.product} {inner} on {number}",
    }  # fmt: skip
    return _said(data, "pending" if bought.state == "pending" else "success")


def _said(data: object, status: str = "success") -> Response:
    return jsonify(status=status, message="Successful", code=200, data=data)


def _error(code: str) -> tuple[Response, int]:
    message, status = _SAID[code]
    return jsonify(status="error", message=message, code=code), status
