"""USSD over HTTP: always 200 text/plain, `CON ` or `END `, whatever is wrong."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from app.observability.logging import logger, where
from app.ports.channels import SessionEnd, UssdAnswer, UssdHop
from app.web.access import Caller
from app.web.doors import Door

UNREADABLE = UssdAnswer(
    "We can't read this request. Nothing was charged. Please dial again.", close=True, label="bad"
)

Headers = list[tuple[str, str]]
_log = logger("ussd")


class UssdDoor:
    """One gateway's USSD dialect and what answers it: bytes in, bytes and headers out."""

    def __init__(
        self, parse: Callable[[bytes], UssdHop],
        render: Callable[[UssdAnswer], tuple[bytes, Headers]],
        answer: Callable[[UssdHop], UssdAnswer], bad: type[Exception],
    ) -> None:  # fmt: skip
        self._parse = parse
        self._render = render
        self._answer = answer
        self._bad = bad

    def __call__(self, body: bytes) -> tuple[bytes, Headers]:
        """Answer one request."""
        try:
            hop = self._parse(body)
        except self._bad as error:
            _log.warning("bad_hop", reason=str(error))
            return self._render(UNREADABLE)
        return self._render(self._answer(hop))


def blueprint(
    gateway: str, tokens: tuple[str, ...], door: UssdDoor, parse_end: Callable[[bytes], SessionEnd],
    record_end: Callable[[SessionEnd], None], bad: type[Exception],
) -> Blueprint:  # fmt: skip
    """`/ussd/<gateway>` and its end-of-session notification."""
    routes = Blueprint(f"ussd_{gateway}", __name__)

    def hop() -> Response:
        body, headers = door(request.get_data(cache=False))
        return Response(body, 200, headers)

    def events() -> Response:
        try:
            record_end(parse_end(request.get_data(cache=False)))
        except bad as error:
            _log.warning("bad_end", reason=str(error))
        except Exception as error:  # noqa: BLE001 - a lost notice harms nobody, a retry storm would
            _log.error("end_failed", error=where(error))
        return Response("OK", 200, content_type="text/plain")

    guarded = Door(routes, tokens, Caller.GATEWAY)
    guarded.post(f"/ussd/{gateway}", hop)
    guarded.post(f"/ussd/{gateway}/events", events)
    return routes
