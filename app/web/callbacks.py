"""Callbacks that aren't USSD: MO SMS, delivery reports, opt-outs, vendors' words.

What can't be read is answered 200 and logged: a gateway would only send it again. What can't be
stored is answered 503, so that it is sent again.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.db.errors import DatabaseUnavailable
from app.observability.logging import logger, where
from app.ports.channels import GatewayRequest, Unreadable
from app.web.access import Caller
from app.web.doors import Door, Lock

_log = logger("callbacks")

Parse = Callable[[str, bytes], Any]
"""Content type and body to a port's dataclass; raises the given error for anything unreadable."""


def sms_blueprint(
    gateway: str, lock: Lock,
    doors: dict[str, tuple[Callable[[GatewayRequest], Any], Callable[[Any], object]]],
    said: bytes, methods: tuple[str, ...],
) -> Blueprint:  # fmt: skip
    """`/sms/<gateway>/<name>` for each of `doors`: parse, handle, and `said` as plain text."""
    routes = Blueprint(f"sms_{gateway}", __name__)
    guarded = Door(routes, lock, Caller.GATEWAY)

    def answer(_: object) -> Response:
        return Response(said, 200, content_type="text/plain")

    for name, (parse, handle) in doors.items():
        view = _view(name, partial(_whole, parse), handle, Unreadable, answer)
        guarded.post(f"/sms/{gateway}/{name}", view, *methods)
    return routes


def _whole(parse: Callable[[GatewayRequest], Any], kind: str, body: bytes) -> Any:
    query = request.query_string.decode("latin-1")
    return parse(GatewayRequest(request.method, "", query, kind, body))


def vendor_blueprint(
    vendor: str, lock: Lock, bad: type[Exception],
    doors: dict[str, tuple[Parse, Callable[[Any], object], Callable[[object], Response]]],
) -> Blueprint:  # fmt: skip
    """`/webhooks/<vendor>[/...]` for each of `doors`, with the answer the vendor expects."""
    routes = Blueprint(f"vendor_{vendor}", __name__)
    guarded = Door(routes, lock, Caller.VENDOR)
    for path, (parse, handle, render) in doors.items():
        name = f"/webhooks/{vendor}{path}"
        guarded.post(name, _view(name, parse, handle, bad, render))
    return routes


def _view(
    name: str, parse: Parse, handle: Callable[[Any], object], bad: type[Exception],
    render: Callable[[object], Response],
) -> Callable[[], Response]:  # fmt: skip
    def view() -> Response:
        try:
            parsed = parse(request.content_type or "", request.get_data(cache=False))
        except bad as error:
            _log.warning("unreadable_callback", door=name, reason=str(error))
            return render(None)
        try:
            return render(handle(parsed))
        except DatabaseUnavailable as error:
            _log.error("callback_not_stored", door=name, error=where(error))
            return Response("try again", 503, content_type="text/plain")

    return view


def said_ok(_: object) -> Response:
    """Plain 200, for vendors that look at nothing else."""
    return Response("OK", 200, content_type="text/plain")


def said_validation(validated: object) -> Response:
    """Africa's Talking's validation answer (airtime validation callback)."""
    return jsonify(status="Validated" if validated else "Failed")


def said_success(_: object) -> Response:
    """VTpass wants `{"response": "success"}` (callback API page), else it tries five times."""
    return jsonify(response="success")
