"""USSD over SMPP, with Kannel between: a message in, the screen as its answer, TLVs as meta-data.

As Kannel 1.4.5 was seen to do it: with `smpp-tlv` groups for ussd_service_op (0x0501, one octet)
and its_session_info (0x1383, two octets), `%D` of a message is
`?smpp?ussd_service_op=%01&its_session_info=%120&`, octets escaped where they aren't printable; and
with `accept-x-kannel-headers` an X-Kannel-Meta-Data header of the same form on our answer becomes
the TLVs of the submit_sm. An empty answer sends nothing. See message.py for the rest.

What the octets mean is the USSD gateway's matter, here as 6D's has it: 15 bits of its_session_info
are the dialogue's number, the lowest ends it; PSSR indication (1) begins, USSR confirm (18) is an
input, anything else (129, an abort) ends; USSR request (2) asks, PSSR response (17) is the last
word. The code that was dialled is the text of the first message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    Newest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdHop,
)
from providers.channels.kannel.message import query_of, read_message
from providers.hop_fields import inputs_of

NAME = "kannel"
BEGINS, INPUT = 1, 18
ASK, LAST = 2, 17
_END_BIT = 1
_GROUP = "?smpp?"
_NOTHING = GatewayAnswer(b"", (("Content-Type", "text/plain; charset=utf-8"),))


@dataclass(frozen=True, slots=True)
class KannelUssd:
    """The dialect. Dialogues' numbers come back; a message that is brought again has the id it
    had."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"POST"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        message = read_message(request)
        operation, info = _octets(message.meta)
        session = f"{message.sender}-{info >> 1}"
        if info & _END_BIT or operation not in {BEGINS, INPUT}:
            return SessionEnd(NAME, session, f"operation {operation}")
        first = operation == BEGINS
        return UssdHop(
            NAME, session, message.sender, message.to, message.network_code,
            inputs_of(message.text, self.short_code, first=first),
            Newest(first, ids_return=True), {"info": str(info)}, message.id, message.sent_at,
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _screen(int(hop.echo["info"]), answer)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return _NOTHING

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        """Shown where the dialogue can be made out."""
        try:
            _, info = _octets(query_of(request).get("meta", ""))
        except Unreadable:
            return _NOTHING
        return _screen(info, answer)


def _octets(meta: str) -> tuple[int, int]:
    """ussd_service_op and its_session_info. Raises Unreadable."""
    _, _, smpp = meta.partition(_GROUP)
    pairs = smpp.partition("?")[0].split("&")
    tlvs = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    return _number(tlvs, "ussd_service_op", 1), _number(tlvs, "its_session_info", 2)


def _number(tlvs: Mapping[str, str], name: str, length: int) -> int:
    octets = unquote_to_bytes(tlvs.get(name, ""))
    if len(octets) != length:
        raise Unreadable(f"no {name}")
    return int.from_bytes(octets, "big")


def _screen(info: int, answer: UssdAnswer) -> GatewayAnswer:
    operation, info = (LAST, info | _END_BIT) if answer.close else (ASK, info & ~_END_BIT)
    tlvs = f"ussd_service_op={_escaped(operation, 1)}&its_session_info={_escaped(info, 2)}&"
    headers = (*_NOTHING.headers, ("X-Kannel-Meta-Data", f"{_GROUP}{tlvs}"))
    return GatewayAnswer(answer.text.encode(), headers)


def _escaped(number: int, length: int) -> str:
    return "".join(f"%{octet:02x}" for octet in number.to_bytes(length, "big"))
