"""Nalo Solutions (Ghana, Nigeria): JSON in, JSON out, the newest input only, nothing counted.

Facts from documenter.gw.postman.com/view/7705958/UyrEhaLQ (POST, application/json, a USERID that
Nalo gives) and, second-hand, from its tables: MSISDN without a plus, USERDATA and MSG of at most
120 signs, NETWORK, SESSIONID; MSGTYPE is true on the first hop, and in an answer as long as the
session goes on. What is not certain is in the README beside this file.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.domain.msisdn import Msisdn
from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    Newest,
    SessionEnd,
    UssdAnswer,
    UssdHop,
)
from providers.hop_fields import inputs_of, msisdn, network, session_id, word
from providers.json_bodies import JsonFields, parse_json, said_json

NAME = "nalo"


@dataclass(frozen=True, slots=True)
class NaloUssd:
    """The dialect. It tells nothing of a session that ends."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = 120

    def read(self, request: GatewayRequest) -> UssdHop:
        fields = parse_json(request.body)
        first, text = fields.flag("MSGTYPE"), fields.text("USERDATA")
        subscriber = msisdn(fields.text("MSISDN"))
        session, returns = _session(fields, subscriber)
        return UssdHop(
            NAME, session, subscriber, "", network(fields.text("NETWORK"), subscriber),
            inputs_of(text, self.short_code, first=first),
            Newest(first, ids_return=returns), {"USERID": word(fields.text("USERID"))},
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        who = {"USERID": hop.echo["USERID"], "MSISDN": hop.msisdn.removeprefix("+")}
        return said_json({**who, **_screen(answer)})

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return said_json(_screen(UssdAnswer("", close=True)))

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return said_json(_screen(answer))


def _session(fields: JsonFields, subscriber: Msisdn) -> tuple[str, bool]:
    """The session's id, and whether it comes again: without SESSIONID it is the subscriber's."""
    if told := fields.text("SESSIONID"):
        return session_id(told), False
    return subscriber.removeprefix("+"), True


def _screen(answer: UssdAnswer) -> dict[str, Any]:
    return {"MSG": answer.text, "MSGTYPE": not answer.close}
