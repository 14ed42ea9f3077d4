"""Settings: read once from the environment and what it names (app.settings_sources), every problem
reported together.

`.env` is read as well, and in demo mode what a running `make run` left in DATA_DIR (`run.env`:
where its servers are; `secrets.env`: keys generated once), so that `nexustop` commands in another
terminal find the same system.
"""

import re
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from app.api_settings import ApiSettings
from app.backoffice_settings import BackofficeSettings
from app.channel_settings import ChannelSettings
from app.merchant_settings import MerchantSettings
from app.security_settings import SecuritySettings
from app.setting_values import CommaList, plain, split
from app.settings_sources import Sources, read_sources
from app.smpp_settings import SmppSettings
from app.sms_settings import SmsSettings
from app.vending_settings import VENDING_ADDRESSES, VendingSettings

DEMO_MARK = "demo-"
"""Every secret generated for demo mode begins with this, so that live mode can refuse it."""

_SCHEMES = {
    "database_url": ("postgresql", "postgres", "postgresql+psycopg2"),
    "migration_database_url": ("postgresql", "postgres", "postgresql+psycopg2"),
    "redis_url": ("redis", "rediss", "unix"),
    "africastalking_base_url": ("http", "https"),
    "vtpass_base_url": ("http", "https"),
    "paystack_base_url": ("http", "https"),
    "flutterwave_base_url": ("http", "https"),
    "mpesa_base_url": ("http", "https"),
    "mpesa_callback_base": ("http", "https"),
    "momo_base_url": ("http", "https"),
    "momo_callback_base": ("http", "https"),
    "africastalking_insights_base_url": ("http", "https"),
    "identity_base_url": ("http", "https"),
    "public_url": ("http", "https"),
    **dict.fromkeys(VENDING_ADDRESSES, ("http", "https")),
}

_FUNDING_NEEDS = {
    "paystack": ("base_url", "secret_key"),
    "flutterwave": ("base_url", "secret_key", "webhook_hash"),
    "mpesa": ("base_url", "consumer_key", "consumer_secret", "short_code", "passkey",
              "callback_base"),
    "momo": ("base_url", "user", "api_key", "subscription_key", "target_environment", "currencies",
             "callback_base"),
}  # fmt: skip
"""Funding provider -> the settings it can't do without, less its name in front."""


class SettingsProblem(Exception):
    """The settings can't be used; the text lists every problem, one a line."""


