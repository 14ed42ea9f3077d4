"""USSD over HTTP: every gateway in its own dialect, through one door each.

Paths are `/ussd/<gateway>[/<what the gateway adds>]`. In live mode an unguessable token stands at
the end, or right behind the gateway's name where a gateway adds to the address it was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, Response, abort, request

from app.observability.logging import logger, where
from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdDialect,
    UssdHop,
)
from app.web.access import Caller, open_to
from app.web.doors import Lock

ROOT = "/ussd/"
UNREADABLE = UssdAnswer(
    "We can't read this request. Nothing was charged. Please dial again.", close=True, label="bad"
)
WRONG_METHOD = GatewayAnswer(b"Method Not Allowed\n", (("Content-Type", "text/plain"),), 405)

_log = logger("ussd")


class Entrance(NamedTuple):
    """The door a path leads to, and what of the path is left for its dialect."""

    door: "UssdDoor"
    tail: str


@dataclass(frozen=True, slots=True)
class UssdDoor:
    """One gateway's dialect, its lock, and what answers its hops and notices."""

    dialect: UssdDialect
    lock: Lock
    answer: Callable[[UssdHop], UssdAnswer]
    record_end: Callable[[SessionEnd], None]

    def __call__(self, asked: GatewayRequest) -> GatewayAnswer:
        """Answer one request; always with something the gateway understands."""
        dialect = self.dialect
        if asked.method not in dialect.methods:
            return WRONG_METHOD
        try:
            told = dialect.read(asked)
        except Unreadable as error:
            _log.warning("bad_hop", gateway=dialect.channel, reason=str(error))
            return dialect.refuse(asked, UNREADABLE)
        except Exception as error:  # noqa: BLE001 - what a server says of it would name the query
            _log.error("bad_hop", gateway=dialect.channel, error=where(error))
            return dialect.refuse(asked, UNREADABLE)
        if isinstance(told, SessionEnd):
            self._record(told)
            return dialect.noted(told)
        return dialect.show(told, self.answer(told))

    def _record(self, end: SessionEnd) -> None:
        try:
            self.record_end(end)
        except Exception as error:  # noqa: BLE001 - a lost notice harms nobody, a retry storm would
            _log.error("end_failed", error=where(error))

    def tail_of(self, rest: str) -> str | None:
        """What stands behind the gateway's name, without its token; None when that is missing."""
        if not self.lock.tokens:
            return rest.strip("/")
        head, _, tail = rest.partition("/")
        front, _, last = rest.rpartition("/")
        if self.lock.fits(last):
            return front
        return tail if self.lock.fits(head) else None


def entrance(doors: Mapping[str, UssdDoor], path: str, address: str) -> Entrance | None:
    """Where a path under `/ussd/` leads for who calls from `address`; None when nowhere."""
    gateway, _, rest = path[len(ROOT) :].partition("/")
    door = doors.get(gateway)
    tail = door.tail_of(rest) if door and door.lock.knows(address) else None
    return Entrance(door, tail) if door and tail is not None else None


def blueprint(doors: Mapping[str, UssdDoor]) -> Blueprint:
    """`/ussd/<gateway>` for every gateway in use."""
    routes = Blueprint("ussd", __name__)

    @routes.route(f"{ROOT}<path:rest>", methods=["GET", "POST", "PUT"])
    @open_to(Caller.GATEWAY)
    def hop(rest: str) -> Response:
        found = entrance(doors, ROOT + rest, request.remote_addr or "")
        if found is None:
            abort(404)
        asked = GatewayRequest(
            request.method, found.tail, request.query_string.decode("latin-1"),
            request.content_type or "", request.get_data(cache=False),
        )  # fmt: skip
        answer = found.door(asked)
        return Response(answer.body, answer.status, list(answer.headers))

    return routes
