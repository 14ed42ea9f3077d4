"""Africa's Talking Insights, SIM swap: queued at once, answered by callback.

Numbers that end in 77 were swapped yesterday, all others never. Sources: the official SDK
(Insights.py) and, for the callback, providers/sim_swap/africastalking/README.md.
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, jsonify, request

from providers.sandbox.floor import Floor

NAME = "africastalking"
SWAPPED = "77"
_CALLBACK = "/webhooks/africastalking/sim-swap"


def blueprint(floor: Floor) -> Blueprint:
    """`/africastalking/insights/...`."""
    routes = Blueprint("sandbox_insights", __name__, url_prefix="/africastalking/insights")

    @routes.post("/v1/sim-swap")
    def sim_swap() -> Response | tuple[Response, int]:
        if not request.headers.get("apiKey"):
            return Response("The supplied authentication is invalid", 401)
        course = floor.faults.next(NAME, "sim_swap")
        numbers = (request.get_json(silent=True) or {}).get("phoneNumbers")
        if not isinstance(numbers, list) or not numbers:
            return jsonify(errorMessage="phoneNumbers is required"), 400
        transaction_id = floor.new_id("ATTid_")
        responses = []
        for number in map(str, numbers):
            request_id = "None" if course.declined else floor.new_id("ATSwpid_")
            status = "InvalidPhoneNumber" if course.declined else "Queued"
            responses.append(
                {"phoneNumber": number, "requestId": request_id, "status": status,
                 "cost": "NGN 5.0000"}
            )  # fmt: skip
            if course.received and not course.declined:
                _tell(floor, number, request_id, transaction_id, course.told)
                if course.forged:
                    floor.callbacks.tell_json(_CALLBACK, _word("77", "ATSwpid_forged", "forged"))
        body = jsonify(status="Queued", transactionId=transaction_id, responses=responses)
        return floor.faulty(course.answer) or (body, 200)

    return routes


def _tell(floor: Floor, number: str, request_id: str, transaction_id: str, times: int) -> None:
    word = _word(number, request_id, transaction_id)
    for _ in range(times):
        floor.callbacks.tell_json(_CALLBACK, word, after=floor.settings.delivery_seconds)


def _word(number: str, request_id: str, transaction_id: str) -> dict[str, object]:
    swapped = number.endswith(SWAPPED)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%d-%m-%Y")
    return {
        "status": "Swapped" if swapped else "NotSwapped",
        "lastSimSwapDate": yesterday if swapped else "01-01-1900",
        "providerRefId": f"sandbox-{request_id[-8:]}", "requestId": request_id,
        "transactionId": transaction_id,
    }  # fmt: skip
