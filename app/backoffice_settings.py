"""Settings of the back-office, a part of app.config.Settings."""

import re
from datetime import timedelta

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from app.domain.money import MINOR_DIGITS
from app.domain.refunds import RefundRules
from app.domain.sign_in import SessionRules
from app.setting_values import CommaList, split

_LIMIT = re.compile(r"([A-Z]{3})=([0-9]{1,9})")


class BackofficeSettings(BaseSettings):
    """How long people stay signed in, how often an address may try to, and what one person may give
    back alone (in whole units of each currency)."""

    backoffice_staff_idle_minutes: int = Field(15, ge=1, le=120)
    backoffice_agent_idle_minutes: int = Field(30, ge=1, le=240)
    backoffice_session_hours: int = Field(12, ge=1, le=24)
    backoffice_tries_a_minute: int = Field(30, ge=5, le=1_000)
    refund_alone_up_to: CommaList = ("NGN=500",)
    refund_alone_a_day: CommaList = ("NGN=5000",)

    @field_validator("refund_alone_up_to", "refund_alone_a_day", mode="before")
    @classmethod
    def _limit_lists(cls, value: object) -> object:
        return split(value)

    @field_validator("refund_alone_up_to", "refund_alone_a_day")
    @classmethod
    def _by_currency(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read = [_LIMIT.fullmatch(one) for one in value]
        if not all(one and one[1] in MINOR_DIGITS for one in read):
            raise ValueError("must be whole amounts by currency, e.g. NGN=500,KES=50")
        if len({one[1] for one in read if one}) < len(value):
            raise ValueError("names a currency twice")
        return value

    @property
    def session_rules(self) -> SessionRules:
        return SessionRules(
            timedelta(minutes=self.backoffice_staff_idle_minutes),
            timedelta(minutes=self.backoffice_agent_idle_minutes),
            timedelta(hours=self.backoffice_session_hours),
        )

    @property
    def refund_rules(self) -> RefundRules:
        return RefundRules(_by_code(self.refund_alone_up_to), _by_code(self.refund_alone_a_day))


def _by_code(limits: tuple[str, ...]) -> dict[str, int]:
    return {one[:3]: int(one[4:]) for one in limits}
