"""Africa's Talking mobile data as documented: request, look-up, wallet, and its status callback.

Sources: africastalking-python MobileData.py; docs.africastalking.com/payments/notification. Plans
are the stock's, each by its size and validity.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.domain.money import Money
from providers import plan_files
from providers.sandbox.book import Vend
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import PLANS, Plan, operator_at, plans_of

NAME = "africastalking_data"
STATUS = "/webhooks/africastalking/data/status"
_DAYS = {"Day": 1, "Week": 7, "Month": 30}
_VALIDITY = {days: name for name, days in _DAYS.items()}
_WORDS = {"pending": "Queued", "delivered": "Success", "failed": "Failed"}


def blueprint(floor: Floor) -> Blueprint:
    """`/africastalking/...`, the bundles host's paths."""
    routes = Blueprint("sandbox_africastalking_data", __name__, url_prefix="/africastalking")

    @routes.before_request
    def _signed_in() -> Response | None:
        if not request.headers.get("apiKey"):
            return Response("The supplied authentication is invalid", 401)
        return None

    @routes.post("/mobile/data/request")
    def data() -> Response:
        return _data(floor)

    @routes.get("/query/transaction/find")
    def find() -> Response:
        return _find(floor, request.args.get("transactionId", ""))

    @routes.get("/query/wallet/balance")
    def balance() -> Response:
        left = Money(floor.float_left_minor(NAME), "NGN")
        return jsonify(status="Success", balance=f"NGN {left.decimal()}00")

    return routes


def plan_file() -> str:
    """What is sold here, as AFRICASTALKING_PLANS wants it."""
    return plan_files.write(
        (one.operator, f"{one.size_mb}/MB/{_VALIDITY[one.days]}", "direct", one.size_mb, one.days,
         one.price_minor)
        for one in PLANS
    )  # fmt: skip


def _data(floor: Floor) -> Response:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    body = request.get_json(silent=True) or {}
    entries: list[dict[str, Any]] = []
    if course.received:
        entries = [_sell(floor, course, one) for one in body.get("recipients", [])[:25]]
    answer = jsonify(entries=entries)
    answer.status_code = 201
    return floor.faulty(course.answer) or answer


def _sell(floor: Floor, course: Course, wanted: dict[str, Any]) -> dict[str, Any]:
    msisdn = str(wanted.get("phoneNumber", ""))
    plan = _plan(operator_at(msisdn), wanted)
    if course.declined or plan is None:
        return {"phoneNumber": msisdn, "provider": "Unknown", "status": "InvalidRequest",
                "errorMessage": "Invalid unit or validity", "value": "NGN 0"}  # fmt: skip
    transaction_id = floor.new_id("ATPid_")
    key = request.headers.get("Idempotency-Key") or transaction_id
    known = floor.book.find(NAME, key)
    if known is None:
        known = vend(NAME, key, transaction_id, msisdn, f"data {plan.operator} {plan.slug}",
                     plan.price_minor, plan.currency)  # fmt: skip
        floor.book.note("bundles", transaction_id, {"key": key, "asked": wanted})
        _finish(floor, course, known, floor.accept(known, course))
    return {
        "phoneNumber": msisdn, "provider": plan.operator, "status": "Queued",
        "transactionId": known.external_id, "value": _value(known),
    }  # fmt: skip


def _plan(operator: str | None, wanted: dict[str, Any]) -> Plan | None:
    quantity, unit = wanted.get("quantity"), wanted.get("unit")
    if operator is None or not isinstance(quantity, int) or unit not in {"MB", "GB"}:
        return None
    asked = quantity * (1024 if unit == "GB" else 1), _DAYS.get(str(wanted.get("validity")))
    return next((one for one in plans_of(operator) if (one.size_mb, one.days) == asked), None)


def _finish(floor: Floor, course: Course, bought: Vend, wait: float) -> None:
    if course.forged:
        floor.callbacks.tell_json(STATUS, _told(bought, "Success"))
    word = _told(bought, _WORDS[course.final])
    if course.early:
        floor.book.settle(NAME, bought.reference, course.final)
        floor.callbacks.tell_now(STATUS, word)
        return

    def done() -> None:
        floor.book.settle(NAME, bought.reference, course.final)
        for _ in range(course.told):
            floor.callbacks.tell_json(STATUS, word)

    floor.later.after(wait, done)


def _told(bought: Vend, status: str) -> dict[str, object]:
    return {
        "transactionId": bought.external_id, "category": "MobileData", "status": status,
        "destination": bought.msisdn, "value": _value(bought),
    }  # fmt: skip


def _find(floor: Floor, transaction_id: str) -> Response:
    noted = floor.book.noted("bundles").get(transaction_id)
    found = floor.book.find(NAME, noted["key"]) if noted else None
    if noted is None or found is None:
        return jsonify(status="Failure", errorMessage="No such transaction")
    return jsonify(
        status="Success",
        data={
            "transactionId": transaction_id, "category": "MobileData", "destination": found.msisdn,
            "status": _WORDS[found.state], "value": _value(found),
            "requestMetadata": noted["asked"].get("metadata", {}),
        },
    )  # fmt: skip


def _value(bought: Vend) -> str:
    return f"{bought.currency} {Money(bought.amount_minor, bought.currency).decimal()}"
