"""A short cut in front of Flask for USSD hops: the same door, without Flask's work per request.

A hop's work is some two hundred microseconds; Flask's routing, request and response objects would
be as much again (see docs/decisions/0003). Everything else goes to Flask.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.web.ussd import UssdDoor

LONGEST_BODY = 65_536


def front(flask_app: Callable[..., Any], doors: Mapping[str, UssdDoor]) -> Callable[..., Any]:
    """A WSGI application: POSTs to the paths of `doors` go straight to them."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        door = doors.get(environ["PATH_INFO"])
        if door is None or environ["REQUEST_METHOD"] != "POST":
            answer: Iterable[bytes] = flask_app(environ, start_response)
            return answer
        body, headers = door(_body(environ))
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return (body,)

    return application


def _body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LONGEST_BODY:
        return b"\0" * (LONGEST_BODY + 1)
    body: bytes = environ["wsgi.input"].read(int(length))
    return body