class Settings(
    VendingSettings, ChannelSettings, SmsSettings, SmppSettings, BackofficeSettings, ApiSettings,
    MerchantSettings, SecuritySettings,
):  # fmt: skip
    """One field per environment variable of the same name in capitals; see docs/settings.md."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    nexustop_mode: Literal["demo", "live"]
    data_dir: Path = Path("var")
    web_server: Literal["gunicorn", "granian"] = "gunicorn"
    bind_address: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    sandbox_port: int = Field(8001, ge=1, le=65535)

    database_url: str
    redis_url: str
    migration_database_url: str = ""
    database_pool_size: int = Field(8, ge=1, le=200)

    secret_key: SecretStr
    pin_peppers: SecretStr
    field_encryption_keys: SecretStr

    africastalking_base_url: str
    africastalking_username: str
    africastalking_api_key: SecretStr
    africastalking_sender: str = ""
    vtpass_base_url: str
    vtpass_api_key: SecretStr
    vtpass_public_key: SecretStr
    vtpass_secret_key: SecretStr
    vtpass_inbound_tokens: CommaList = ()
    funding_providers: CommaList = ()
    paystack_base_url: str = ""
    paystack_secret_key: SecretStr = SecretStr("")
    paystack_bank: str = "wema-bank"
    paystack_customer_domain: str = "customers.nexustop.example"
    paystack_inbound_tokens: CommaList = ()
    flutterwave_base_url: str = ""
    flutterwave_secret_key: SecretStr = SecretStr("")
    flutterwave_webhook_hash: SecretStr = SecretStr("")
    flutterwave_bvn: SecretStr = SecretStr("")
    flutterwave_customer_domain: str = "customers.nexustop.example"
    flutterwave_inbound_tokens: CommaList = ()
    mpesa_base_url: str = ""
    mpesa_consumer_key: SecretStr = SecretStr("")
    mpesa_consumer_secret: SecretStr = SecretStr("")
    mpesa_short_code: str = Field("", pattern=r"^([0-9]{5,7})?$")
    mpesa_passkey: SecretStr = SecretStr("")
    mpesa_callback_base: str = ""
    mpesa_inbound_tokens: CommaList = ()
    momo_base_url: str = ""
    momo_user: str = ""
    momo_api_key: SecretStr = SecretStr("")
    momo_subscription_key: SecretStr = SecretStr("")
    momo_target_environment: str = ""
    momo_currencies: CommaList = ()
    momo_callback_base: str = ""
    momo_inbound_tokens: CommaList = ()
    sim_swap_provider: Literal["", "africastalking"] = ""
    africastalking_insights_base_url: str = ""
    sim_swap_max_age_hours: int = Field(24, ge=1)
    sim_swap_recent_hours: int = Field(72, ge=1)
    rate_max_age_hours: int = Field(48, ge=1)
    identity_base_url: str = ""
    identity_api_key: SecretStr = SecretStr("")
    look_up_max_age_days: int = Field(30, ge=1)
    sentry_dsn: str = ""

    wallet_licence_holder: str = ""
    ledger_anchor_file: Path | None = None
    audit_anchor_file: Path | None = None
    demo_staff_password: SecretStr = SecretStr("")

    web_workers: int | None = Field(None, ge=1, le=64)
    web_threads: int | None = Field(None, ge=1, le=64)
    worker_processes: int = Field(1, ge=1, le=16)
    worker_threads: int = Field(100, ge=1, le=500)

    vendor_connect_timeout_seconds: float = Field(3, gt=0)
    vendor_read_timeout_seconds: float = Field(10, gt=0)
    vendor_grace_seconds: float = Field(20, gt=0)
    first_attempt_within_seconds: float = Field(20, gt=0)
    send_window_seconds: float = Field(5, gt=0)
    ask_after_seconds: CommaList = ("5", "15", "30", "60")
    breaker_opens_after: int = Field(5, ge=5)
    breaker_pause_seconds: int = Field(10, ge=1)
    pair_blocked_seconds: int = Field(600, ge=600)
    give_up_after_hours: int = Field(24, ge=1)
    slow_notice_after_seconds: int = Field(60, ge=10)
    start_pin_hours: int = Field(24, ge=1)

    @field_validator(
        "ask_after_seconds", "vtpass_inbound_tokens",
        "funding_providers", "paystack_inbound_tokens", "flutterwave_inbound_tokens",
        "mpesa_inbound_tokens", "momo_inbound_tokens", "momo_currencies", mode="before",
    )  # fmt: skip
    @classmethod
    def _listed(cls, value: object) -> object:
        return split(value)

    @field_validator("ask_after_seconds")
    @classmethod
    def _seconds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not all(part.isdigit() for part in value):
            raise ValueError("must be whole seconds, e.g. 5,15,30,60")
        return value

    @field_validator(*_SCHEMES)
    @classmethod
    def _address(cls, value: str, field: ValidationInfo) -> str:
        schemes = _SCHEMES[str(field.field_name)]
        if value and urlsplit(value).scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{one}://' for one in schemes)}")
        return value

    @field_validator("pin_peppers", "field_encryption_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        entries = [entry.strip() for entry in value.get_secret_value().split(",")]
        if not all(re.fullmatch(r"[a-z0-9]{1,8}:\S{16,}", entry) for entry in entries):
            raise ValueError("must be id:key,id:key with keys of 16 characters or more")
        return value

    @field_validator("funding_providers")
    @classmethod
    def _known_payments(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(value) - set(_FUNDING_NEEDS)
        if unknown:
            raise ValueError(f"unknown provider {', '.join(sorted(unknown))}")
        return value

    @field_validator("momo_currencies")
    @classmethod
    def _paid_by_momo(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(value) - {"GHS", "UGX", "RWF"}
        if unknown:
            raise ValueError(f"unknown currency {', '.join(sorted(unknown))}")
        return value

    @model_validator(mode="after")
    def _providers_are_complete(self) -> Self:
        missing = [
            f"{provider.upper()}_{part.upper()} is missing"
            for provider in self.funding_providers
            for part in _FUNDING_NEEDS[provider]
            if not plain(getattr(self, f"{provider}_{part}"))
        ]
        if self.sim_swap_provider and not self.africastalking_insights_base_url:
            missing.append("AFRICASTALKING_INSIGHTS_BASE_URL is missing")
        if missing:
            raise ValueError("; ".join(missing))
        return self

    @model_validator(mode="after")
    def _identity_is_complete(self) -> Self:
        if self.identity_base_url and not plain(self.identity_api_key):
            raise ValueError("IDENTITY_API_KEY is missing")
        return self

    @model_validator(mode="after")
    def _smpp_is_complete(self) -> Self:
        if "smpp" in self.sms_gateways and not self.smpp_host:
            raise ValueError("SMPP_HOST is missing")
        return self

    @model_validator(mode="after")
    def _live_is_live(self) -> Self:
        if self.nexustop_mode == "live":
            problems = list(self._live_problems())
            if problems:
                raise ValueError("; ".join(problems))
        return self

    def _live_problems(self) -> list[str]:
        found = [
            f"{name.upper()} is a demo secret"
            for name, value in self
            if isinstance(value, SecretStr) and DEMO_MARK in value.get_secret_value()
        ]
        found += [
            f"{name.upper()} points at this machine, as a sandbox does"
            for name in _SCHEMES
            if name.endswith(("_base_url", "_auth_url", "_callback_base"))
            if _is_loopback(getattr(self, name))
        ]
        found += [
            f"{name.upper()} must have one or two unguessable tokens of 20 characters or more"
            for name in self._door_tokens
            if not 1 <= len(getattr(self, name)) <= 2
            or any(len(token) < 20 for token in getattr(self, name))
        ]
        found += self.smpp_problems
        if not self.africastalking_sender and not self.sms_senders:
            found.append("AFRICASTALKING_SENDER is missing, or SMS_SENDERS")
        if self.webhook_loopback:
            found.append("WEBHOOK_LOOPBACK would send webhooks to this machine")
        return found

    @property
    def _door_tokens(self) -> tuple[str, ...]:
        """The settings with the tokens of the doors that are open in live mode."""
        named = dict.fromkeys(
            (
                "africastalking_inbound_tokens",
                "vtpass_inbound_tokens",
                *self.gateway_tokens,
                *(f"{provider}_inbound_tokens" for provider in self.funding_providers),
                *self.vending_tokens,
            )
        )
        return tuple(name for name in named if name in type(self).model_fields)

    @property
    def doors_open_to_all(self) -> tuple[str, ...]:
        """The gateways and vendors in use that may call from any address."""
        names = (name.removesuffix("_inbound_tokens") for name in self._door_tokens)
        return tuple(name for name in names if not self.inbound_addresses(name))

    @property
    def https_only(self) -> bool:
        """Live, and reached by HTTPS: browsers are told to use nothing else."""
        return self.nexustop_mode == "live" and self.public_url.startswith("https://")

    @property
    def owner_database_url(self) -> str:
        """Where migrations log in."""
        return self.migration_database_url or self.database_url

    @property
    def smedata_network_numbers(self) -> tuple[tuple[str, str], ...]:
        """Our operator code, the vendor's number."""
        return tuple((one.split("=")[0], one.split("=")[1]) for one in self.smedata_networks)

    @property
    def rate_max_age(self) -> timedelta | None:
        """How long an exchange rate is good; for ever in demo mode, whose samples are old."""
        return timedelta(hours=self.rate_max_age_hours) if self.nexustop_mode == "live" else None

    @property
    def ask_after(self) -> tuple[timedelta, ...]:
        return tuple(timedelta(seconds=int(part)) for part in self.ask_after_seconds)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load(data_dir: Path) -> Settings:
    """Read every setting. Raises SettingsProblem with all problems, one a line."""
    return read(data_dir)[0]


def read(data_dir: Path) -> tuple[Settings, Sources]:
    """The settings, and where each comes from. Raises SettingsProblem."""
    files = [data_dir / "secrets.env", data_dir / "run.env", Path(".env")]
    files = [file for file in files if file.is_file()]
    found = read_sources([name.upper() for name in Settings.model_fields], files)
    problems = [f"{name} {text}" for name, text in found.problems]
    settled = {name.removesuffix("_FILE") for name, _ in found.problems}
    values: dict[str, Any] = {name.lower(): value for name, value in found.values.items()}
    try:
        settings = Settings(_env_file=files, **values)  # type: ignore[call-arg]
    except ValidationError as error:
        problems += _told(error, settled)
    if problems:
        raise SettingsProblem("\n".join(problems))
    return settings, found


def _told(error: ValidationError, settled: set[str]) -> list[str]:
    """A line for each problem; a setting is not missing as well when its file is no good."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in problem["loc"]).upper()
        missing = problem["type"] == "missing"
        if not (missing and name in settled):
            text = "is missing" if missing else problem["msg"]
            lines += [f"{name} {part}".strip() for part in text.split("; ")]
    return lines
