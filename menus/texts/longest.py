"""The longest realistic values of everything a text can be filled with."""

from datetime import UTC, datetime

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from menus.texts.agent_messages import AGENT_KINDS
from menus.texts.messages import Params

CURRENCY = "NGN"
OPERATOR = max(OPERATORS.values(), key=lambda operator: len(operator.name))
AMOUNT = max(operator.airtime_max for operator in OPERATORS.values())
BALANCE = Money(9_999_999_99, CURRENCY)
RECIPIENT = Msisdn("+2348030000001")
REFERENCE = "7K3F9Q"
UNTIL = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
SMS_CODE = "20880000"
SHORT_CODE = "*384*123456#"

PAY_IN = ("9912345678", "Wema Bank", "NEXUSTOP/2348030000001")
"""Number, bank and holder of an account to pay into."""

_ORDER: Params = {
    "operator": OPERATOR.code, "recipient": RECIPIENT, "amount_minor": AMOUNT.amount_minor,
    "balance_minor": BALANCE.amount_minor, "currency": CURRENCY, "reference": REFERENCE,
}  # fmt: skip

AGENT_NAME = "Mama Ngozi Provisions 2"
"""As long as an agent's name may be."""

_CASH: Params = {
    "amount_minor": AMOUNT.amount_minor, "balance_minor": BALANCE.amount_minor,
    "float_minor": BALANCE.amount_minor, "earned_minor": 120_00, "fee_minor": 200_00,
    "currency": CURRENCY, "agent": AGENT_NAME, "number": RECIPIENT, "until": UNTIL.isoformat(),
    "country": "NG", "reference": REFERENCE, "total_minor": AMOUNT.amount_minor, "code": "482913",
}  # fmt: skip

_TRANSFER: Params = {**_ORDER, "sender": RECIPIENT, "code": SHORT_CODE}

MESSAGES: tuple[tuple[str, Params], ...] = (
    ("delivered", _ORDER),
    ("refunded", _ORDER),
    ("slow", _ORDER),
    ("reversed", _ORDER),
    ("adjusted", _ORDER),
    ("adjusted", {**_ORDER, "amount_minor": -AMOUNT.amount_minor}),
    ("accepted", _ORDER),
    ("balance", _ORDER),
    ("registered", {}),
    ("blocked", {}),
    ("pin_changed", {}),
    ("pin_locked", {"until": None}),
    ("pin_locked", {"until": UNTIL.isoformat(), "country": "NG"}),
    ("pin_by_sms_off", {}),
    ("start_pin", {"pin": "739251"}),
    ("topped_up", _ORDER),
    ("pay_in_account", dict(zip(("number", "bank", "name"), PAY_IN, strict=True))),
    ("sending", {**_TRANSFER, "waits": False}),
    ("sending", {**_TRANSFER, "waits": True}),
    ("money_sent", _TRANSFER),
    ("money_received", _TRANSFER),
    ("money_waits", _TRANSFER),
    ("money_promised", _TRANSFER),
    ("money_returned", _TRANSFER),
    *((kind, _CASH) for kind in AGENT_KINDS),
    ("problem", {"ticket": REFERENCE, "reference": REFERENCE}),
)
"""Every kind of SMS but the answers to SMS commands, with the longest params."""
