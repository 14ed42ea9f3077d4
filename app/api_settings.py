"""Settings of the REST API, a part of app.config.Settings."""

import re

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

SHORTEST_KEY = 32
"""Characters: HS256 wants keys of 256 bits (RFC 7518, section 3.2)."""


class ApiSettings(BaseSettings):
    """What signs tokens, and how often what may be asked. Codes, recipients and statements are
    counted by the hour, whatever else by the minute."""

    api_signing_keys: SecretStr
    api_codes_per_number: int = Field(10, ge=1, le=100_000)
    api_codes_per_address: int = Field(60, ge=1, le=100_000)
    api_codes_per_prefix: int = Field(300, ge=1, le=100_000)
    api_tries_per_address: int = Field(60, ge=1, le=100_000)
    api_reads_per_caller: int = Field(300, ge=1, le=100_000)
    api_writes_per_caller: int = Field(60, ge=1, le=100_000)
    api_recipients_per_caller: int = Field(30, ge=1, le=100_000)
    api_statements_per_caller: int = Field(60, ge=1, le=100_000)

    @field_validator("api_signing_keys")
    @classmethod
    def _signing_keys(cls, value: SecretStr) -> SecretStr:
        entries = [entry.strip() for entry in value.get_secret_value().split(",")]
        form = rf"[a-z0-9]{{1,8}}:\S{{{SHORTEST_KEY},}}"
        if not all(re.fullmatch(form, entry) for entry in entries):
            raise ValueError(f"must be id:key,id:key, keys of {SHORTEST_KEY} characters or more")
        if len({entry.split(":")[0] for entry in entries}) < len(entries) or len(entries) > 2:
            raise ValueError("must be one or two keys with different ids")
        return value
