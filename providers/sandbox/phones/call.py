"""What every handset has: calls and SMS, and what a gateway sends and understands for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

OPERATORS = {
    "62130": "MTN", "62120": "AIRTEL", "62150": "GLO", "62160": "9MOBILE",
    "62001": "MTN", "62002": "VODAFONE", "62006": "AIRTELTIGO",
    "63902": "SAFARICOM", "63903": "AIRTEL", "63907": "TELKOM", "64101": "AIRTEL", "64110": "MTN",
    "64002": "TIGO", "64004": "VODACOM", "63510": "MTN",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One session: its id at the gateway, the MSISDN (E.164), the code that was dialled
    (`*384*123*500#` when deep), the short code it is routed by, and the SIM's network code
    (MCC and MNC, `62130`; empty when unknown)."""

    session: str
    msisdn: str
    dialled: str
    short_code: str
    network: str

    @property
    def suffix(self) -> tuple[str, ...]:
        """What was dialled behind the short code."""
        stem = self.short_code.strip("*#") + "*"
        whole = self.dialled.strip("*#")
        return tuple(whole[len(stem) :].split("*")) if whole.startswith(stem) else ()

    @property
    def operator(self) -> str:
        """What most gateways call the SIM's operator; empty when unknown."""
        return OPERATORS.get(self.network, "")


@dataclass(frozen=True, slots=True)
class Wire:
    """An HTTP request of a gateway. `tail` follows `/ussd/<gateway>` or, of an SMS,
    `/sms/<gateway>`, with its slash."""

    method: str
    tail: str = ""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS from a handset: its id at the gateway, whose it is (E.164), the short code it goes
    to, what it says, the SIM's network code (empty when unknown), and when it was sent (UTC)."""

    id: str
    msisdn: str
    to: str
    text: str
    network: str
    at: datetime


Texting = Callable[[Text], Wire]
"""How one gateway brings an SMS."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the handset shows. `close`: the session is over."""

    text: str
    close: bool


class NotShown(Exception):
    """The gateway would end the session with an error: the answer isn't one it understands."""


class Phone(Protocol):
    """A handset behind one gateway."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        """What the gateway sends once `typed` has been typed, input by input, since dialling."""
        ...

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        """What the handset shows of an answer; header names are lower-case. Raises NotShown."""
        ...

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        """The notice that a session is over, by its user or by timeout; None where none comes."""
        ...


@runtime_checkable
class ToldAllEnds(Protocol):
    """A phone whose gateway also tells of sessions that the program's own answer ended."""

    def concluded(self, call: Call, typed: tuple[str, ...], *, understood: bool) -> Wire:
        """The notice after the program's last screen, or after an answer that was none."""
        ...
