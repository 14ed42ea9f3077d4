"""Hubtel Programmable Services (Ghana): JSON in, JSON out, the newest input only, hops counted.

Facts from businessdocs-developers.hubtel.com/docs/api-reference-prog-services and
hubtel.readme.io/reference/sample-general-services-interaction: Type `initiation`, `response`,
`release` (older: `Timeout`); Message is the dialled string on the first hop; Mobile without a
plus; Sequence counts from "1". An answer's Type is `response` to go on, `release` to end. What is
not certain is in the README beside this file.
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
from providers.hop_fields import inputs_of, msisdn, network, session_id, whole_number, word
from providers.json_bodies import JsonFields, parse_json, said_json

NAME = "hubtel"
_ENDS = frozenset({"release", "timeout"})


@dataclass(frozen=True, slots=True)
class HubtelUssd:
    """The dialect. A web or app session of Hubtel's has no code that was dialled: it starts at the
    main menu."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        fields = parse_json(request.body)
        kind, session = fields.text("Type").lower(), session_id(fields.text("SessionId"))
        if kind in _ENDS:
            return SessionEnd(NAME, session, kind)
        if kind not in {"initiation", "response"}:
            raise Unreadable("unknown Type")
        first, message = kind == "initiation", fields.text("Message")
        subscriber = msisdn(fields.text("Mobile"))
        return UssdHop(
            NAME, session, subscriber, word(fields.text("ServiceCode")),
            network(fields.text("Operator"), subscriber),
            inputs_of(message, self.short_code, first=first),
            Newest(first, _number(fields)),
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return said_json({"SessionId": hop.session, **_screen(answer)})

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        over = UssdAnswer("", close=True)
        return said_json({"SessionId": end.session, **_screen(over)})

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return said_json(_screen(answer))


def _screen(answer: UssdAnswer) -> dict[str, Any]:
    return {
        "Type": "release" if answer.close else "response", "Message": answer.text,
        "Label": answer.label, "ClientState": "",
        "DataType": "display" if answer.close else "input", "FieldType": "text",
    }  # fmt: skip


def _number(fields: JsonFields) -> int | None:
    number = whole_number(fields.text("Sequence"))
    return number if number else None
