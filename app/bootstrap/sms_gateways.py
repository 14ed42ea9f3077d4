"""Each SMS gateway made from its settings, and the rules for sending through them. A new gateway is
a function and a line in the table."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from app.domain.sms import QuietHours
from app.observability.vending import count_sms
from app.ports.channels import SmsGateway
from app.services.send_by_smpp import put_parts
from app.services.sms_context import MtSmsRules, SmsContext
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


def _smpp(of: "Parts") -> SmsGateway:
    wanted = of.settings
    gateway: SmsGateway = registry.SMS_GATEWAYS["smpp"](
        wanted.smpp_sender or wanted.sms_short_code, wanted.smpp_alphabet,
        partial(put_parts, of.context),
    )  # fmt: skip
    return gateway


SMS: dict[str, Callable[["Parts"], SmsGateway]] = {
    "africastalking": _africastalking,
    "kannel": _kannel,
    "smpp": _smpp,
}
"""Which countries each reaches, SMS_REACH says."""


def sms_context(of: "Parts") -> SmsContext:
    """The gateways in use, in the order of SMS_GATEWAYS, and what is set about them."""
    wanted = of.settings
    silent = wanted.vendor_read_timeout_seconds + wanted.vendor_connect_timeout_seconds + 5
    rules = MtSmsRules(
        reach={
            name: frozenset(countries.split("+"))
            for name, countries in _pairs(wanted.sms_reach).items()
        },
        senders=_pairs(wanted.sms_senders),
        quiet_hours={
            country: QuietHours(*map(int, hours.split("-")))
            for country, hours in _pairs(wanted.sms_quiet_hours).items()
        },
        daily_parts={
            country: int(most) for country, most in _pairs(wanted.sms_daily_parts).items()
        },
        per_number=wanted.sms_hourly_per_number, per_prefix=wanted.sms_hourly_per_prefix,
        per_country=wanted.sms_hourly_per_country,
    )  # fmt: skip
    return SmsContext(
        of.context, tuple(SMS[name](of) for name in wanted.sms_gateways),
        timedelta(seconds=silent), count_sms, rules,
    )  # fmt: skip


def _pairs(entries: tuple[str, ...]) -> dict[str, str]:
    """`NG=NexusTop` and the like."""
    return {name: value for name, _, value in (entry.partition("=") for entry in entries)}
