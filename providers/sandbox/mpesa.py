"""Safaricom's Daraja as documented: token, M-Pesa Express, its query and its callback.

Source: developer.safaricom.co.ke, pages Authorization, M-Pesa Express (simulate), M-Pesa Express
Query. It asks one thing at a time of a handset.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request

from providers.sandbox import prompts
from providers.sandbox.book import Prompt
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor

NAME = "mpesa"
_EAST_AFRICA_TIME = ZoneInfo("Africa/Nairobi")
_RESULTS = {
    prompts.PAID: (0, "The service request is processed successfully."),
    "cancelled": (1032, "Request cancelled by user."),
    "wrong_pin": (2001, "The initiator information is invalid."),
    "insufficient": (1, "The balance is insufficient for the transaction."),
}
_MOST_SHILLINGS = 250_000


def blueprint(floor: Floor) -> Blueprint:
    """`/mpesa/oauth/...` and `/mpesa/mpesa/...`."""
    routes = Blueprint("sandbox_mpesa", __name__, url_prefix="/mpesa")
    tokens: set[str] = set()

    @routes.get("/oauth/v1/generate")
    def generate() -> tuple[Response, int] | Response:
        signed_in = request.authorization
        if signed_in is None or not (signed_in.username and signed_in.password):
            return _error("400.008.01", "Invalid Authentication passed", 400)
        tokens.add(token := floor.new_id("mp"))
        return jsonify(access_token=token, expires_in="3599")

    @routes.before_request
    def _token() -> tuple[Response, int] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if request.path.startswith("/mpesa/oauth/") or (scheme == "Bearer" and token in tokens):
            return None
        return _error("404.001.03", "Invalid Access Token", 404)

    @routes.post("/mpesa/stkpush/v1/processrequest")
    def push() -> tuple[Response, int] | Response:
        course = floor.faults.next(NAME, "payments")
        floor.later.pause(floor.faults.latency_seconds(NAME))
        answer: tuple[Response, int] | Response = Response("", 503)
        if course.received:
            answer = _push(floor, course, request.get_json(silent=True) or {})
        return floor.faulty(course.answer) or answer

    @routes.post("/mpesa/stkpushquery/v1/query")
    def query() -> tuple[Response, int] | Response:
        return _query(floor, request.get_json(silent=True) or {})

    return routes


def customer_pays(floor: Floor, reference: str, amount_minor: int | None) -> bool:
    """The customer enters the M-Pesa PIN; False when nothing is open that can be paid so."""
    return prompts.pays(floor, NAME, reference, amount_minor, _callback)


def _push(floor: Floor, course: Course, body: dict[str, Any]) -> tuple[Response, int] | Response:
    wrong = _wrong(body)
    if wrong:
        return _error("400.002.02", f"Bad Request - Invalid {wrong}", 400)
    msisdn = f"+{body['PhoneNumber']}"
    if course.declined or prompts.is_busy(floor, NAME, msisdn):
        return _error(
            "500.001.1001", "Unable to lock subscriber, a transaction is already in process", 500
        )
    prompt = Prompt(
        NAME, floor.new_id("ws_CO_"), str(body["AccountReference"]), msisdn,
        int(body["Amount"]) * 100, "KES", str(body["CallBackURL"]), course.told,
    )  # fmt: skip
    prompts.show(floor, prompt, course, _callback)
    return jsonify(
        MerchantRequestID=_merchant_id(prompt), CheckoutRequestID=prompt.id, ResponseCode="0",
        ResponseDescription="Success. Request accepted for processing",
        CustomerMessage="Success. Request accepted for processing",
    )  # fmt: skip


def _query(floor: Floor, body: dict[str, Any]) -> tuple[Response, int] | Response:
    if not _signed(body):
        return _error("400.002.02", "Bad Request - Invalid Password", 400)
    prompt = floor.book.find_prompt(NAME, str(body.get("CheckoutRequestID", "")))
    if prompt is None:
        return _error("400.002.02", "Bad Request - Invalid CheckoutRequestID", 400)
    if prompt.state == "pending":
        return _error("500.001.1001", "The transaction is being processed", 500)
    code, text = _RESULTS[prompt.state]
    return jsonify(
        ResponseCode="0",
        ResponseDescription="The service request has been accepted successsfully",
        MerchantRequestID=_merchant_id(prompt), CheckoutRequestID=prompt.id, ResultCode=str(code),
        ResultDesc=text,
    )  # fmt: skip


def _wrong(body: dict[str, Any]) -> str:
    """The first field that isn't as documented; empty when all are."""
    amount = str(body.get("Amount", ""))
    rules = {
        "Password": _signed(body),
        "TransactionType": body.get("TransactionType") == "CustomerPayBillOnline",
        "Amount": amount.isdigit() and 0 < int(amount) <= _MOST_SHILLINGS,
        "PhoneNumber": re.fullmatch(r"254[17]\d{8}", str(body.get("PhoneNumber", ""))) is not None,
        "PartyA": body.get("PartyA") == body.get("PhoneNumber"),
        "PartyB": body.get("PartyB") == body.get("BusinessShortCode"),
        "CallBackURL": str(body.get("CallBackURL", "")).startswith("http"),
        "AccountReference": 0 < len(str(body.get("AccountReference", ""))) <= 12,
        "TransactionDesc": 0 < len(str(body.get("TransactionDesc", ""))) <= 13,
    }
    return next((name for name, holds in rules.items() if not holds), "")


def _signed(body: dict[str, Any]) -> bool:
    """Short code, pass key and the time it is in Nairobi, in base64."""
    at, code = str(body.get("Timestamp", "")), str(body.get("BusinessShortCode", ""))
    try:
        plain = b64decode(str(body.get("Password", "")), validate=True).decode()
        local = datetime.strptime(at, "%Y%m%d%H%M%S").replace(tzinfo=_EAST_AFRICA_TIME)
    except (NotBase64, ValueError):
        return False
    near = abs((datetime.now(UTC) - local).total_seconds()) < 3600
    return near and plain.startswith(code) and plain.endswith(at) and len(plain) > len(code + at)


def _callback(prompt: Prompt) -> dict[str, Any]:
    code, text = _RESULTS[prompt.state]
    told: dict[str, Any] = {
        "MerchantRequestID": _merchant_id(prompt), "CheckoutRequestID": prompt.id,
        "ResultCode": code, "ResultDesc": text,
    }  # fmt: skip
    if prompt.state == prompts.PAID:
        receipt = b64encode(prompt.receipt.encode()).decode()[:10].upper()
        told["CallbackMetadata"] = {
            "Item": [
                {"Name": "Amount", "Value": prompt.amount_minor / 100},
                {"Name": "MpesaReceiptNumber", "Value": receipt},
                {"Name": "TransactionDate",
                 "Value": int(datetime.now(_EAST_AFRICA_TIME).strftime("%Y%m%d%H%M%S"))},
                {"Name": "PhoneNumber", "Value": int(prompt.msisdn.removeprefix("+"))},
            ]
        }  # fmt: skip
    return {"Body": {"stkCallback": told}}


def _merchant_id(prompt: Prompt) -> str:
    return f"29115-{prompt.id[-8:]}-1"


def _error(code: str, message: str, status: int) -> tuple[Response, int]:
    return jsonify(requestId="11728-2929992-1", errorCode=code, errorMessage=message), status
