"""Settings of MT SMS: senders, hours, caps, guards; a part of app.config.Settings.

What differs by country is a comma list, `NG=NexusTop,KE=20880`; `*` is every other country.
"""

import re

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from app.setting_values import CommaList, split

_FORMS = {
    "sms_senders": (r"([A-Z]{2}|\*)=[A-Za-z0-9][A-Za-z0-9 ._-]{0,14}", "NG=NexusTop,KE=20880"),
    "sms_quiet_hours": (r"([A-Z]{2}|\*)=(0?\d|1\d|2[0-3])-(0?\d|1\d|2[0-3])", "*=20-8,KE=21-7"),
    "sms_daily_parts": (r"([A-Z]{2}|\*)=\d{1,9}", "NG=50000,*=1000"),
    "sms_reach": (r"[a-z_]+=[A-Z]{2}(\+[A-Z]{2})*", "kannel=NG,smpp=KE+UG"),
}
"""Setting -> what each of its entries looks like, and an example."""


class SmsSettings(BaseSettings):
    """See docs/settings.md and docs/sms-sending.md."""

    sms_senders: CommaList = ()
    sms_quiet_hours: CommaList = ("*=20-8",)
    sms_daily_parts: CommaList = ()
    sms_reach: CommaList = ()
    sms_hourly_per_number: int = Field(30, ge=1)
    sms_hourly_per_prefix: int = Field(300, ge=1)
    sms_hourly_per_country: int = Field(50, ge=0)

    @field_validator(*_FORMS, mode="before")
    @classmethod
    def _sms_lists(cls, value: object) -> object:
        return split(value)

    @field_validator(*_FORMS)
    @classmethod
    def _by_country(cls, value: tuple[str, ...], field: ValidationInfo) -> tuple[str, ...]:
        form, example = _FORMS[str(field.field_name)]
        wrong = [entry for entry in value if not re.fullmatch(form, entry)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} isn't written like {example}")
        names = [entry.split("=")[0] for entry in value]
        if len(set(names)) < len(names):
            raise ValueError("names something twice")
        return value
