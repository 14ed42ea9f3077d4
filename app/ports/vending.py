"""What the core asks of a vending provider, and the only outcomes one can have.

An adapter never raises for what a vendor or a network can do: it returns an outcome. What its
table doesn't list is Unknown. Who acts on each outcome is decided in app/domain/vending.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class VendRequest:
    """One attempt to deliver airtime.

    `reference` is our id at the provider, stored before the first byte leaves and used again for
    every repeat. No first byte may leave after `send_by`.
    """

    reference: str
    recipient: Msisdn
    operator: str
    amount: Money
    send_by: datetime


class Scope(StrEnum):
    """Whose refusal it is: of this sale whoever sells it, or of this provider only."""

    SALE = "sale"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Delivered:
    """Final success: value has reached the phone."""

    external_id: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """Final refusal: nothing was or will be delivered for this reference."""

    code: str
    scope: Scope
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request left; the same reference may be used again."""

    code: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Refused for now, nothing was or will be delivered for this request.

    `same_recipient` is the vendor's repeat rule (same number, or number and amount, too soon);
    otherwise the same reference may be sent again after `after`.
    """

    code: str
    after: timedelta
    same_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted; the final word comes later."""

    external_id: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been delivered. Only the vendor's word, or time, ends this."""

    code: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """This provider can't sell until somebody acts (credentials, empty float)."""

    code: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """Answer to a query only: the vendor doesn't know the reference (now)."""

    code: str = ""


VendOutcome = Delivered | Declined | NotSent | Throttled | Pending | Unknown | Misconfigured
QueryOutcome = Delivered | Declined | Pending | Unknown | NotFound | NotSent | Misconfigured


@dataclass(frozen=True, slots=True)
class ProviderTraits:
    """What is documented of a vendor; the rules for its Unknowns follow from it.

    can_query: it can be asked about our reference after an answer that never came.
    refuses_duplicates: a repeated reference is documented never to vend twice.
    grace: how long after its answer was due a request may still be on its way.
    never_processed_after: documented age at which an unknown reference will never be processed.
    validates: it asks us (validation callback) before it books, so silence means "not booked".
    callback_settles: its callback is the only final word there is (it can't be asked).
    """

    name: str
    can_query: bool
    refuses_duplicates: bool
    grace: timedelta
    never_processed_after: timedelta | None = None
    validates: bool = False
    callback_settles: bool = False


@dataclass(frozen=True, slots=True)
class StatusCallback:
    """A vendor's unsigned word about an attempt: a reason to ask, or (see traits) an outcome.

    `reference` is ours when the vendor repeats it, `external_id` is the vendor's.
    """

    provider: str
    outcome: Delivered | Declined | Pending | Unknown
    reference: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class ValidationRequest:
    """A vendor asks whether we really ordered this, before it books."""

    provider: str
    transaction_id: str
    recipient: Msisdn
    amount: Money


class VendingProvider(Protocol):
    """One vendor behind one account."""

    traits: ProviderTraits

    def sells(self, operator: str) -> bool:
        """Can it deliver airtime of this operator (our code)?"""
        ...

    def new_reference(self, seed: str, at: datetime) -> str:
        """Our id for a new attempt in the vendor's own form. `seed` is unique per attempt."""
        ...

    def vend(self, request: VendRequest) -> VendOutcome:
        """Ask for delivery. Blocks up to the read timeout; holds no transaction."""
        ...

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """Ask what became of an attempt; only called when `traits.can_query` or an external id
        is known. NotFound is an answer, not a proof."""
        ...

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """Its balance call: the float it holds for us, or why it can't be used."""
        ...
