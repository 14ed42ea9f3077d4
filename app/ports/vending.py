"""What the core asks of a vending provider, and the only outcomes one can have.

An adapter never raises for what a vendor or a network can do: it returns an outcome. What its
table doesn't list is Unknown. Who acts on each outcome is decided in app/domain/vending.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    ProviderTraits,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import ProductKind

__all__ = [
    "Declined", "Delivered", "Misconfigured", "NotFound", "NotSent", "Pending", "ProductKind",
    "ProviderTraits", "QueryOutcome", "Scope", "StatusCallback", "Throttled", "Unknown",
    "ValidationRequest", "VendOutcome", "VendRequest", "VendingProvider",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class VendRequest:
    """One attempt to deliver airtime or a data plan.

    `reference` is our id at the provider, stored before the first byte leaves and used again for
    every repeat. No first byte may leave after `send_by`. `code` is the provider's own of what is
    sold, as `Offered.code` has it. `amount`: of airtime what must reach the phone, in the
    operator's currency; of a data plan what the provider was to take for it when we last looked
    (`Offered.cost`): an adapter never pays more than that.
    """

    reference: str
    recipient: Msisdn
    operator: str
    amount: Money
    send_by: datetime
    code: str
    kind: ProductKind = ProductKind.AIRTIME


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

    @property
    def traits(self) -> ProviderTraits: ...

    def new_reference(self, seed: str, at: datetime) -> str:
        """Our id for a new attempt in the vendor's own form. `seed` is unique per attempt."""
        ...

    def vend(self, request: VendRequest) -> VendOutcome:
        """Ask for delivery. Blocks up to the read timeout; holds no transaction."""
        ...

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """Ask what became of an attempt; only called when `traits.can_be_asked` says that it
        can be. NotFound is an answer, not a proof."""
        ...

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """Its balance call: the float it holds for us, or why it can't be used."""
        ...
