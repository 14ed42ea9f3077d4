"""Settings of the gateways of USSD and SMS, a part of app.config.Settings."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from app.domain.aliases import DEFAULT_ALIASES, meanings
from app.setting_values import CommaList, split

USSD_GATEWAYS = (
    "africastalking",
    "hubtel",
)
"""Gateways that bring USSD by HTTP."""
SMS_GATEWAYS = ("africastalking",)
"""Gateways that take and bring SMS."""
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

    short_code: str = Field("*384*123#", pattern=r"^\*[0-9*]+#$")
    sms_short_code: str = Field("20880", pattern=r"^[0-9]{3,8}$")
    ussd_budget_septets: int = Field(156, ge=60, le=182)
    session_seconds: int = Field(180, ge=30, le=900)
    resume_minutes: int = Field(10, ge=0, le=60)
    dial_aliases: CommaList = DEFAULT_ALIASES

    @field_validator("ussd_gateways", "sms_gateways", "dial_aliases", *_TOKENS, mode="before")
    @classmethod
    def _gateway_lists(cls, value: object) -> object:
        return split(value)

    @field_validator("ussd_gateways")
    @classmethod
    def _known_gateways(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(value) - set(USSD_GATEWAYS)
        if unknown:
            raise ValueError(f"unknown gateway {', '.join(sorted(unknown))}")
        return value

    @field_validator("dial_aliases")
    @classmethod
    def _known_aliases(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        meanings(value)
        return value

    @property
    def gateway_tokens(self) -> tuple[str, ...]:
        """The settings that hold the tokens of the gateways in use."""
        return tuple(f"{name}_inbound_tokens" for name in self.ussd_gateways)
