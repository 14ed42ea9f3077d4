"""SMPP 3.4 PDUs as octets: framing, and the bodies that this program reads and writes. Pure.

Source: SMPP specification v3.4, 3.1 (notation), 3.2 (header: length, command, status, sequence,
each four octets, most significant first), 4.1 (bind), 4.4 (submit_sm), 4.6 (deliver_sm, the same
body).
"""

import struct
from dataclasses import dataclass, field

from providers.channels.smpp.codes import Command, Tag

HEADER = struct.Struct(">IIII")
_TLV = struct.Struct(">HH")
LONGEST = 70_000
"""Octets of a PDU; the longest that is legal holds one message_payload of 65,535."""
MOST_TEXT = 254
"""Octets of short_message."""
VERSION = 0x34


class BadLength(Exception):
    """A header's length can't be: what follows it in the stream has no meaning. `sequence` is the
    header's, 0 when it isn't all there."""

    def __init__(self, sequence: int) -> None:
        super().__init__(sequence)
        self.sequence = sequence


class BadBody(Exception):
    """A body is shorter or longer than its own fields say."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU; `body` unread. It may hold a PIN: neither is shown."""

    command: int
    status: int
    sequence: int
    body: bytes = b""

    def encode(self) -> bytes:
        """The octets on the wire."""
        size = HEADER.size + len(self.body)
        return HEADER.pack(size, self.command, self.status, self.sequence) + self.body

    def __repr__(self) -> str:
        return f"Pdu({self.command:#010x}, {self.status:#x}, #{self.sequence})"


class Frames:
    """Cuts a stream of octets into PDUs."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Pdu]:
        """The PDUs that are complete now. Raises BadLength once those before it are out."""
        rest = self._rest
        rest += data
        found: list[Pdu] = []
        at = 0
        while len(rest) - at >= 4:
            size = int.from_bytes(rest[at : at + 4], "big")
            if not HEADER.size <= size <= LONGEST:
                if found:
                    break
                header = rest[at : at + HEADER.size]
                raise BadLength(int.from_bytes(header[12:], "big") if len(header) == 16 else 0)
            if len(rest) - at < size:
                break
            _, command, status, sequence = HEADER.unpack_from(rest, at)
            body = bytes(rest[at + HEADER.size : at + size])
            found.append(Pdu(command, status, sequence, body))
            at += size
        del rest[:at]
        return found


@dataclass(frozen=True, slots=True)
class Address:
    """A number or a name: type of number, numbering plan, the digits or letters."""

    ton: int
    npi: int
    value: str


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """The body of a submit_sm or deliver_sm. Times are in SMPP's own form, empty for none."""

    source: Address
    destination: Address
    text: bytes
    data_coding: int = 0
    esm_class: int = 0
    registered_delivery: int = 0
    tlvs: tuple[tuple[int, bytes], ...] = ()
    service_type: str = ""
    protocol_id: int = 0
    priority: int = 0
    schedule_time: str = ""
    validity: str = ""
    replace: int = 0
    default_text: int = 0

    def tlv(self, tag: int) -> bytes | None:
        """The first TLV with this tag."""
        return next((value for found, value in self.tlvs if found == tag), None)

    @property
    def octets(self) -> bytes:
        """The user data: short_message, or message_payload when that is empty."""
        return self.text or self.tlv(Tag.MESSAGE_PAYLOAD) or b""

    def __repr__(self) -> str:
        return f"ShortMessage({len(self.text)} octets)"


def encode_message(message: ShortMessage) -> bytes:
    """The body. Raises ValueError for a text that is too long."""
    if len(message.text) > MOST_TEXT:
        raise ValueError("short_message too long")
    return b"".join((
        _c_string(message.service_type), _address(message.source), _address(message.destination),
        bytes((message.esm_class, message.protocol_id, message.priority)),
        _c_string(message.schedule_time), _c_string(message.validity),
        bytes((message.registered_delivery, message.replace, message.data_coding,
               message.default_text, len(message.text))),
        message.text, *(_TLV.pack(tag, len(value)) + value for tag, value in message.tlvs),
    ))  # fmt: skip


def decode_message(body: bytes) -> ShortMessage:
    """Raises BadBody."""
    read = _Reader(body)
    service_type = read.c_string()
    source, destination = read.address(), read.address()
    esm_class, protocol_id, priority = read.octets(3)
    schedule_time, validity = read.c_string(), read.c_string()
    registered, replace, data_coding, default_text, length = read.octets(5)
    text = read.octets(length)
    return ShortMessage(
        source, destination, text, data_coding, esm_class, registered, read.tlvs(), service_type,
        protocol_id, priority, schedule_time, validity, replace, default_text,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Login:
    """What a bind says. `system_type` is a word some SMSCs want."""

    system_id: str
    password: str = field(repr=False)
    system_type: str = ""


def encode_bind(login: Login) -> bytes:
    """The body of a bind_transceiver for every address."""
    return b"".join((
        _c_string(login.system_id), _c_string(login.password), _c_string(login.system_type),
        bytes((VERSION, 0, 0)), _c_string(""),
    ))  # fmt: skip


def decode_message_id(body: bytes) -> str:
    """The SMSC's id in a submit_sm_resp; empty when it gives none. Raises BadBody."""
    return _Reader(body).c_string() if body else ""


def deliver_answer(request: Pdu, status: int) -> Pdu:
    """The deliver_sm_resp to a deliver_sm; its message_id is unused and empty."""
    return Pdu(Command.DELIVER_SM_RESP, status, request.sequence, b"\0")


def _c_string(text: str) -> bytes:
    return text.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"


def _address(address: Address) -> bytes:
    return bytes((address.ton, address.npi)) + _c_string(address.value)


class _Reader:
    """Takes fields off the front of a body. Raises BadBody."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def octets(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._body):
            raise BadBody("too short")
        taken = self._body[self._at : end]
        self._at = end
        return taken

    def c_string(self) -> str:
        end = self._body.find(0, self._at)
        if end < 0:
            raise BadBody("a string has no end")
        taken = self._body[self._at : end]
        self._at = end + 1
        return taken.decode("latin-1")

    def address(self) -> Address:
        ton, npi = self.octets(2)
        return Address(ton, npi, self.c_string())

    def tlvs(self) -> tuple[tuple[int, bytes], ...]:
        found = []
        while self._at < len(self._body):
            tag, length = _TLV.unpack(self.octets(_TLV.size))
            found.append((tag, self.octets(length)))
        return tuple(found)
