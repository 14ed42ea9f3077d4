"""Settings of the link to an operator's SMSC, a part of app.config.Settings."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class SmppSettings(BaseSettings):
    """In use when `smpp_host` is set."""

    smpp_host: str = ""
    smpp_port: int = Field(2775, ge=1, le=65535)
    smpp_system_id: str = Field("", max_length=15)
    smpp_password: SecretStr = Field(SecretStr(""), max_length=8)
    smpp_system_type: str = Field("", max_length=12)
    smpp_sender: str = Field("", max_length=20)
    smpp_window: int = Field(10, ge=1, le=1_000)
    smpp_per_second: int = Field(50, ge=1, le=10_000)
    smpp_enquire_link_seconds: float = Field(20, ge=1, le=300)
    smpp_answer_seconds: float = Field(30, ge=1, le=50)
    smpp_alphabet: Literal["gsm", "latin-1"] = "gsm"
    smpp_answer_ids: Literal["same", "hex", "decimal"] = "same"
    smpp_tls: bool = False
    smpp_tls_ca_file: Path | None = None

    @property
    def smpp_problems(self) -> list[str]:
        """What live mode can't do with; nothing where SMPP isn't in use."""
        if not self.smpp_host:
            return []
        found = []
        if self.smpp_host in {"localhost", "::1"} or self.smpp_host.startswith("127."):
            found.append("SMPP_HOST points at this machine, as a test SMSC does")
        if not self.smpp_system_id:
            found.append("SMPP_SYSTEM_ID is missing")
        if not self.smpp_password.get_secret_value():
            found.append("SMPP_PASSWORD is missing")
        return found
