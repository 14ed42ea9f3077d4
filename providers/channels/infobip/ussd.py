"""Infobip: four calls on a path of ours, JSON in and out, the newest input only, nothing counted.

Facts from "INFOBIP USSD Gateway to Third-party Application HTTP/REST/JSON Web Service API", as the
Vumi project followed it (docs.vumi.org, transports/infobip): `<sessionId>/start` and
`<sessionId>/response` are posted with msisdn, text, shortCode (often missing), imsi, language,
optional, ussdGwId; `<sessionId>/end` is put with exitCode and reason; `<sessionId>/status` is asked
for. An answer says ussdMenu and shouldClose, and responseExitCode 200 or 400. What is not certain
is in the README beside this file.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    Newest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdHop,
)
from providers.hop_fields import dialled, msisdn, network_of_imsi, session_id, typed, word
from providers.json_bodies import parse_json, said_json

NAME = "infobip"
_FINE, _BAD = 200, 400
_HOPS = {"start": True, "response": False}
"""The calls that are hops, and whether a session begins with them."""


@dataclass(frozen=True, slots=True)
class InfobipUssd:
    """The dialect. `/status` is refused: what a session is worth the next hop tells."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"GET", "POST", "PUT"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        session, call = _path(request.tail)
        if call not in {*_HOPS, "end"}:
            raise Unreadable("unknown call")
        fields = parse_json(request.body)
        if call == "end":
            said = f"{fields.text('exitCode')} {fields.text('reason')}"
            return SessionEnd(NAME, session, word(said.strip()))
        first, text = _HOPS[call], fields.text("text")
        return UssdHop(
            NAME, session, msisdn(fields.text("msisdn")), word(fields.text("shortCode")),
            network_of_imsi(fields.text("imsi")),
            self._dialled(text, fields.text("shortCode")) if first else typed(text),
            Newest(first),
        )  # fmt: skip

    def _dialled(self, text: str, code: str) -> tuple[str, ...]:
        """Either field may hold what was dialled."""
        return dialled(text, self.short_code) or dialled(code, self.short_code)

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return said_json({**_screen(answer), **_exit(_FINE)})

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return said_json(_exit(_FINE))

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        if request.tail.rpartition("/")[2] in _HOPS:
            # A bad exit code might keep the text from the handset.
            return said_json({**_screen(answer), **_exit(_FINE)})
        return said_json(_exit(_BAD, answer.text))


def _path(tail: str) -> tuple[str, str]:
    session, _, call = tail.rpartition("/")
    if "/" in session:
        raise Unreadable("unknown path")
    return session_id(session), call


def _screen(answer: UssdAnswer) -> dict[str, Any]:
    return {"ussdMenu": answer.text, "shouldClose": answer.close}


def _exit(code: int, message: str = "") -> dict[str, Any]:
    return {"responseExitCode": code, "responseMessage": message}
