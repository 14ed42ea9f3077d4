"""Each vendor made from its settings. A new one is a function and a line in its table."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.ports.identity import IdentityProvider
from app.ports.payments import WebhookReader
from app.ports.sim_swap import SimSwapProvider
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


def _africastalking_data(of: "Parts") -> VendingProvider:
    wanted = of.settings
    account = registry.BundlesAccount(
        wanted.africastalking_bundles_base_url.rstrip("/"), wanted.africastalking_username,
        wanted.africastalking_api_key.get_secret_value(), wanted.africastalking_product,
        Path(wanted.africastalking_plans), timedelta(seconds=wanted.vendor_grace_seconds),
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["africastalking_data"](account, of.http)
    return provider


def _smedata(of: "Parts") -> VendingProvider:
    wanted = of.settings
    settings = registry.SmeDataSettings(
        wanted.smedata_base_url.rstrip("/"), wanted.smedata_token.get_secret_value(),
        {operator: int(number) for operator, number in wanted.smedata_network_numbers},
        Path(wanted.smedata_plans), timedelta(seconds=wanted.vendor_grace_seconds),
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["smedata"](settings, of.http)
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


def _dingconnect(of: "Parts") -> VendingProvider:
    wanted = of.settings
    settings = registry.DingConnectSettings(
        wanted.dingconnect_base_url.rstrip("/"), wanted.dingconnect_api_key.get_secret_value(),
        wanted.dingconnect_currency, timedelta(seconds=wanted.vendor_grace_seconds),
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["dingconnect"](settings, of.http)
    return provider


def _reloadly(of: "Parts") -> VendingProvider:
    wanted = of.settings
    settings = registry.ReloadlySettings(
        wanted.reloadly_base_url.rstrip("/"), wanted.reloadly_auth_url.rstrip("/"),
        wanted.reloadly_client_id.get_secret_value(),
        wanted.reloadly_client_secret.get_secret_value(),
        timedelta(seconds=wanted.vendor_grace_seconds), wanted.reloadly_async,
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["reloadly"](settings, of.http, of.clock)
    return provider


def _flutterwave_bills(of: "Parts") -> VendingProvider:
    wanted = of.settings
    tokens = wanted.flutterwave_inbound_tokens
    settings = registry.FlutterwaveBillsSettings(
        wanted.flutterwave_base_url.rstrip("/"), wanted.flutterwave_secret_key.get_secret_value(),
        _callback_url(wanted.public_url, "flutterwave/bills", tokens) if wanted.public_url else "",
        timedelta(seconds=wanted.vendor_grace_seconds),
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["flutterwave"](settings, of.http)
    return provider


def _baxi(of: "Parts") -> VendingProvider:
    wanted = of.settings
    settings = registry.BaxiSettings(
        wanted.baxi_base_url.rstrip("/"), wanted.baxi_api_key.get_secret_value(),
        wanted.baxi_agent_id, wanted.baxi_requery_path,
        timedelta(seconds=wanted.vendor_grace_seconds),
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["baxi"](settings, of.http, of.clock)
    return provider


def _dtone(of: "Parts") -> VendingProvider:
    wanted, base = of.settings, of.settings.dtone_callback_base
    settings = registry.DtoneSettings(
        wanted.dtone_base_url.rstrip("/"), wanted.dtone_api_key.get_secret_value(),
        wanted.dtone_api_secret.get_secret_value(), timedelta(seconds=wanted.vendor_grace_seconds),
        _callback_url(base, "dtone", wanted.dtone_inbound_tokens) if base else "",
    )  # fmt: skip
    provider: VendingProvider = registry.VENDING["dtone"](settings, of.http)
    return provider


def _paystack(of: "Parts") -> WebhookReader:
    wanted = of.settings
    settings = registry.PaystackSettings(
        wanted.paystack_base_url.rstrip("/"), wanted.paystack_secret_key.get_secret_value(),
        wanted.paystack_bank, wanted.paystack_customer_domain,
    )  # fmt: skip
    provider: WebhookReader = registry.PAYMENTS["paystack"](settings, of.http, of.clock)
    return provider


def _flutterwave(of: "Parts") -> WebhookReader:
    wanted = of.settings
    settings = registry.FlutterwaveSettings(
        wanted.flutterwave_base_url.rstrip("/"), wanted.flutterwave_secret_key.get_secret_value(),
        wanted.flutterwave_webhook_hash.get_secret_value(),
        wanted.flutterwave_bvn.get_secret_value(), wanted.flutterwave_customer_domain,
    )  # fmt: skip
    provider: WebhookReader = registry.PAYMENTS["flutterwave"](settings, of.http)
    return provider


def _mpesa(of: "Parts") -> WebhookReader:
    wanted = of.settings
    settings = registry.MpesaSettings(
        wanted.mpesa_base_url.rstrip("/"), wanted.mpesa_consumer_key.get_secret_value(),
        wanted.mpesa_consumer_secret.get_secret_value(), wanted.mpesa_short_code,
        wanted.mpesa_passkey.get_secret_value(),
        _callback_url(wanted.mpesa_callback_base, "mpesa", wanted.mpesa_inbound_tokens),
    )  # fmt: skip
    provider: WebhookReader = registry.PAYMENTS["mpesa"](settings, of.http, of.clock)
    return provider


def _momo(of: "Parts") -> WebhookReader:
    wanted = of.settings
    settings = registry.MomoSettings(
        wanted.momo_base_url.rstrip("/"), wanted.momo_user, wanted.momo_api_key.get_secret_value(),
        wanted.momo_subscription_key.get_secret_value(), wanted.momo_target_environment,
        frozenset(wanted.momo_currencies),
        _callback_url(wanted.momo_callback_base, "momo", wanted.momo_inbound_tokens),
    )  # fmt: skip
    provider: WebhookReader = registry.PAYMENTS["momo"](settings, of.http, of.clock)
    return provider


def _callback_url(base: str, name: str, tokens: tuple[str, ...]) -> str:
    """Where a provider that must be told so sends its callbacks: with the first token, so that the
    second one may run out."""
    return "/".join((base.rstrip("/"), "webhooks", name, *tokens[:1]))


def sim_swap(of: "Parts") -> SimSwapProvider | None:
    """Who is asked about SIMs, None when nobody is."""
    wanted = of.settings
    if not wanted.sim_swap_provider:
        return None
    account = registry.AfricasTalkingInsights(
        wanted.africastalking_insights_base_url.rstrip("/"), wanted.africastalking_username,
        wanted.africastalking_api_key.get_secret_value(),
    )  # fmt: skip
    provider: SimSwapProvider = registry.SIM_SWAP[wanted.sim_swap_provider](account, of.http)
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
    "africastalking_data": _africastalking_data,
    "vtpass": _vtpass,
    "dingconnect": _dingconnect,
    "reloadly": _reloadly,
    "flutterwave": _flutterwave_bills,
    "baxi": _baxi,
    "dtone": _dtone,
    "smedata": _smedata,
}
# A payment provider is at least a reader of webhooks; what else it can do, the registry says.
PAYMENTS: dict[str, Callable[["Parts"], WebhookReader]] = {
    "paystack": _paystack,
    "flutterwave": _flutterwave,
    "mpesa": _mpesa,
    "momo": _momo,
}
