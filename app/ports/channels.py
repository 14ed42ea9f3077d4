"""What gateways bring in and what is handed back to them, in one shape for every dialect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Protocol

from app.domain.msisdn import Msisdn

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return _NOTHING


class Unreadable(Exception):
    """A gateway's request isn't what its dialect says; the text says why, without repeating any of
    it."""


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """A gateway's HTTP request, unread. `tail` is what follows the gateway's own path, without a
    token and without slashes at its ends; `query` is the raw query string."""

    method: str
    tail: str
    query: str
    content_type: str
    body: bytes

    def __repr__(self) -> str:
        return f"GatewayRequest({self.method}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """What goes back, in the gateway's own form."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Newest:
    """How a gateway that sends only the newest input says where in its session a hop stands.

    `first`: does the session begin with this hop? `number`: the gateway's own count of the
    session's hops, from 1; None where it doesn't count. `typed`: where `first` is only read off the
    code that was dialled, what was typed if the session is older; may be a PIN. `ids_return`: its
    session ids are used again, so that a session is told from others by how it began.
    """

    first: bool
    number: int | None = None
    typed: str | None = field(default=None, repr=False)
    ids_return: bool = False


@dataclass(frozen=True, slots=True)
class UssdHop:
    """One request of a USSD session.

    `inputs` is the whole history of the session as this gateway tells it (first hop: empty, or a
    deep dial's suffix); from a gateway that sends only the newest input (`newest`), that input
    alone, and on the first hop what a whole history would be. It may hold a PIN: it goes into no
    log, queue, record or report. `session` is the gateway's id, unique within the channel (but see
    `Newest.ids_return`); from a gateway that gives each message an id, `message` is its id of this
    very hop, the same when it is brought again. `sent` is when the
    handset sent it, as far as the gateway says. `echo` is what this gateway wants back with the
    answer.
    """

    channel: str
    session: str
    msisdn: Msisdn
    service_code: str
    network_code: str | None
    inputs: tuple[str, ...]
    newest: Newest | None = None
    echo: Mapping[str, str] = field(default_factory=_nothing)
    message: str = ""
    sent: datetime | None = None

    def __repr__(self) -> str:
        return f"UssdHop({self.channel}, {self.session}, step {len(self.inputs)})"


@dataclass(frozen=True, slots=True)
class UssdAnswer:
    """A screen to send back. `close` ends the session; `label` names the state, never data."""

    text: str
    close: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """A gateway's notice that a session is over. `session` as in UssdHop; `status` is the gateway's
    own word."""

    channel: str
    session: str
    status: str
    duration_ms: int | None = None
    hops: int | None = None
    cost: str = ""
    echo: Mapping[str, str] = field(default_factory=_nothing)


class UssdDialect(Protocol):
    """How one gateway speaks USSD over HTTP: pure reading and rendering.

    `methods` are those it uses; `budget` the septets its screens may take, None for the setting's.
    """

    channel: ClassVar[str]
    methods: ClassVar[frozenset[str]]
    budget: ClassVar[int | None]

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        """The hop, or the notice that a session is over. Raises Unreadable."""
        ...

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        """The answer to a hop."""
        ...

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        """The answer to a notice that a session is over."""
        ...

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        """What the gateway is told, and shows if it can, when its request can't be read."""
        ...


@dataclass(frozen=True, slots=True)
class MoSms:
    """An SMS from a handset. `text` may hold a PIN until the service has cut it out."""

    channel: str
    gateway_id: str
    sender: Msisdn
    to: str
    text: str
    sent_at: datetime | None
    network_code: str | None

    def __repr__(self) -> str:
        return f"MoSms({self.channel}, {self.gateway_id})"


@dataclass(frozen=True, slots=True)
class MtSms:
    """An SMS to a handset; `reference` is our id of it, `secrets` what may not be recorded.

    `sender` is what it comes from, a short code or a name; empty for the gateway's own default.
    """

    reference: str
    to: Msisdn
    text: str
    secrets: tuple[str, ...] = ()
    sender: str = ""

    def __repr__(self) -> str:
        return f"MtSms({self.reference})"


@dataclass(frozen=True, slots=True)
class OptOut:
    """A handset wants no more promotional SMS from this sender."""

    msisdn: Msisdn
    sender: str


class SmsState(StrEnum):
    """Life of an MT SMS; it only moves forward in this order (the last three are final)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BUFFERED = "buffered"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SmsAccepted:
    """The gateway took it; delivery reports will name `gateway_id`."""

    gateway_id: str
    cost: str = ""


@dataclass(frozen=True, slots=True)
class SmsRefused:
    """The gateway will never send this text to this number. `code` is the gateway's word;
    `do_not_disturb`: by the wish of whom it belongs to."""

    code: str
    do_not_disturb: bool = False


@dataclass(frozen=True, slots=True)
class SmsNotSent:
    """Not handed over now; the same SMS may be tried again. `code` says why."""

    code: str


@dataclass(frozen=True, slots=True)
class SmsUnknown:
    """The answer never came or can't be read; the SMS may have been sent."""

    code: str


SmsOutcome = SmsAccepted | SmsRefused | SmsNotSent | SmsUnknown


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a gateway says later of an MT SMS it accepted. A word that nobody knows is SENT, with
    the word as `reason`. `reference` is our id of it, where the gateway tells it: such a report may
    come before its acceptance was recorded. `do_not_disturb`: not delivered by the wish of whom the
    number belongs to."""

    channel: str
    gateway_id: str
    state: SmsState
    reason: str = ""
    reference: str = ""
    do_not_disturb: bool = False


class SmsGateway(Protocol):
    """A way out for SMS."""

    name: str

    def send(self, sms: MtSms) -> SmsOutcome:
        """Hand one SMS over. Never raises for what a gateway or a network can do."""
        ...
