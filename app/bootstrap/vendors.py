"""Each vendor made from its settings. A new one is a function and a line in its table."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from app.ports.identity import IdentityProvider
from app.ports.payments import WebhookReader
from app.ports.vending import VendingProvider
from providers import registry

if TYPE_CHECKING:
    from app.bootstrap import Parts


def _africastalking(of: "Parts") -> VendingProvider:
    wanted = of.settings
    account = registry.AfricasTalkingAccount(
        wanted.africastalking_base_url.rstrip("/"), wanted.africastalking_username,
        wanted.africastalking_api_key.get_secret_value(),
    )  # fmt: skip
    grace = timedelta(seconds=wanted.vendor_grace_seconds)
    provider: VendingProvider = registry.VENDING["africastalking"](account, of.http, grace)
    return provider


def _vtpass(of: "Parts") -> VendingProvider:
    wanted = of.settings
    settings = registry.VtpassSettings(
        wanted.vtpass_base_url.rstrip("/"), wanted.vtpass_api_key.get_secret_value(),
        wanted.vtpass_public_key.get_secret_value(), wanted.vtpass_secret_key.get_secret_value(),
        timedelta(seconds=wanted.vendor_grace_seconds),
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["vtpass"](settings, of.http)
    return provider


def _paystack(of: "Parts") -> WebhookReader:
    wanted = of.settings
    settings = registry.PaystackSettings(
        wanted.paystack_base_url.rstrip("/"), wanted.paystack_secret_key.get_secret_value(),
        wanted.paystack_bank, wanted.paystack_customer_domain,
    )  # fmt: skip
    provider: WebhookReader = registry.PAYMENTS["paystack"](settings, of.http)
    return provider


def identity_provider(of: "Parts") -> IdentityProvider:
    wanted = of.settings
    settings = registry.AggregatorSettings(
        wanted.identity_base_url.rstrip("/"), wanted.identity_api_key.get_secret_value()
    )
    provider: IdentityProvider = registry.IDENTITY(settings, of.http)
    return provider


VENDING: dict[str, Callable[["Parts"], VendingProvider]] = {
    "africastalking": _africastalking,
    "vtpass": _vtpass,
}
# A payment provider is at least a reader of webhooks; what else it can do, the registry says.
PAYMENTS: dict[str, Callable[["Parts"], WebhookReader]] = {"paystack": _paystack}
