"""Forms: what a person types becomes Money, an Msisdn, a reason, or a clear word about it.

Every form carries a CSRF token; one that moves money also a `key`, minted with the page, that the
money service takes as its reference: sent twice it is done once.
"""

import re
import secrets
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import DateTimeLocalInput

from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import Money, parse_amount
from app.domain.msisdn import parse_msisdn
from app.domain.references import is_reference, reference
from app.domain.unkept import unkept_masked

SHORTEST_REASON = 8
LONGEST_REASON = 300
_LONGEST_MOMENT = 32


class AmountField(StringField):
    """An amount of one currency; `data` is Money once it is valid. The currency is the form's:
    set `form.amount.currency` before validating where it depends on who is paid. `zero`: nothing
    is an amount too."""

    data: Any

    def __init__(
        self, label: str = "Amount", *, currency: str = "NGN", zero: bool = False, **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.currency = currency
        self.zero = zero

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        if isinstance(self.data, Money):
            return
        if self.zero and is_zero(self.data or ""):
            self.data = Money(0, self.currency)
            return
        try:
            self.data = parse_amount(self.data or "", self.currency)
        except BadAmount:
            example = Money.of_units(1500, self.currency)
            above = "" if self.zero else " above zero"
            raise ValidationError(
                f"Type an amount{above} in {self.currency}, like 500 or {example.decimal()}."
            ) from None

    def _value(self) -> str:
        return self.data.decimal() if isinstance(self.data, Money) else str(self.data or "")


class MomentField(StringField):
    """A day and time in the zone of whoever types; `data` is a datetime of UTC once it is valid,
    None where nothing was typed. Set `form.begins.zone` before validating."""

    data: Any
    widget = DateTimeLocalInput()

    def __init__(self, label: str, *, zone: str = "UTC", wanted: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.zone = zone
        self.wanted = wanted

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        if isinstance(self.data, datetime):
            return
        text = (self.data or "").strip()
        if not text and not self.wanted:
            self.data = None
            return
        try:
            if len(text) > _LONGEST_MOMENT:
                raise ValueError
            typed = datetime.fromisoformat(text)
            there = typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(self.zone))
            self.data = there.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError("Type a day and a time, like 2026-12-01 06:00.") from None

    def _value(self) -> str:
        if isinstance(self.data, datetime):
            return f"{self.data.astimezone(ZoneInfo(self.zone)):%Y-%m-%dT%H:%M}"
        return str(self.data or "")


class MsisdnField(StringField):
    """A mobile number in any usual form; `data` is an Msisdn once it is valid. `country` (ISO
    3166) reads local forms."""

    data: Any

    def __init__(self, label: str = "Phone number", *, country: str = "NG", **more: Any) -> None:
        super().__init__(label, **more)
        self.country = country

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        try:
            self.data = parse_msisdn(self.data or "", self.country)
        except NotAnMsisdn:
            raise ValidationError(
                "Type a whole mobile number, like 0803 000 0001 or +2348030000001."
            ) from None


class ReasonField(TextAreaField):
    """Why something is done, for whoever reads the audit log; `data` is one line, without the
    number of a card."""

    def __init__(self, label: str = "Reason", **more: Any) -> None:
        checks = [
            InputRequired("Say why."),
            Length(SHORTEST_REASON, LONGEST_REASON,
                   f"Say why in {SHORTEST_REASON} to {LONGEST_REASON} characters."),
        ]  # fmt: skip
        super().__init__(label, checks, filters=[_one_line], **more)


class Form(FlaskForm):
    """The base of every form here."""


class ReasonForm(Form):
    """A reason and nothing else."""

    reason = ReasonField()


class MoneyForm(Form):
    """The base of forms that move money: `key` is the reference under which it is done once."""

    key = HiddenField(default=lambda: reference(secrets.choice))

    def validate_key(self, field: HiddenField) -> None:
        if not is_reference(field.data or ""):
            raise ValidationError("Reload the page and try again. Nothing was done.")


def is_zero(text: str) -> bool:
    """Is nothing meant, in figures?"""
    return re.fullmatch(r"0{1,9}(\.0{1,2})?", text.strip()) is not None


def _one_line(text: str | None) -> str | None:
    return unkept_masked(" ".join(text.replace("\0", " ").split())) if text else text
