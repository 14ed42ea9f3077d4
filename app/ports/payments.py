"""What the core asks of a payment provider: accounts to pay into, and what was really paid.

An adapter never raises for what a provider or a network can do. A webhook is only ever a reason to
ask: what credits a wallet is the answer of the provider's API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.money import Money
from app.domain.msisdn import Msisdn


class BadWebhook(Exception):
    """A body that can't be read as this provider's event."""


@dataclass(frozen=True, slots=True)
class VirtualAccount:
    """A bank account whose transfers belong to one subscriber. `number`: ten digits in Nigeria."""

    provider: str
    number: str
    bank: str
    name: str


# --- asking for an account -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountReady:
    account: VirtualAccount


@dataclass(frozen=True, slots=True)
class AccountPending:
    """Accepted; an event brings the number."""


@dataclass(frozen=True, slots=True)
class AccountRefused:
    """The provider will not open it; `code` is its word."""

    code: str


@dataclass(frozen=True, slots=True)
class AccountUnknown:
    """No answer, or none that can be read: ask again later."""

    code: str


AccountOutcome = AccountReady | AccountPending | AccountRefused | AccountUnknown


# --- asking for a payment --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paid:
    """Money came. `external_id` is the provider's id of the payment, `account_number` where it came
    in; the provider keeps `fee` of `amount`. `reference` is ours, where we started the charge;
    `owner` is whose account it came into, where the provider says that and not the number."""

    external_id: str
    amount: Money
    fee: Money
    account_number: str
    reference: str = ""
    owner: Msisdn | None = None


@dataclass(frozen=True, slots=True)
class NotPaid:
    """The provider knows the payment, or knows that there is none, and no money came."""

    code: str


@dataclass(frozen=True, slots=True)
class PaymentUnknown:
    """Not to be known now: ask again later."""

    code: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The payment came and `amount` of it, in all, was taken back since (reversed, refunded, a
    dispute lost)."""

    external_id: str
    amount: Money


PaymentState = Paid | NotPaid | TakenBack | PaymentUnknown


# --- events ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaymentHeard:
    """Something happened to the payment with this reference at the provider."""

    reference: str


@dataclass(frozen=True, slots=True)
class ChargeHeard:
    """Something happened to a charge we started: under our reference, or the provider's id."""

    reference: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class PaymentTakenBack:
    """A payment was reversed, refunded or disputed: ask. Known by its reference at the provider or
    the provider's id of it."""

    reference: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountHeard:
    """The account of this subscriber is open."""

    owner: Msisdn
    account: VirtualAccount


@dataclass(frozen=True, slots=True)
class AccountNotOpened:
    """The account of this subscriber won't be opened."""

    owner: Msisdn


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """An event that asks nothing of us."""

    event: str


PaymentEvent = (
    PaymentHeard | ChargeHeard | PaymentTakenBack | AccountHeard | AccountNotOpened | NothingHeard
)


class WebhookReader(Protocol):
    """A payment provider's webhooks. `name` is also the end of their path."""

    name: str

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """May this webhook be looked at? Signed where the provider signs. Header names are
        lower-case."""
        ...

    def parse(self, body: bytes) -> PaymentEvent:
        """Read a webhook's body. Raises BadWebhook."""
        ...


class AccountProvider(WebhookReader, Protocol):
    """A provider that opens bank accounts to pay into; `account_currencies`: of which wallets."""

    account_currencies: frozenset[str]

    def open_account(self, owner: Msisdn) -> AccountOutcome:
        """Ask for an account of this subscriber; safe to ask again."""
        ...

    def query(self, reference: str) -> PaymentState:
        """What became of the payment with this reference at the provider."""
        ...

    def look_again(self, owner: Msisdn, account_number: str) -> bool:
        """Have the provider look for transfers into the subscriber's account which it hasn't told
        us of; False when it didn't hear."""
        ...


class RefundReader(Protocol):
    """A provider whose word on a payment leaves out that part of it was refunded."""

    def taken_back(self, reference: str) -> PaymentState:
        """What became of the payment with this reference at the provider, refunds included:
        TakenBack with their sum, or what `query` says when there are none."""
        ...
