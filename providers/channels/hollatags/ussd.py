"""Hollatags (Nigeria): a query string with the newest input, JSON back.

Facts from docs.hollatags.com/ussd/inbound and /ussd/ussd-code: GET with session_operation `begin`,
`continue` or `end`, session_msisdn without a plus, session_msg of at most 160 characters,
session_id, session_from (the dialled code), session_type, session_mno (MTN, 9MOBILE, AIRTEL, GLO).
An answer has session_operation `continue` with session_type 1 (a reply is wanted) or `end` with 4
(shown, over). The page's own sample sends the fields as a form in the body of the GET. What is not
certain is in the README beside this file.
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
from providers.forms import parse_form, parse_query
from providers.hop_fields import dialled, msisdn, network, session_id, typed
from providers.json_bodies import said_json

NAME = "hollatags"


@dataclass(frozen=True, slots=True)
class HollatagsUssd:
    """The dialect."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"GET"})
    budget: ClassVar[int | None] = 160

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        fields = parse_query(request.query) if request.query else parse_form(request.body)
        session = session_id(fields.get("session_id", ""))
        operation = fields.get("session_operation", "").lower()
        if operation == "end":
            return SessionEnd(NAME, session, operation)
        if operation not in {"begin", "continue"}:
            raise Unreadable("unknown session_operation")
        first, code = operation == "begin", fields.get("session_from", "")
        subscriber = msisdn(fields.get("session_msisdn", ""))
        message = typed(fields.get("session_msg"))
        return UssdHop(
            NAME, session, subscriber, code[:40],
            network(fields.get("session_mno", ""), subscriber),
            self._dialled(message[0], code) if first else message, Newest(first),
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return said_json(_screen(answer) | {"session_id": hop.session})

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return said_json(_screen(UssdAnswer("", close=True)) | {"session_id": end.session})

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return said_json(_screen(answer))

    def _dialled(self, message: str, code: str) -> tuple[str, ...]:
        """What stands behind the short code: the page doesn't say in which field."""
        return dialled(message, self.short_code) or dialled(code, self.short_code)


def _screen(answer: UssdAnswer) -> dict[str, Any]:
    return {
        "session_operation": "end" if answer.close else "continue",
        "session_type": 4 if answer.close else 1, "session_msg": answer.text,
    }  # fmt: skip
