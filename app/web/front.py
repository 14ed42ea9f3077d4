"""A short cut in front of Flask for USSD hops: the same doors, without Flask's work per request.

A hop's work is some two hundred microseconds; Flask's routing, request and response objects would
be as much again (see docs/decisions/0003). Everything else goes to Flask.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from app.ports.channels import GatewayRequest
from app.web.headers import OF_HOPS
from app.web.ussd import ROOT, UssdDoor, entrance

LONGEST_BODY = 65_536
_TOO_MUCH = b"\0" * (LONGEST_BODY + 1)
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def front(flask_app: Callable[..., Any], doors: Mapping[str, UssdDoor]) -> Callable[..., Any]:
    """A WSGI application: what comes to the paths of `doors` goes straight to them."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        found = None
        if path.startswith(ROOT):
            found = entrance(doors, path, environ.get("REMOTE_ADDR", ""))
        if found is None:
            page: Iterable[bytes] = flask_app(environ, start_response)
            return page
        answer = found.door(
            GatewayRequest(
                environ["REQUEST_METHOD"], found.tail, environ["QUERY_STRING"],
                environ.get("CONTENT_TYPE") or "", _body(environ),
            )
        )  # fmt: skip
        length = ("Content-Length", str(len(answer.body)))
        start_response(_STATUS_LINES[answer.status], [*answer.headers, *OF_HOPS, length])
        return (answer.body,)

    return application


def _body(environ: dict[str, Any]) -> bytes:
    """The body, or more than any dialect reads where it is too long, or wasn't all sent in time."""
    told = environ.get("CONTENT_LENGTH")
    length = _length(told) if told else _length_in_chunks(environ)
    if length > LONGEST_BODY and told:
        return _TOO_MUCH
    try:
        body: bytes = environ["wsgi.input"].read(length)
    except (OSError, ValueError):
        return _TOO_MUCH
    return body


def _length(told: str) -> int:
    digits = told.isascii() and told.isdigit() and len(told) < 8
    return int(told) if digits else LONGEST_BODY + 1


def _length_in_chunks(environ: dict[str, Any]) -> int:
    """How much to read of a body whose length wasn't told: the server ends it."""
    chunked = "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated")
    return LONGEST_BODY + 1 if chunked else 0
