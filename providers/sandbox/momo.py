"""MTN MoMo Collections as documented: token, requesttopay, its status, the balance, the callback.

Source: momodeveloper.mtn.com, Collections API and api-documentation (callback, common-error).
"""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from providers.sandbox import prompts
from providers.sandbox.book import Prompt
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor

NAME = "momo"
_DECIMALS = {"GHS": 2, "UGX": 0, "RWF": 0}
_REASONS = {
    "cancelled": "APPROVAL_REJECTED",
    "wrong_pin": "COULD_NOT_PERFORM_TRANSACTION",
    "insufficient": "NOT_ENOUGH_FUNDS",
}


def blueprint(floor: Floor) -> Blueprint:
    """`/momo/collection/...`."""
    routes = Blueprint("sandbox_momo", __name__, url_prefix="/momo/collection")
    tokens: set[str] = set()

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        if not request.headers.get("Ocp-Apim-Subscription-Key"):
            return jsonify(statusCode=401, message="Access denied due to missing key"), 401
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if request.path.endswith("/token/") or (scheme == "Bearer" and token in tokens):
            return None
        return jsonify(error="invalid_token"), 401

    @routes.post("/token/")
    def token() -> tuple[Response, int] | Response:
        signed_in = request.authorization
        if signed_in is None or not (signed_in.username and signed_in.password):
            return jsonify(error="invalid_client"), 401
        tokens.add(made := floor.new_id("mm"))
        return jsonify(access_token=made, token_type="access_token", expires_in=3600)  # noqa: S106 - a kind, no secret

    @routes.post("/v1_0/requesttopay")
    def request_to_pay() -> tuple[Response, int] | Response:
        course = floor.faults.next(NAME, "payments")
        floor.later.pause(floor.faults.latency_seconds(NAME))
        answer: tuple[Response, int] | Response = Response("", 503)
        if course.received:
            answer = _request(floor, course, request.get_json(silent=True) or {})
        return floor.faulty(course.answer) or answer

    @routes.get("/v1_0/requesttopay/<reference_id>")
    def status(reference_id: str) -> tuple[Response, int] | Response:
        prompt = floor.book.find_prompt(NAME, reference_id)
        if prompt is None:
            return _error("RESOURCE_NOT_FOUND", "Requested resource was not found.", 404)
        return jsonify(_told(prompt))

    @routes.get("/v1_0/account/balance")
    def balance() -> Response:
        taken = sum(payment.amount_minor for payment in floor.book.payments(NAME))
        return jsonify(availableBalance=str(taken), currency="UGX")

    return routes


def customer_pays(floor: Floor, reference: str, amount_minor: int | None) -> bool:
    """The customer enters the MoMo PIN; False when nothing is open that can be paid so."""
    return prompts.pays(floor, NAME, reference, amount_minor, _told)


def _request(floor: Floor, course: Course, body: dict[str, Any]) -> tuple[Response, int]:
    reference_id = request.headers.get("X-Reference-Id", "")
    currency, payer = str(body.get("currency", "")), body.get("payer") or {}
    minor = _minor(str(body.get("amount", "")), currency)
    if not request.headers.get("X-Target-Environment"):
        return _error("NOT_ALLOWED_TARGET_ENVIRONMENT", "Access to target environment is "
                      "forbidden.", 500)  # fmt: skip
    if currency not in _DECIMALS:
        return _error("INVALID_CURRENCY", "Currency not supported.", 500)
    if not _is_uuid4(reference_id) or minor is None or payer.get("partyIdType") != "MSISDN":
        return _error("BAD_REQUEST", "Invalid data was sent in the request.", 400)
    if course.declined:
        return _error("NOT_ALLOWED", "Authorization failed. Insufficient permissions.", 500)
    prompt = Prompt(
        NAME, reference_id, str(body.get("externalId", "")), f"+{payer.get('partyId')}", minor,
        currency, request.headers.get("X-Callback-Url", ""), course.told,
    )  # fmt: skip
    if not prompts.show(floor, prompt, course, _told):
        return _error("RESOURCE_ALREADY_EXIST",
                      "Duplicated reference id. Creation of resource failed.", 409)  # fmt: skip
    return Response("", 202), 202


def _minor(amount: str, currency: str) -> int | None:
    try:
        minor = Decimal(amount).scaleb(_DECIMALS.get(currency, 2))
    except InvalidOperation:
        return None
    return int(minor) if minor.is_finite() and minor > 0 and minor == int(minor) else None


def _is_uuid4(text: str) -> bool:
    try:
        return UUID(text).version == 4
    except ValueError:
        return False


def _told(prompt: Prompt) -> dict[str, Any]:
    """The answer to a status and, word for word, the callback."""
    amount = Decimal(prompt.amount_minor).scaleb(-_DECIMALS[prompt.currency])
    told: dict[str, Any] = {
        "externalId": prompt.reference, "amount": str(amount), "currency": prompt.currency,
        "payer": {"partyIdType": "MSISDN", "partyId": prompt.msisdn.removeprefix("+")},
        "payerMessage": "", "payeeNote": "",
    }  # fmt: skip
    if prompt.state == "pending":
        return told | {"status": "PENDING"}
    if prompt.state == prompts.PAID:
        return told | {"financialTransactionId": prompt.receipt, "status": "SUCCESSFUL"}
    reason = _REASONS[prompt.state]
    return told | {"status": "FAILED", "reason": {"code": reason, "message": reason}}


def _error(code: str, message: str, status: int) -> tuple[Response, int]:
    return jsonify(code=code, message=message), status
