"""Idempotency-Key: same key and body, same answer; other body, a problem.

The digest of a body is made under the server's key and leaves the PIN out: with a PIN in it, a
digest could be guessed. A code that is sent after it was asked for makes no other body either.
"""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from flask import Response, current_app, request

from app.db.errors import DatabaseUnavailable
from app.domain.api_callers import ApiCaller
from app.services.api.once import AtWork, Before, Keyed, OtherBody, Turn, begin, keep, release
from app.web.api.desk import ApiDesk
from app.web.api.problems import Problem

HEADER = "Idempotency-Key"
KEY_PARAMETER = {
    "in": "header", "name": HEADER, "required": True,
    "description": "Yours, fresh for each wish, and the same when it is repeated.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "0f6c1c52-b1d5-4ad4-9f0e-6f1d",
}  # fmt: skip
NOT_ONCE = (
    "idempotency_key_missing", "idempotency_key_reused", "in_progress", "invalid_header",
)  # fmt: skip
"""What can be wrong with a key."""
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_SECRET_FIELDS = frozenset({"pin", "code", "code_from"})
Act = Callable[[str, Turn], tuple[int, dict[str, Any]]]


def once(desk: ApiDesk, who: ApiCaller, body: Mapping[str, Any], act: Act) -> Response:
    """What `act` answers to this request, or what was answered before. `act` is given the session
    by which what it does is known, and its turn; it raises Problem when it did nothing."""
    keyed = _keyed(desk, who, body)
    match turn := begin(desk.context, keyed):
        case Before(status, answer):
            return _response(status, json.dumps(answer), {REPLAYED: "true"})
        case OtherBody():
            raise Problem("idempotency_key_reused")
        case AtWork():
            raise Problem("in_progress", retry_after=1)
    try:
        status, made = act(keyed.session, turn)
    except Problem:
        release(desk.context, keyed, turn, refused=True)
        raise
    except Exception:
        # Perhaps it was done: a repeat looks. Without the database it waits until this is stale.
        with suppress(DatabaseUnavailable):
            release(desk.context, keyed, turn, refused=False)
        raise
    text = current_app.json.dumps(made)
    keep(desk.context, keyed, turn, status, text)
    return _response(status, text, {})


def _keyed(desk: ApiDesk, who: ApiCaller, body: Mapping[str, Any]) -> Keyed:
    key = request.headers.get(HEADER, "")
    if not key:
        raise Problem("idempotency_key_missing")
    if not _KEY.fullmatch(key):
        raise Problem("invalid_header", "An Idempotency-Key has 1 to 255 printable characters.")
    shown = {name: str(value) for name, value in body.items() if name not in _SECRET_FIELDS}
    asked = json.dumps([request.method, request.path, shown], sort_keys=True)
    caller, key_digest, digest = who.name, _hmac(desk, key), _hmac(desk, asked)
    session = f"{caller}:{_hmac(desk, key_digest.hex() + digest.hex()).hex()[:32]}"
    return Keyed(caller, key_digest, digest, session)


def _hmac(desk: ApiDesk, text: str) -> bytes:
    return hmac.digest(desk.key, text.encode(), sha256)


def _response(status: int, text: str, headers: Mapping[str, str]) -> Response:
    return Response(text, status, headers, content_type="application/json")
