"""Arkesel (Ghana): JSON in, JSON out, the newest input only, nothing counted.

Facts second-hand (a transcription of its Postman pages; developers.arkesel.com gives no text to
readers without an account): sessionID, userID, newSession, msisdn without a plus, userData (the
dialled string first, then the newest input), network; the answer says message and continueSession
beside the first three. What is not certain is in the README beside this file.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    Newest,
    SessionEnd,
    UssdAnswer,
    UssdHop,
)
from providers.hop_fields import inputs_of, msisdn, network, session_id, word
from providers.json_bodies import parse_json, said_json

NAME = "arkesel"


@dataclass(frozen=True, slots=True)
class ArkeselUssd:
    """The dialect. It tells nothing of a session that ends."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop:
        fields = parse_json(request.body)
        session, first = session_id(fields.text("sessionID")), fields.flag("newSession")
        subscriber, text = msisdn(fields.text("msisdn")), fields.text("userData")
        return UssdHop(
            NAME, session, subscriber, "", network(fields.text("network"), subscriber),
            inputs_of(text, self.short_code, first=first),
            Newest(first), {"userID": word(fields.text("userID"))},
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        session = {"sessionID": hop.session, "userID": hop.echo["userID"]}
        return said_json({**session, "msisdn": hop.msisdn.removeprefix("+"), **_screen(answer)})

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return said_json(_screen(UssdAnswer("", close=True)))

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return said_json(_screen(answer))


def _screen(answer: UssdAnswer) -> dict[str, Any]:
    return {"message": answer.text, "continueSession": not answer.close}
