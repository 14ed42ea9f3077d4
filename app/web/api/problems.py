"""Problem details (RFC 9457): the one table of what can be wrong, and how it is answered.

A code never changes its meaning; docs/api.md lists them all (`nexustop api problems`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from app.db.errors import DatabaseUnavailable
from app.domain.errors import PinsBusy
from app.observability.logging import logger, where

ROOT = "/api"
MEDIA_TYPE = "application/problem+json"
_log = logger("api")


@dataclass(frozen=True, slots=True)
class Kind:
    """`advice` tells a programmer what it means and what to do."""

    status: int
    title: str
    advice: str


PROBLEMS: dict[str, Kind] = {
    # --- what was sent
    "invalid_body": Kind(
        422, "The body can't be used",
        "It isn't JSON, or a field is missing, unknown or of the wrong kind: `errors` names them.",
    ),
    "invalid_query": Kind(
        422, "The query can't be used", "A parameter is unknown or wrong: `errors` names them."
    ),
    "invalid_header": Kind(422, "A header can't be used", "`detail` says which, and why."),
    "not_json": Kind(415, "Not JSON", "Send `Content-Type: application/json`."),
    "too_large": Kind(413, "Too large", "A body may have 64 KB."),
    "not_found": Kind(404, "Not here", "There is no such thing, or it isn't the caller's."),
    "method_not_allowed": Kind(405, "Not by this method", "The header Allow says by which."),
    "idempotency_key_missing": Kind(
        400, "No Idempotency-Key",
        "Send one, fresh for each wish, the same when it is repeated.",
    ),
    "idempotency_key_reused": Kind(
        422, "This Idempotency-Key is of something else",
        "It came before with another body. Nothing was done.",
    ),
    "in_progress": Kind(
        409, "Still at work", "The first request with this Idempotency-Key isn't answered yet."
    ),
    "pin_not_allowed": Kind(
        422, "No PIN with an API key", "A merchant's float pays; a subscriber's PIN is never sent."
    ),
    "endpoint_off": Kind(
        409, "Nothing is sent there now", "The endpoint is off, or what you ask for waits already."
    ),
    # --- who sent it
    "not_signed_in": Kind(401, "Not signed in", "Send `Authorization: Bearer <access token>`."),
    "invalid_token": Kind(401, "Not a good token", "It isn't ours, or its sign-in has ended."),
    "token_expired": Kind(401, "The token is too old", "Get another one at /api/auth/token."),
    "wrong_code": Kind(
        401, "Not a good code",
        "It is wrong, was used, is older than 5 minutes, or was tried 5 times. Ask for another.",
    ),
    "not_allowed": Kind(403, "Not allowed", "This key or token may not do that."),
    # --- what was wanted
    "wrong_pin": Kind(
        403, "Wrong PIN", "`tries_left` says how many more are looked at before a day's pause."
    ),
    "pin_locked": Kind(
        403, "No PIN is looked at now", "Until `until`; without one, until somebody unlocks it."
    ),
    "must_change_pin": Kind(403, "The PIN must be changed first", "By dialling the short code."),
    "insufficient_funds": Kind(
        402, "Not enough money", "`balance_minor` is there, `price_minor` is wanted."
    ),
    "limit_reached": Kind(
        403, "Over a limit", "`left_minor` may still be spent: the limits of the subscriber's tier."
    ),
    "too_fast": Kind(429, "Too often in a short time", "Wait as long as Retry-After says."),
    "price_changed": Kind(
        409, "It costs more by now",
        "Nothing was bought. Show `price_minor`, then send it as `said_minor`.",
    ),
    "price_not_said": Kind(
        422, "The price must be said",
        "It is paid in another currency: show `price_minor`, then send it as `said_minor`.",
    ),
    "plan_gone": Kind(409, "Not on sale", "There is no such plan any more: see /api/plans."),
    "operator_unknown": Kind(422, "Whose number it is isn't known", "Send `operator`."),
    "wrong_currency": Kind(
        422, "Another currency", "`currency` is that of the number's operator: see /api/operators."
    ),
    "client_reference_used": Kind(
        409, "This client_reference is of another purchase", "Nothing was bought."
    ),
    "not_sold_here": Kind(
        422, "Not sold", "The operator doesn't sell this, or not so much or so little of it."
    ),
    "no_rate": Kind(409, "No exchange rate", "There is none that is good now. Try again later."),
    "needs_second_factor": Kind(
        403, "A second factor is wanted",
        "One of `kinds`. `list` or `app`: send the request again with `code` and `code_from`, of"
        " the list the code at `position`. `agent`: by dialling the short code.",
    ),
    "wrong_second_factor": Kind(
        403, "Wrong code", "`tries_left` says how many more are looked at before a day's pause."
    ),
    "second_factor_locked": Kind(
        403, "No code is looked at now", "Too many were wrong: none is for a day."
    ),
    "not_sent_here": Kind(
        422, "Can't be sent there",
        "Money is sent within one's own country, in its currency, and not to oneself.",
    ),
    "cannot_receive": Kind(
        409, "The recipient can't take it in", "Not so much, or not now. Nothing was sent."
    ),
    "not_waiting": Kind(409, "It doesn't wait any more", "Its recipient has it."),
    "no_cash_here": Kind(
        422, "No cash for this", "There is no such amount at agents, or not in this country."
    ),
    "no_such_agent": Kind(422, "No agent has this number", "Without `agent` any agent may pay."),
    "fee_changed": Kind(
        409, "The fee is higher", "Nothing was held. Show `fee_minor`, then send it."
    ),
    "no_money_in_here": Kind(
        422, "Can't be paid in so",
        "See /api/top-ups/ways: by which methods and banks, and how much.",
    ),
    "prompt_open": Kind(
        409, "A prompt waits on the handset already",
        "`id` and `amount_minor` are of that one. No second one was started.",
    ),
    "too_much_to_schedule": Kind(
        422, "Too much to be bought by itself", "For so much a second factor is wanted each time."
    ),
    "name_taken": Kind(409, "Another number has this name", "Nothing was changed."),
    "list_full": Kind(409, "The list is full", "Remove something first."),
    "balance_hidden": Kind(
        403, "Its owner hides the balance", "It isn't shown without the PIN: ask for `json`."
    ),
    "sim_swapped": Kind(
        403, "The SIM was changed lately", "Small amounts go; more in some days."
    ),
    "sim_unchecked": Kind(409, "The SIM is being checked", "Send it again in a moment."),
    "blocked": Kind(403, "The account is blocked", "Its owner blocked it, or staff did."),
    "refused": Kind(403, "Refused", "`why` says it in a word; asking again won't help."),
    # --- how often, and when
    "too_many_requests": Kind(429, "Too many requests", "Wait as long as Retry-After says."),
    "try_later": Kind(
        503, "Not now",
        "Try again with the same Idempotency-Key: what was done isn't done a second time.",
    ),
    "server_error": Kind(
        500, "Something went wrong", "It is logged. Ask for the purchase before it is tried again."
    ),
    "bad_request": Kind(400, "Can't be read", "The request isn't HTTP as it should be."),
}  # fmt: skip
_BY_STATUS = {
    400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
    415: "not_json", 429: "too_many_requests", 503: "try_later",
}  # fmt: skip
_OTHERS = ("bad_request", "server_error")
_CHALLENGES = {
    "not_signed_in": "Bearer",
    "wrong_code": "Bearer",
    "invalid_token": 'Bearer error="invalid_token"',
    "token_expired": 'Bearer error="invalid_token", error_description="expired"',
}


class Problem(Exception):
    """Answered as a problem; `detail` says it of this case, `more` are fields beside it. A time to
    wait (seconds, in `retry_after`) goes into the header Retry-After too."""

    def __init__(
        self, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.kind = PROBLEMS[code]
        self.detail = detail or self.kind.advice
        self.headers = dict(headers or {})
        self.more = more

    def body(self) -> dict[str, Any]:
        """As RFC 9457 has it."""
        return {
            "type": f"{ROOT}/problems/{self.code}", "title": self.kind.title,
            "status": self.kind.status, "detail": self.detail, "code": self.code, **self.more,
        }  # fmt: skip


def answer(problem: Problem) -> Response:
    """The problem as a response."""
    response = Response(
        current_app.json.dumps(problem.body()), problem.kind.status, content_type=MEDIA_TYPE
    )
    response.headers.update(problem.headers)
    if problem.code in _CHALLENGES:
        response.headers["WWW-Authenticate"] = _CHALLENGES[problem.code]
    if "retry_after" in problem.more:
        response.headers["Retry-After"] = str(problem.more["retry_after"])
    response.headers["Cache-Control"] = "no-store"
    return response


def answer_to(error: Exception) -> Response:
    """Whatever went wrong as a problem, without its details."""
    return answer(_problem_of(error))


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, DatabaseUnavailable | PinsBusy):
        return Problem("try_later", retry_after=1)
    if not isinstance(error, HTTPException):
        _log.error("request_failed", endpoint=request.endpoint or "", error=where(error))
        return Problem("server_error")
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    status = error.code or 500
    return Problem(_BY_STATUS.get(status) or _OTHERS[status >= 500], headers=headers)
