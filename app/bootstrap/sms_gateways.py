"""Each SMS gateway made from its settings. A new one is a function and a line in the table."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.ports.channels import SmsGateway
from app.services.send_by_smpp import put_parts
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


def _smpp(of: "Parts") -> SmsGateway:
    wanted = of.settings
    gateway: SmsGateway = registry.SMS_GATEWAYS["smpp"](
        wanted.smpp_sender or wanted.sms_short_code, wanted.smpp_alphabet,
        partial(put_parts, of.context),
    )  # fmt: skip
    return gateway


SMS: dict[str, Callable[["Parts"], SmsGateway]] = {
    "africastalking": _africastalking,
    "smpp": _smpp,
}
