"""Africa's Talking as documented: SMS, airtime, balance.

Sources: docs.africastalking.com (sms/sending, airtime, idempotentrequests), help.africastalking.com
6151516, and what the official SDK sends.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.domain.money import MINOR_DIGITS, Money
from providers.sandbox.book import Sms, now
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend

NAME = "africastalking"
SAME_RECIPIENT_SECONDS = 300.0
_AIRTIME = "/webhooks/africastalking/airtime"
_SMS = "/sms/africastalking"


def blueprint(floor: Floor) -> Blueprint:
    """`/africastalking/...`."""
    routes = Blueprint("sandbox_africastalking", __name__, url_prefix="/africastalking")

    @routes.before_request
    def _signed_in() -> Response | None:
        if not request.headers.get("apiKey"):
            return Response("The supplied authentication is invalid", 401)
        return None

    @routes.get("/version1/user")
    def user() -> Response:
        left = floor.float_left_minor(NAME)
        return jsonify(UserData={"balance": f"NGN {left // 100}.{left % 100:02d}"})

    @routes.post("/version1/messaging")
    def messaging() -> Response:
        return _messaging(floor)

    @routes.post("/version1/airtime/send")
    def airtime() -> Response:
        return _airtime(floor)

    return routes


# --- SMS ---------------------------------------------------------------------------------------


def _messaging(floor: Floor) -> Response:
    course = floor.faults.next(NAME, "sms")
    to, text = request.form.get("to", ""), request.form.get("message", "")
    if course.received and not course.declined:
        message_id = floor.new_id("ATXid_")
        floor.book.add_sms(Sms(to, request.form.get("from", ""), text, now()))
        floor.callbacks.tell_form(
            f"{_SMS}/delivery",
            {"id": message_id, "status": "Success", "phoneNumber": to, "networkCode": "62130"},
            after=floor.settings.report_seconds,
        )
        recipient = _recipient(101, to, "Success", "NGN 4.0000", message_id)
    else:
        recipient = _recipient(406, to, "UserInBlacklist", "0", "None")
    return floor.faulty(course.answer) or _json(
        {"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [recipient]}}, 201
    )


def _recipient(code: int, to: str, status: str, cost: str, message_id: str) -> dict[str, object]:
    return {
        "statusCode": code, "number": to, "status": status, "cost": cost, "messageId": message_id,
    }  # fmt: skip


# --- airtime -----------------------------------------------------------------------------------


def _airtime(floor: Floor) -> Response:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    body: dict[str, Any] = {}
    if course.received:
        try:
            [recipient] = json.loads(request.form.get("recipients", ""))
            currency, value = recipient["amount"].split(" ")
            amount_minor = int(Decimal(value).scaleb(MINOR_DIGITS[currency]))
            body = _sell(floor, course, recipient["phoneNumber"], amount_minor, currency)
        except (ValueError, KeyError, TypeError, InvalidOperation):
            body = _nothing("Bad request: recipients")
    return floor.faulty(course.answer) or _json(body, 201)


def _sell(
    floor: Floor, course: Course, msisdn: str, amount_minor: int, currency: str
) -> dict[str, Any]:
    """Validate, then book, then answer; the phone gets it later and the callback says so."""
    key = request.headers.get("Idempotency-Key", "")
    if course.declined:
        return _one(msisdn, amount_minor, currency, "Failed", "None", "Invalid Phone Number")
    if key and floor.book.find(NAME, key):
        return _one(msisdn, amount_minor, currency, "Failed", "None", "A duplicate request")
    if floor.bought_within(SAME_RECIPIENT_SECONDS, NAME, msisdn, str(amount_minor)):
        why = "A duplicate request was received within the last 5 minutes"
        return _one(msisdn, amount_minor, currency, "Failed", "None", why)
    if amount_minor > floor.float_left_minor(NAME):
        return _nothing("Insufficient balance")
    request_id = floor.new_id("ATQid_")
    if not _validated(floor, request_id, msisdn, amount_minor, currency):
        return _one(msisdn, amount_minor, currency, "Failed", "None", "Validation failed")
    if course.booked:
        floor.remember(NAME, msisdn, str(amount_minor))
        wait = floor.accept(
            vend(NAME, key or request_id, request_id, msisdn, "airtime", amount_minor, currency),
            course,
        )
        _finish(floor, course, key or request_id, request_id, msisdn, wait)
    return _one(msisdn, amount_minor, currency, "Sent", request_id, "None")


def _validated(
    floor: Floor, transaction_id: str, msisdn: str, amount_minor: int, currency: str
) -> bool:
    answer = floor.callbacks.ask(
        f"{_AIRTIME}/validation",
        {
            "transactionId": transaction_id, "phoneNumber": msisdn,
            "sourceIpAddress": "127.0.0.1", "currencyCode": currency,
            "amount": _written(amount_minor, currency, 2),
        },
    )  # fmt: skip
    return answer is not None and answer.get("status") == "Validated"


def _finish(
    floor: Floor, course: Course, reference: str, request_id: str, msisdn: str, wait: float
) -> None:
    if course.forged:
        floor.callbacks.tell_json(f"{_AIRTIME}/status", _word("ATQid_forged", msisdn, "Success"))
    word = _word(request_id, msisdn, "Success" if course.final == "delivered" else "Failed")
    if course.early:
        floor.book.settle(NAME, reference, course.final)
        floor.callbacks.tell_now(f"{_AIRTIME}/status", word)
        return

    def done() -> None:
        floor.book.settle(NAME, reference, course.final)
        for _ in range(course.told):
            floor.callbacks.tell_json(f"{_AIRTIME}/status", word)

    floor.later.after(wait, done)


def _word(request_id: str, msisdn: str, status: str) -> dict[str, object]:
    return {
        "phoneNumber": msisdn, "description": f"Airtime: {status}", "status": status,
        "requestId": request_id, "discount": "NGN 0.0000", "value": "NGN 0.0000",
    }  # fmt: skip


def _one(
    msisdn: str, amount_minor: int, currency: str, status: str, request_id: str, error: str
) -> dict[str, Any]:
    amount = f"{currency} {_written(amount_minor, currency, 4)}"
    return {
        "errorMessage": "None", "numSent": int(status == "Sent"), "totalAmount": amount,
        "totalDiscount": f"{currency} 0.0000",
        "responses": [
            {"phoneNumber": msisdn, "errorMessage": error, "amount": amount, "status": status,
             "requestId": request_id, "discount": f"{currency} 0.0000"}
        ],
    }  # fmt: skip


def _written(amount_minor: int, currency: str, decimals: int) -> str:
    return f"{Decimal(Money(amount_minor, currency).decimal()):.{decimals}f}"


def _nothing(error: str) -> dict[str, Any]:
    return {"errorMessage": error, "numSent": 0, "totalAmount": "0", "totalDiscount": "0",
            "responses": []}  # fmt: skip


def _json(body: dict[str, Any], status: int) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    return answer
