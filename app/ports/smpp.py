"""What the SMPP link brings in, takes out, and asks of the program behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.msisdn import Msisdn
from app.ports.channels import SessionEnd, SmsState, UssdAnswer, UssdHop


class DeskAway(Exception):
    """What is behind the link can't be reached now; nothing was stored, or it isn't known."""


@dataclass(frozen=True, slots=True)
class SmsPart:
    """One short message of a MT SMS: `text` with its user data header, if esm_class says so."""

    text: bytes
    data_coding: int
    esm_class: int

    def __repr__(self) -> str:
        return f"SmsPart({len(self.text)} octets)"


@dataclass(frozen=True, slots=True)
class ClaimedPart:
    """A short message to send. (id, claim) names this claim of it; `again`: it may have left
    before."""

    id: int
    claim: int
    sender: str
    msisdn: str
    part: SmsPart
    again: bool


class PartOutcome(StrEnum):
    """What came of a submission."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRY = "retry"
    """The SMSC didn't take it now."""
    UNKNOWN = "unknown"
    """The SMSC said what we don't understand; it isn't sent again."""
    NOT_SENT = "not_sent"
    """It never left."""
    IN_DOUBT = "in_doubt"
    """The link ended before the answer came; it is sent again, and that counts."""


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """`wait_seconds` before the next try, where there is one."""

    id: int
    claim: int
    outcome: PartOutcome
    code: str = ""
    message_id: str = ""
    wait_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """`message_id` is the id that the submit_sm_resp gave; `reason` is the SMSC's own word and
    error."""

    message_id: str
    state: SmsState
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of which long SMS of its sender this is; `number` counts from 1."""

    joint: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class HeardSms:
    """A MO short message, a whole SMS or one part of it. `given_id`: the SMSC's id of it, empty
    when it gives none. `text` may hold a PIN."""

    sender: Msisdn
    code: str
    text: str
    place: Place | None
    given_id: str
    sent_at: datetime | None

    def __repr__(self) -> str:
        return f"HeardSms({self.place})"


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link stands; `throttled`: the SMSC said that it is too much, and we wait."""

    name: str
    bound: bool
    window: int
    in_flight: int
    throttled: bool


class SmppDesk(Protocol):
    """The program behind the link. Every method blocks and may raise DeskAway."""

    def claim(self, limit: int) -> list[ClaimedPart]:
        """At most so many short messages that are due; they come due again in a while if nobody
        says what came of them."""
        ...

    def record(self, answers: Sequence[PartAnswer]) -> None:
        """What came of claimed ones. Safe to repeat."""
        ...

    def receive(self, receipts: Sequence[Receipt]) -> None:
        """Delivery receipts, stored. Safe to repeat."""
        ...

    def hear(self, sms: HeardSms, link: str) -> None:
        """A MO SMS, stored and done, once however often the SMSC sends it."""
        ...

    def hop(self, hop: UssdHop) -> UssdAnswer:
        """The answer to a USSD hop. Never raises."""
        ...

    def over(self, end: SessionEnd) -> None:
        """A USSD session is over."""
        ...

    def stands(self, state: LinkState) -> None:
        """How the link stands, every few seconds."""
        ...

    def tidy(self) -> None:
        """Forget what is too old to matter."""
        ...
