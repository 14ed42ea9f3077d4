"""Settings of the vending providers, a part of app.config.Settings."""

import re
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from app.domain.money import MINOR_DIGITS
from app.domain.operators import OPERATORS
from app.setting_values import CommaList, plain, split

VENDING_ADDRESSES = (
    "africastalking_bundles_base_url", "baxi_base_url", "dingconnect_base_url", "dtone_base_url",
    "dtone_callback_base", "reloadly_auth_url", "reloadly_base_url", "smedata_base_url",
)  # fmt: skip

_NEEDS = {
    "africastalking": (),
    "africastalking_data": ("africastalking_bundles_base_url", "africastalking_product",
                            "africastalking_plans"),
    "vtpass": (),
    "reloadly": ("reloadly_base_url", "reloadly_auth_url", "reloadly_client_id",
                 "reloadly_client_secret"),
    "dingconnect": ("dingconnect_base_url", "dingconnect_api_key"),
    "flutterwave": ("flutterwave_base_url", "flutterwave_secret_key"),
    "baxi": ("baxi_base_url", "baxi_api_key", "baxi_agent_id"),
    "dtone": ("dtone_base_url", "dtone_api_key", "dtone_api_secret"),
    "smedata": ("smedata_base_url", "smedata_token", "smedata_networks", "smedata_plans"),
}  # fmt: skip
"""Vending provider -> the settings it can't do without, beside those that are always wanted."""

_PLAN_FILES = {"africastalking_data": "africastalking_plans", "smedata": "smedata_plans"}
_CALL_BACK = {
    "reloadly": "reloadly_inbound_tokens", "flutterwave": "flutterwave_inbound_tokens",
    "dtone": "dtone_inbound_tokens",
}  # fmt: skip
"""Vending provider -> the tokens of its callback path, beside those that are always wanted."""


class VendingSettings(BaseSettings):
    """`vending_providers` are in use and chosen by routing; `vending_order` names some in the order
    in which they are tried instead."""

    vending_providers: CommaList = ("africastalking", "vtpass")
    vending_order: CommaList = ()
    catalogue_margin_bp: int = Field(300, ge=0, le=10_000)
    catalogue_moves_percent: int = Field(10, ge=0, le=1_000)

    africastalking_bundles_base_url: str = ""
    africastalking_product: str = ""
    africastalking_plans: str = ""
    reloadly_base_url: str = ""
    reloadly_auth_url: str = ""
    reloadly_client_id: SecretStr = SecretStr("")
    reloadly_client_secret: SecretStr = SecretStr("")
    reloadly_async: bool = False
    reloadly_inbound_tokens: CommaList = ()
    dingconnect_base_url: str = ""
    dingconnect_api_key: SecretStr = SecretStr("")
    dingconnect_currency: str = "USD"
    baxi_base_url: str = ""
    baxi_api_key: SecretStr = SecretStr("")
    baxi_agent_id: str = ""
    baxi_requery_path: str = Field("/api/baxipay/superagent/transaction/requery", pattern="^/")
    dtone_base_url: str = ""
    dtone_api_key: SecretStr = SecretStr("")
    dtone_api_secret: SecretStr = SecretStr("")
    dtone_callback_base: str = ""
    dtone_inbound_tokens: CommaList = ()
    smedata_base_url: str = ""
    smedata_token: SecretStr = SecretStr("")
    smedata_networks: CommaList = ()
    smedata_plans: str = ""

    @field_validator(
        "vending_order", "vending_providers", "reloadly_inbound_tokens", "dtone_inbound_tokens",
        "smedata_networks", mode="before",
    )  # fmt: skip
    @classmethod
    def _lists(cls, value: object) -> object:
        return split(value)

    @field_validator("vending_order", "vending_providers")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(value) - set(_NEEDS)
        if unknown:
            raise ValueError(f"unknown provider {', '.join(sorted(unknown))}")
        return value

    @field_validator("smedata_networks")
    @classmethod
    def _network_numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[a-z0-9]+-ng=[0-9]{1,6}", part) for part in value):
            raise ValueError("must be operator=number, e.g. mtn-ng=1,glo-ng=2")
        pairs = [part.split("=") for part in value]
        unknown = {operator for operator, _ in pairs} - set(OPERATORS)
        if unknown:
            raise ValueError(f"unknown operator {', '.join(sorted(unknown))}")
        if any(len(set(column)) < len(pairs) for column in zip(*pairs, strict=True)):
            raise ValueError("has an operator or a number twice")
        return value

    @field_validator("dingconnect_currency")
    @classmethod
    def _counted(cls, value: str) -> str:
        if value not in MINOR_DIGITS:
            raise ValueError(f"unknown currency {value}; there are {', '.join(MINOR_DIGITS)}")
        return value

    @model_validator(mode="after")
    def _vending_is_complete(self) -> Self:
        names = self.vending_names
        wanted = dict.fromkeys(part for name in names for part in _NEEDS[name])
        problems = [
            f"{part.upper()} is missing" for part in wanted if not plain(getattr(self, part))
        ]
        problems += [
            f"{file.upper()} is not a file"
            for name, file in _PLAN_FILES.items()
            if name in names and getattr(self, file)
            if not Path(getattr(self, file)).is_file()
        ]
        if not names:
            problems.append("VENDING_PROVIDERS is missing")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def vending_names(self) -> tuple[str, ...]:
        """The vending providers in use: those of a fixed order, where there is one."""
        return self.vending_order or self.vending_providers

    @property
    def vending_tokens(self) -> tuple[str, ...]:
        """Settings that hold tokens of callback paths in use. DT One is asked as well, and told
        where to call only where that is set."""
        return tuple(
            tokens
            for name, tokens in _CALL_BACK.items()
            if name in self.vending_names and (name != "dtone" or self.dtone_callback_base)
        )
