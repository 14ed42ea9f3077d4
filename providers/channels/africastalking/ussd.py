"""Africa's Talking USSD: a form comes in with the whole history, `CON ` or `END ` goes back.

Facts from developers.africastalking.com/docs/ussd (overview, handle sessions, notifications):
fields sessionId, serviceCode, phoneNumber, networkCode (may be missing), text (inputs joined by
"*"); any answer but 200 text/plain beginning with CON or END ends the session as failed; the
`at-ussd-hop-metadata` answer header labels a hop, at most 99 characters, no "|". The notice of a
session's end comes to `/ussd/africastalking/events`.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.ports.channels import GatewayAnswer, GatewayRequest, SessionEnd, UssdAnswer, UssdHop
from providers.forms import parse_form
from providers.hop_fields import history, msisdn, session_id, whole_number, word

NAME = "africastalking"
LABEL_HEADER = "at-ussd-hop-metadata"
_PLAIN: tuple[tuple[str, str], ...] = (("Content-Type", "text/plain; charset=utf-8"),)


@dataclass(frozen=True, slots=True)
class AfricasTalkingUssd:
    """The dialect; it has no use for the short code, which each hop names."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        fields = parse_form(request.body)
        if request.tail == "events":
            return _end(fields)
        return UssdHop(
            NAME, session_id(fields.get("sessionId", "")), msisdn(fields.get("phoneNumber", "")),
            word(fields.get("serviceCode", "")), word(fields.get("networkCode", "")) or None,
            history(fields.get("text", "")),
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return GatewayAnswer(b"OK", _PLAIN)

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return GatewayAnswer(b"OK", _PLAIN) if request.tail == "events" else _said(answer)


def _said(answer: UssdAnswer) -> GatewayAnswer:
    headers = _PLAIN
    if answer.label:
        headers += ((LABEL_HEADER, answer.label.replace("|", "/")[:99]),)
    word = "END " if answer.close else "CON "
    return GatewayAnswer((word + answer.text).encode(), headers)


def _end(fields: dict[str, str]) -> SessionEnd:
    """The notice's `input` and `lastAppResponse` may hold a PIN and personal data: they aren't
    read."""
    return SessionEnd(
        NAME, session_id(fields.get("sessionId", "")), word(fields.get("status", "")),
        whole_number(fields.get("durationInMillis")), whole_number(fields.get("hopsCount")),
        word(fields.get("cost", "")),
    )  # fmt: skip
