"""MTN MADAPI: MTN's own USSD over REST, the newest input only, nothing counted.

Facts from MTN's "Messaging USSD API" 1.0.0 (developers.mtn.com; a copy of its OpenAPI document is
in github.com/api-evangelist/mtn-group, path /messages/ussd/inbound): sessionId ("01235" in its
sample), messageType 0 begin, 1 continue, 2 end, 3 notification, 4 cancel, 5 timeout, msisdn,
serviceCode, ussdString (the reason in a 4); an answer has statusCode "0000" and, in `data`, the
text, userInputRequired and a messageType. What is not certain is in the README beside this file.
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
from providers.hop_fields import (
    inputs_of,
    msisdn,
    network,
    network_of_imsi,
    session_id,
    word,
)
from providers.json_bodies import parse_json, said_json

NAME = "madapi"
_BEGIN, _CONTINUE, _END = "0", "1", "2"
_ENDS = {_END: "end", "3": "notification", "4": "cancel", "5": "timeout"}


@dataclass(frozen=True, slots=True)
class MadapiUssd:
    """The dialect. Session ids are short numbers: with the MSISDN they are one subscriber's, and
    the time they begin tells one from the next."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        fields = parse_json(request.body)
        kind, subscriber = fields.text("messageType"), msisdn(fields.text("msisdn"))
        number, code = fields.text("sessionId"), word(fields.text("serviceCode"))
        if not number:
            raise Unreadable("no session id")
        session = session_id(f"{number}-{subscriber.removeprefix('+')}")
        echo = {"msisdn": subscriber.removeprefix("+"), "serviceCode": code}
        if kind in _ENDS:
            return SessionEnd(NAME, session, _ENDS[kind], echo=echo)
        if kind not in {_BEGIN, _CONTINUE}:
            raise Unreadable("unknown messageType")
        first, text = kind == _BEGIN, fields.text("ussdString")
        return UssdHop(
            NAME, session, subscriber, code,
            network_of_imsi(fields.text("imsi")) or network("MTN", subscriber),
            inputs_of(text, self.short_code, first=first),
            Newest(first, ids_return=True), echo,
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _said(hop.session, answer, **hop.echo)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return _said(end.session, UssdAnswer("", close=True), **end.echo)

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return _said("", answer)


def _said(transaction: str, answer: UssdAnswer, **echo: str) -> GatewayAnswer:
    """Its document defines `inboundResponse` and requires `outboundResponse`: both are given."""
    data: dict[str, Any] = {
        "inboundResponse": answer.text, "outboundResponse": answer.text,
        "userInputRequired": not answer.close,
        "messageType": int(_END if answer.close else _CONTINUE), **echo,
    }  # fmt: skip
    link = {"self": {"href": "/messages/ussd/inbound"}}
    return said_json(
        {"statusCode": "0000", "statusMessage": "", "transactionId": transaction, "data": data,
         "_link": link}
    )  # fmt: skip
