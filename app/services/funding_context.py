"""What money coming in works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.ports.charges import ChargeProvider
from app.ports.payments import AccountProvider, RefundReader, WebhookReader
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class FundingContext:
    """Providers by name, in the order of FUNDING_PROVIDERS: `readers` is all of them, `accounts`
    those that open accounts to pay into, `charges` those that collect on our word, `refunds` those
    that must be asked for refunds separately."""

    services: Context
    readers: Mapping[str, WebhookReader]
    accounts: Mapping[str, AccountProvider]
    charges: Mapping[str, ChargeProvider]
    refunds: Mapping[str, RefundReader] = field(default_factory=dict)
