"""What the core asks of a provider that can be told to collect money from a subscriber.

We start a charge under a reference of ours; the subscriber agrees to it elsewhere (a bank's USSD
code, a prompt on the handset, a one-time account). What credits the wallet is the provider's answer
to a query, and only when reference, amount and currency are those of the charge.
"""

from dataclasses import dataclass
from typing import Protocol

from app.domain.charges import ChargeMethod
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.payments import PaymentState, WebhookReader

__all__ = [
    "Charge", "ChargeMethod", "ChargeNotSent", "ChargeOutcome", "ChargeProvider", "ChargeRefused",
    "ChargeStarted", "ChargeUnknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charge:
    """`reference` is ours, stored before the first byte leaves; `bank` is a code of
    app.domain.banks for BANK_USSD, else empty; `external_id` is what the provider answered to the
    start, empty while that is not known."""

    reference: str
    owner: Msisdn
    method: ChargeMethod
    amount: Money
    bank: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class ChargeStarted:
    """Accepted, not paid. `dial`: the code the subscriber must dial, if there is one; `account`
    and `bank`: where to transfer to, for a one-time account; `to_pay`: what must be paid there
    when the provider adds its fee, else None; `link`: the hosted page to open."""

    external_id: str
    dial: str = ""
    account: str = ""
    bank: str = ""
    to_pay: Money | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class ChargeRefused:
    """The provider will not collect this; `code` is its word. No money can come of it."""

    code: str


@dataclass(frozen=True, slots=True)
class ChargeUnknown:
    """No answer, or none that can be read: it may have started. Ask, never start another."""

    code: str


@dataclass(frozen=True, slots=True)
class ChargeNotSent:
    """No byte of the request left: it may be started later, under the same reference."""

    code: str


ChargeOutcome = ChargeStarted | ChargeRefused | ChargeUnknown | ChargeNotSent


class ChargeProvider(WebhookReader, Protocol):
    """A provider that collects money on our word, by these methods, in these currencies,
    by USSD through these banks (codes of app.domain.banks)."""

    methods: frozenset[ChargeMethod]
    charge_currencies: frozenset[str]
    banks: frozenset[str]

    def start(self, charge: Charge) -> ChargeOutcome:
        """Start it. Called once for a reference unless the request never left."""
        ...

    def query_charge(self, charge: Charge) -> PaymentState:
        """What became of it. `Paid.reference` is our reference as the provider holds it, without
        what the adapter may have put in front of it."""
        ...
