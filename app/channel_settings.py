"""Settings of the gateways of USSD and SMS, a part of app.config.Settings."""

import re
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings

from app.domain.aliases import DEFAULT_ALIASES, meanings
from app.domain.money import MINOR_DIGITS
from app.domain.sms_rules import PIN_UP_TO, MoSmsRules
from app.setting_values import CommaList, plain, split

USSD_GATEWAYS = (
    "africastalking",
    "arkesel",
    "comviva",
    "hollatags",
    "hubtel",
    "infobip",
    "madapi",
    "moolre",
    "nalo",
    "safaricom",
    "truroute",
    "kannel",
)
"""Gateways that bring USSD by HTTP."""
_WHOLE_UNITS = re.compile(r"[0-9]{1,9}")
SMS_GATEWAYS = ("africastalking", "kannel", "smpp")
"""Gateways that take and bring SMS."""
_SMS_NEEDS = {"kannel": ("base_url", "username", "password")}
"""SMS gateway -> the settings it can't do without, less its name in front."""
_TOKENS = tuple(
    f"{name}_inbound_tokens"
    for name in ("africastalking", "arkesel", "comviva", "hollatags", "hubtel", "infobip", "kannel",
                 "madapi", "moolre", "nalo", "safaricom", "truroute")
)  # fmt: skip


class ChannelSettings(BaseSettings):
    """`ussd_gateways` are those in use; each has the tokens at the end of its paths."""

    ussd_gateways: CommaList = ("africastalking",)
    sms_gateways: CommaList = ("africastalking",)
    africastalking_inbound_tokens: CommaList = ()
    arkesel_inbound_tokens: CommaList = ()
    comviva_inbound_tokens: CommaList = ()
    hollatags_inbound_tokens: CommaList = ()
    hubtel_inbound_tokens: CommaList = ()
    infobip_inbound_tokens: CommaList = ()
    kannel_inbound_tokens: CommaList = ()
    madapi_inbound_tokens: CommaList = ()
    moolre_inbound_tokens: CommaList = ()
    nalo_inbound_tokens: CommaList = ()
    safaricom_inbound_tokens: CommaList = ()
    truroute_inbound_tokens: CommaList = ()

    kannel_base_url: str = ""
    kannel_username: str = ""
    kannel_password: SecretStr = SecretStr("")
    kannel_smsc: str = ""
    kannel_account: str = ""
    kannel_callback_base: str = ""

    short_code: str = Field("*384*123#", pattern=r"^\*[0-9*]+#$")
    sms_short_code: str = Field("20880", pattern=r"^[0-9]{3,8}$")
    sms_pin_up_to: CommaList = ()
    sms_code_minutes: int = Field(10, ge=1, le=60)
    sms_max_age_minutes: int = Field(15, ge=1, le=1440)
    ussd_budget_septets: int = Field(156, ge=60, le=182)
    session_seconds: int = Field(180, ge=30, le=900)
    resume_minutes: int = Field(10, ge=0, le=60)
    dial_aliases: CommaList = DEFAULT_ALIASES

    @field_validator(
        "ussd_gateways", "sms_gateways", "sms_pin_up_to", "dial_aliases", *_TOKENS, mode="before"
    )
    @classmethod
    def _gateway_lists(cls, value: object) -> object:
        return split(value)

    @field_validator("ussd_gateways", "sms_gateways")
    @classmethod
    def _known_gateways(cls, value: tuple[str, ...], field: ValidationInfo) -> tuple[str, ...]:
        known = USSD_GATEWAYS if field.field_name == "ussd_gateways" else SMS_GATEWAYS
        unknown = set(value) - set(known)
        if unknown:
            raise ValueError(f"unknown gateway {', '.join(sorted(unknown))}")
        if not value and field.field_name == "sms_gateways":
            raise ValueError("must name one at least")
        return value

    @field_validator("kannel_base_url", "kannel_callback_base")
    @classmethod
    def _kannel_address(cls, value: str) -> str:
        """One's own Kannel may well run on this machine, in live mode too."""
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        return value

    @model_validator(mode="after")
    def _sms_gateways_are_complete(self) -> Self:
        missing = [
            f"{gateway.upper()}_{part.upper()} is missing"
            for gateway in self.sms_gateways
            for part in _SMS_NEEDS.get(gateway, ())
            if not plain(getattr(self, f"{gateway}_{part}"))
        ]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    @field_validator("sms_pin_up_to")
    @classmethod
    def _amounts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            currency, _, amount = item.partition("=")
            if currency not in PIN_UP_TO or not _WHOLE_UNITS.fullmatch(amount):
                raise ValueError(f"{item} isn't like NGN=2000")
        return value

    @field_validator("dial_aliases")
    @classmethod
    def _known_aliases(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        meanings(value)
        return value

    @property
    def sms_rules(self) -> MoSmsRules:
        """What an SMS may do; currencies that the setting doesn't name keep their default."""
        items = (item.split("=") for item in self.sms_pin_up_to)
        named = {currency: int(amount) * 10 ** MINOR_DIGITS[currency] for currency, amount in items}
        return MoSmsRules(
            PIN_UP_TO | named, timedelta(minutes=self.sms_code_minutes),
            timedelta(minutes=self.sms_max_age_minutes),
        )  # fmt: skip

    @property
    def gateway_tokens(self) -> tuple[str, ...]:
        """The settings that hold the tokens of the gateways in use, where they call by HTTP."""
        used = dict.fromkeys((*self.ussd_gateways, *self.sms_gateways))
        return tuple(one for one in (f"{name}_inbound_tokens" for name in used) if one in _TOKENS)
