"""What money coming in works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.ports.payments import PaymentProvider
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class FundingContext:
    """`providers` in the order in which accounts are asked for (FUNDING_PROVIDERS)."""

    services: Context
    providers: Mapping[str, PaymentProvider]
