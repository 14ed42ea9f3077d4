"""Settings of the back-office, a part of app.config.Settings."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings

from app.domain.sign_in import SessionRules


class BackofficeSettings(BaseSettings):
    """How long people stay signed in, and how often an address may try to."""

    backoffice_staff_idle_minutes: int = Field(15, ge=1, le=120)
    backoffice_agent_idle_minutes: int = Field(30, ge=1, le=240)
    backoffice_session_hours: int = Field(12, ge=1, le=24)
    backoffice_tries_a_minute: int = Field(30, ge=5, le=1_000)
    trusted_proxies: int = Field(0, ge=0, le=5)

    @property
    def session_rules(self) -> SessionRules:
        return SessionRules(
            timedelta(minutes=self.backoffice_staff_idle_minutes),
            timedelta(minutes=self.backoffice_agent_idle_minutes),
            timedelta(hours=self.backoffice_session_hours),
        )
