"""Identity look-ups as documented (see providers/identity/aggregator): the number says what comes.

Ending in 0: no such number. In 9: the first two questions about it get no answer. In 8: registered
with another phone. Any other: a match, its holder's name spelt from the last two digits.
"""

from collections import Counter
from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers.sandbox.floor import Floor

NAME = "identity"
_UNANSWERED = 2
_OTHER_PHONE = "08099999999"
_WORDS = "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE".split()


def blueprint(floor: Floor) -> Blueprint:
    """`/identity/...`."""
    routes = Blueprint("sandbox_identity", __name__, url_prefix="/identity")
    asked: Counter[str] = Counter()

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        if request.headers.get("token") == floor.settings.identity_api_key:
            return None
        return jsonify(success=False, statusCode=401, message="Invalid token"), 401

    @routes.post("/v2/api/identity/ng/<any(bvn, nin):document>")
    def look_up(document: str) -> tuple[Response, int] | Response:
        faulty = floor.faulty(floor.faults.next(NAME, "identity").answer)
        if faulty is not None:
            return faulty
        body = request.get_json(silent=True) or {}
        number = str(body.get("id", ""))
        if body.get("isSubjectConsent") is not True or not (len(number) == 11 and number.isdigit()):
            return jsonify(success=False, statusCode=400, message="id or consent is wrong"), 400
        asked[number] += 1
        if number.endswith("9") and asked[number] <= _UNANSWERED:
            return jsonify(success=False, statusCode=503, message="try later"), 503
        return jsonify(
            success=True, statusCode=200, message="success", links=[],
            data=_answer(document, number, body.get("metadata") or {}),
        )  # fmt: skip

    return routes


def _answer(document: str, number: str, metadata: dict[str, Any]) -> dict[str, object]:
    about = {"type": document, "idNumber": number, "country": "NG", "isConsent": True}
    if number.endswith("0"):
        return {**about, "status": "not_found", "reason": None}
    phone = _OTHER_PHONE if number.endswith("8") else metadata.get("msisdn")
    return {
        **about, "status": "found", "reason": None, "firstName": _WORDS[int(number[-2])],
        "middleName": None, "lastName": _WORDS[int(number[-1])], "mobile": phone,
        "dateOfBirth": "1990-01-01", "allValidationPassed": True,
    }  # fmt: skip
