"""A short cut in front of Flask for USSD hops: the same doors, without Flask's work per request.

A hop's work is some two hundred microseconds; Flask's routing, request and response objects would
be as much again (see docs/decisions/0003). Everything else goes to Flask.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from app.ports.channels import GatewayRequest
from app.web.ussd import ROOT, UssdDoor, entrance

LONGEST_BODY = 65_536
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def front(flask_app: Callable[..., Any], doors: Mapping[str, UssdDoor]) -> Callable[..., Any]:
    """A WSGI application: what comes to the paths of `doors` goes straight to them."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        found = entrance(doors, path) if path.startswith(ROOT) else None
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
        start_response(_STATUS_LINES[answer.status], [*answer.headers, length])
        return (answer.body,)

    return application


def _body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LONGEST_BODY:
        return b"\0" * (LONGEST_BODY + 1)
    body: bytes = environ["wsgi.input"].read(int(length))
    return body
