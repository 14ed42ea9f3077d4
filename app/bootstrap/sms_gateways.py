"""Each SMS gateway made from its settings. A new one is a function and a line in the table."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.ports.channels import SmsGateway
from providers import registry

if TYPE_CHECKING:
    from app.bootstrap import Parts


def _africastalking(of: "Parts") -> SmsGateway:
    wanted = of.settings
    settings = registry.AfricasTalkingSmsSettings(
        wanted.africastalking_base_url.rstrip("/"), wanted.africastalking_username,
        wanted.africastalking_api_key.get_secret_value(), wanted.africastalking_sender,
    )  # fmt: skip
    gateway: SmsGateway = registry.SMS_GATEWAYS["africastalking"](settings, of.http)
    return gateway


def _kannel(of: "Parts") -> SmsGateway:
    wanted = of.settings
    base, tokens = wanted.kannel_callback_base.rstrip("/"), wanted.kannel_inbound_tokens
    settings = registry.KannelSettings(
        wanted.kannel_base_url.rstrip("/"), wanted.kannel_username,
        wanted.kannel_password.get_secret_value(), wanted.kannel_smsc, wanted.kannel_account,
        wanted.sms_short_code, "/".join((base, "sms/kannel/delivery", *tokens[:1])) if base else "",
    )  # fmt: skip
    gateway: SmsGateway = registry.SMS_GATEWAYS["kannel"](settings, of.http)
    return gateway


SMS: dict[str, Callable[["Parts"], SmsGateway]] = {
    "africastalking": _africastalking,
    "kannel": _kannel,
}
"""Which countries each reaches, SMS_REACH says."""
