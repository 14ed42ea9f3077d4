"""What gateways bring in and what is handed back to them, in one shape for every dialect."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class UssdHop:
    """One request of a USSD session.

    `inputs` is the whole history of the session as this gateway tells it (first hop: empty, or a
    deep dial's suffix). It may hold a PIN: it goes into no log, queue, record or report.
    `session` is the gateway's id, unique within the channel.
    """

    channel: str
    session: str
    msisdn: Msisdn
    service_code: str
    network_code: str | None
    inputs: tuple[str, ...]

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
    """A gateway's notice that a session is over. `status` is the gateway's own word."""

    channel: str
    session: str
    status: str
    duration_ms: int | None
    hops: int | None
    cost: str


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
    """An SMS to a handset; `reference` is our id of it, `secrets` what may not be recorded."""

    reference: str
    to: Msisdn
    text: str
    secrets: tuple[str, ...] = ()

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
    """The gateway will never send this text to this number. `code` is the gateway's word."""

    code: str


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
    """What a gateway says later of an MT SMS it accepted."""

    channel: str
    gateway_id: str
    state: SmsState
    reason: str = ""


class SmsGateway(Protocol):
    """A way out for SMS."""

    name: str

    def send(self, sms: MtSms) -> SmsOutcome:
        """Hand one SMS over. Never raises for what a gateway or a network can do."""
        ...
