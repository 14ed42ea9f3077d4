"""A text cut into the short messages that carry it, and the parts of a long MO SMS told apart.

Sources: 3GPP TS 23.040, 9.2.3.24 (user data header: its length, then elements of tag, length,
value; 0x00 concatenation with one octet of reference, 0x08 with two); SMPP specification v3.4,
5.3.2.22 to 24 (sar_* TLVs, the other way of saying it).
"""

from dataclasses import dataclass
from zlib import crc32

from app.ports.smpp import Place, SmsPart
from providers.channels.smpp import alphabets
from providers.channels.smpp.alphabets import DefaultAlphabet, NotInAlphabet
from providers.channels.smpp.codes import UDH_PRESENT, Tag
from providers.channels.smpp.pdu import BadBody, ShortMessage

MOST_PARTS = 255
_HEADER_OCTETS = 6
_CONCATENATED, _CONCATENATED_16 = 0x00, 0x08


@dataclass(frozen=True, slots=True)
class Room:
    """Units of one short message, alone and as a part. GSM-7: septets, a header takes 7 of them;
    else octets."""

    alone: int
    part: int


_GSM, _OCTETS = Room(160, 153), Room(140, 140 - _HEADER_OCTETS)


def cut(text: str, reference: str, alphabet: DefaultAlphabet) -> tuple[SmsPart, ...]:
    """The short messages of an SMS. No escape pair and no surrogate pair is split.

    The one octet that joins parts is made from our `reference`. Raises ValueError when the text
    takes more than 255 parts.
    """
    try:
        units, coding = alphabets.to_default(text, alphabet), alphabets.DEFAULT
        room = _GSM if alphabet == "gsm" else _OCTETS
    except NotInAlphabet:
        units, coding, room = alphabets.to_ucs2(text), alphabets.UCS_2, _OCTETS
    if sum(map(len, units)) <= room.alone:
        return (SmsPart(b"".join(units), coding, 0),)
    pieces = _filled(units, room.part)
    if len(pieces) > MOST_PARTS:
        raise ValueError("too long")
    joint = crc32(reference.encode()) & 0xFF
    return tuple(
        SmsPart(
            bytes((5, _CONCATENATED, 3, joint, len(pieces), number)) + piece, coding, UDH_PRESENT
        )
        for number, piece in enumerate(pieces, 1)
    )


def _filled(units: list[bytes], room: int) -> list[bytes]:
    pieces, piece = [], bytearray()
    for unit in units:
        if len(piece) + len(unit) > room:
            pieces.append(bytes(piece))
            piece.clear()
        piece += unit
    return [*pieces, bytes(piece)]


@dataclass(frozen=True, slots=True)
class UserData:
    """A short message's text, and its place when it is one part of a longer one."""

    text: str
    place: Place | None = None

    def __repr__(self) -> str:
        return f"UserData({self.place})"


def read(message: ShortMessage, alphabet: DefaultAlphabet) -> UserData:
    """What a deliver_sm carries. Raises BadBody for a user data header that can't be."""
    octets, place = message.octets, _sar(message)
    if message.esm_class & UDH_PRESENT:
        if not octets or octets[0] >= len(octets):
            raise BadBody("user data header")
        place = _place(octets[1 : octets[0] + 1]) or place
        octets = octets[octets[0] + 1 :]
    if place is not None and not 1 <= place.number <= place.total:
        raise BadBody("part out of bounds")
    if place is not None and place.total == 1:
        place = None
    return UserData(alphabets.decode(octets, message.data_coding, alphabet), place)


def _place(header: bytes) -> Place | None:
    at = 0
    while at + 2 <= len(header):
        tag, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if len(value) < length:
            raise BadBody("user data header")
        if (tag, length) == (_CONCATENATED, 3):
            return Place(value[0], value[1], value[2])
        if (tag, length) == (_CONCATENATED_16, 4):
            return Place(int.from_bytes(value[:2], "big"), value[2], value[3])
        at += 2 + length
    return None


def _sar(message: ShortMessage) -> Place | None:
    told = [message.tlv(tag) for tag in (Tag.SAR_REFERENCE, Tag.SAR_TOTAL, Tag.SAR_NUMBER)]
    if not all(told):
        return None
    joint, total, number = (int.from_bytes(value or b"", "big") for value in told)
    return Place(joint, total, number)
