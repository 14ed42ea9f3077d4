"""TruRoute (TruTeq; South Africa, Namibia, TNM in Malawi): XML both ways, the newest input only.

Facts from the USSD part of SMS.COM.NA's API specification (fliphtml5.com/miqwl/ojnd pages 7 and 8,
sms.com.na/test): POST of <ussd> with msisdn (no plus), sessionid (new for each session), type, msg.
Types that come: 1 a session begins, msg is the code; 2 a reply; 3 the user left; 4 timeout; 10 a
charge that we asked for failed, msg says why. Types that go back: 2 keeps the session open, 3
closes it. What is not certain is in the README beside this file.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    Newest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdHop,
)
from providers.hop_fields import dialled, msisdn, session_id, typed
from providers.xml_bodies import parse_xml, said_xml

NAME = "truroute"
_BEGIN, _REPLY = "1", "2"
_ENDS = {"3": "release", "4": "timeout", "10": "charge failed"}


@dataclass(frozen=True, slots=True)
class TruRouteUssd:
    """The dialect. We charge nothing through TruRoute."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        fields = parse_xml(request.body, "ussd")
        kind = fields.get("type", "").strip()
        session = session_id(fields.get("sessionid", "").strip())
        if kind in _ENDS:
            return SessionEnd(NAME, session, _ENDS[kind])
        if kind not in {_BEGIN, _REPLY}:
            raise Unreadable("unknown type")
        subscriber, message = msisdn(fields.get("msisdn", "").strip()), typed(fields.get("msg"))
        if kind == _REPLY:
            return UssdHop(NAME, session, subscriber, "", None, message, Newest(first=False))
        behind = dialled(message[0].strip(), self.short_code)
        return UssdHop(NAME, session, subscriber, message[0][:40], None, behind, Newest(first=True))

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return _said(UssdAnswer("", close=True))

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)


def _said(answer: UssdAnswer) -> GatewayAnswer:
    return said_xml("ussd", {"type": "3" if answer.close else "2", "msg": answer.text})
