"""Moolre (Ghana): JSON in, JSON out, the newest input only, a field of its own for deep dials.

Facts from docs.moolre.com/ussd: sessionid, new, msisdn, network (3 MTN, 5 AT, 6 Telecel), message,
extension (the code that is ours), data (what was dialled behind it: `*203*109*11005#` gives
`11005`); the answer says message and reply, false to end. What is not certain is in the README
beside this file.
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
from providers.hop_fields import history, msisdn, network, session_id, typed, word
from providers.json_bodies import parse_json, said_json

NAME = "moolre"
_NETWORKS = {"3": "MTN", "5": "AT", "6": "TELECEL"}


@dataclass(frozen=True, slots=True)
class MoolreUssd:
    """The dialect; the short code isn't needed. It tells nothing of a session that ends."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop:
        fields = parse_json(request.body)
        session, first = session_id(fields.text("sessionid")), fields.flag("new")
        subscriber = msisdn(fields.text("msisdn"))
        suffix = fields.text("data").strip("*#")
        return UssdHop(
            NAME, session, subscriber, word(fields.text("extension")),
            network(_NETWORKS.get(fields.text("network"), ""), subscriber),
            history(suffix) if first else typed(fields.text("message")),
            Newest(first),
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return _said(UssdAnswer("", close=True))

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)


def _said(answer: UssdAnswer) -> GatewayAnswer:
    fields: dict[str, Any] = {"message": answer.text, "reply": not answer.close}
    return said_json(fields)
