"""USSD over SMPP: which deliver_sm is a hop of which dialogue, and the submit_sm that answers it.

Facts (second-hand: gateways differ, see the README): ussd_service_op 0x0501 is 1 when the
subscriber dialled (PSSR indication), 18 for an answer (USSR confirm), 129 when the subscriber broke
off; we say 2 to go on (USSR request), 17 for the last text (PSSR response). its_session_info 0x1383
is two octets: the dialogue's number in the upper 15 bits, an end mark in the lowest. Where it is
missing, user_message_reference 0x0204 takes its place. The dialled code is the text, or the
destination. Numbers wrap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from app.domain.msisdn import Msisdn
from app.ports.channels import Newest, SessionEnd, Unreadable, UssdAnswer, UssdHop
from providers.channels.smpp import alphabets
from providers.channels.smpp.alphabets import DefaultAlphabet, NotInAlphabet
from providers.channels.smpp.codes import Tag
from providers.channels.smpp.pdu import MOST_TEXT, Address, ShortMessage
from providers.hop_fields import dialled, msisdn, typed

NAME = "smpp"
_TLVS = {"its": Tag.ITS_SESSION_INFO, "ref": Tag.USER_MESSAGE_REFERENCE}


class Op(IntEnum):
    """ussd_service_op."""

    DIALLED = 1
    ASK = 2
    LAST = 17
    ANSWERED = 18
    BROKEN_OFF = 129


@dataclass(frozen=True, slots=True)
class Turn:
    """What a deliver_sm says of a dialogue; `dialogue` names it among its subscriber's. `text` may
    be a PIN. `echo` is what the answer needs."""

    op: Op
    msisdn: Msisdn
    dialogue: str
    code: str
    text: str
    echo: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Turn({self.op.name}, {self.dialogue})"


def is_ussd(message: ShortMessage) -> bool:
    return message.tlv(Tag.USSD_SERVICE_OP) is not None


def read(message: ShortMessage, alphabet: DefaultAlphabet) -> Turn:
    """Raises Unreadable."""
    told = message.tlv(Tag.USSD_SERVICE_OP) or b""
    if len(told) != 1 or told[0] not in (Op.DIALLED, Op.ANSWERED, Op.BROKEN_OFF):
        raise Unreadable("unknown ussd_service_op")
    kind, info = _session_info(message)
    number = int.from_bytes(info, "big") >> 1 if kind == "its" else int.from_bytes(info, "big")
    source, code = message.source, message.destination
    text = alphabets.decode(message.octets, message.data_coding, alphabet)
    echo = {
        kind: info.hex(), "source": f"{code.ton} {code.npi} {code.value}",
        "destination": f"{source.ton} {source.npi} {source.value}",
    }  # fmt: skip
    return Turn(Op(told[0]), msisdn(source.value), str(number), code.value, text, echo)


def _session_info(message: ShortMessage) -> tuple[str, bytes]:
    for kind, tag in _TLVS.items():
        info = message.tlv(tag)
        if info is not None:
            if len(info) != 2:
                raise Unreadable("session number out of bounds")
            return kind, info
    raise Unreadable("no session number")


def told(turn: Turn, short_code: str) -> UssdHop | SessionEnd:
    """The hop, or the notice that the session is over. Raises Unreadable."""
    session = f"{turn.msisdn[1:]}-{turn.dialogue}"
    if turn.op is Op.BROKEN_OFF:
        return SessionEnd(NAME, session, "aborted")
    first = turn.op is Op.DIALLED
    code = turn.text if turn.text.startswith("*") else f"*{turn.code.strip('*#')}#"
    return UssdHop(
        NAME, session, turn.msisdn, turn.code[:40], None,
        dialled(code, short_code) if first else typed(turn.text),
        Newest(first, ids_return=True), turn.echo,
    )  # fmt: skip


def show(hop: UssdHop, answer: UssdAnswer, alphabet: DefaultAlphabet) -> ShortMessage:
    """The submit_sm that shows a screen, in the hop's own dialogue."""
    op = Op.LAST if answer.close else Op.ASK
    [(tag, info)] = [(_TLVS[kind], hop.echo[kind]) for kind in _TLVS if kind in hop.echo]
    text, coding = _encoded(answer.text, alphabet)
    tlvs = ((Tag.USSD_SERVICE_OP, bytes([op])), (tag, bytes.fromhex(info)))
    return ShortMessage(
        _address(hop.echo["source"]), _address(hop.echo["destination"]), text, coding,
        tlvs=tuple((int(tag), value) for tag, value in tlvs), service_type="USSD",
    )  # fmt: skip


def _encoded(text: str, alphabet: DefaultAlphabet) -> tuple[bytes, int]:
    try:
        units, coding = alphabets.to_default(text, alphabet), alphabets.DEFAULT
    except NotInAlphabet:
        units, coding = alphabets.to_ucs2(text), alphabets.UCS_2
    shown = bytearray()
    for unit in units:
        if len(shown) + len(unit) > MOST_TEXT:
            break
        shown += unit
    return bytes(shown), coding


def _address(told: str) -> Address:
    ton, npi, value = told.split(" ", 2)
    return Address(int(ton), int(npi), value)
