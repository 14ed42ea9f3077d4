"""The longest realistic values of everything a text can be filled with."""

from datetime import UTC, datetime

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.operators import OPERATORS
from app.domain.wishes import WishKind
from menus.texts.agent_messages import AGENT_KINDS
from menus.texts.case_messages import CASE_KINDS, STATEMENT_LINES
from menus.texts.identity_messages import IDENTITY_KINDS
from menus.texts.messages import Params
from menus.texts.safety_messages import SAFETY_KINDS
from menus.texts.schedule_messages import NOT_BOUGHT, PAUSED

PLAN_CODE = "10300mb-365d-gifting"
"""A plan with as long a name as there is."""

CURRENCY = "TZS"
"""Of the currencies with decimals, all of them written alike, that of the largest numbers."""
OPERATOR = max(OPERATORS.values(), key=lambda operator: len(operator.name))
AIRTIME = max(operator.airtime_max for operator in OPERATORS.values())
AMOUNT = Money(5_000_000_00, CURRENCY)
BALANCE = Money(99_999_999_99, CURRENCY)
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

ABROAD_OPERATOR = max(
    (operator for operator in OPERATORS.values() if operator.country != "NG"),
    key=lambda operator: len(f"{operator.name}{operator.airtime_max}"),
)
ABROAD, ABROAD_NUMBER = ABROAD_OPERATOR.airtime_max, Msisdn("+254712345678")
RATE = "UGX 1 = GHS 0.0038973"
"""As long as a rate gets: five digits that count, after zeros."""

_ABROAD: Params = {
    **_ORDER, "sold_minor": ABROAD.amount_minor, "sold_currency": ABROAD.currency,
}  # fmt: skip

AGENT_NAME = "Mama Ngozi Provisions 2"
"""As long as an agent's name may be."""

_CASH: Params = {
    "amount_minor": AMOUNT.amount_minor, "balance_minor": BALANCE.amount_minor,
    "float_minor": BALANCE.amount_minor, "earned_minor": 680_00, "fee_minor": 1_200_00,
    "currency": CURRENCY, "agent": AGENT_NAME, "number": RECIPIENT, "until": UNTIL.isoformat(),
    "country": "NG", "reference": REFERENCE, "total_minor": AMOUNT.amount_minor, "code": "482913",
}  # fmt: skip

DIAL = "*737*33*4*1234567#"
"""As long as a code of a bank gets."""

_CHARGE: Params = {
    **_ORDER, "dial": DIAL, "bank": "Sterling Bank", "account": "9812345678",
    "link": "https://checkout.paystack.com/3ni8kdavz62431k",
}  # fmt: skip

_TRANSFER: Params = {**_ORDER, "sender": RECIPIENT, "code": SHORT_CODE}

_CASE: Params = {"ticket": REFERENCE, "day": "30/11", "answer": "x" * 120}

_STATEMENT: Params = {
    "currency": CURRENCY, "balance_minor": BALANCE.amount_minor,
    "movements": [["30/11", "commission", -AMOUNT.amount_minor, REFERENCE]] * STATEMENT_LINES,
}  # fmt: skip

MASKED = "A********* B*********"
"""As long as a masked name gets."""

_IDENTITY: Params = {
    "document": "bvn", "day_minor": BALANCE.amount_minor, "balance_minor": BALANCE.amount_minor,
    "currency": CURRENCY,
}  # fmt: skip

_SCHEDULE: Params = {
    **_ORDER, "product": PLAN_CODE, "code": SHORT_CODE, "at": UNTIL.isoformat(), "country": "NG",
    "left_minor": BALANCE.amount_minor, "now_minor": AMOUNT.amount_minor,
}  # fmt: skip

_WISH: Params = {
    **_ORDER, "product": PLAN_CODE, "code": "482913", "until": UNTIL.isoformat(), "country": "NG",
}  # fmt: skip

MESSAGES: tuple[tuple[str, Params], ...] = (
    *(
        (kind, {**_ORDER, "product": product})
        for kind in ("delivered", "refunded", "slow", "reversed", "accepted")
        for product in ("airtime", PLAN_CODE)
    ),
    *(
        (kind, {**_ORDER, "product": product, "paid_from": "agent_float"})
        for kind in ("delivered", "refunded", "reversed")
        for product in ("airtime", PLAN_CODE)
    ),
    *((kind, _ABROAD) for kind in ("delivered", "refunded", "slow", "reversed", "accepted")),
    *((kind, {"text": "x" * 459}) for kind in ("broadcast", "broadcast_test")),
    ("adjusted", _ORDER),
    ("goodwill", {**_ORDER, "given_minor": AMOUNT.amount_minor}),
    ("adjusted", {**_ORDER, "amount_minor": -AMOUNT.amount_minor}),
    ("balance", _ORDER),
    ("registered", {}),
    ("blocked", {}),
    ("blocked_by_staff", {}),
    ("pin_changed", {}),
    ("pin_locked", {"until": None}),
    ("pin_locked", {"until": UNTIL.isoformat(), "country": "NG"}),
    ("pin_by_sms_off", {}),
    ("start_pin", {"pin": "739251"}),
    ("topped_up", _ORDER),
    ("topped_up", {**_ORDER, "repaid_minor": AMOUNT.amount_minor}),
    ("topped_back", {**_ORDER, "owed_minor": 0}),
    ("topped_back", {**_ORDER, "owed_minor": AMOUNT.amount_minor}),
    *(
        (kind, _CHARGE)
        for kind in (
            "topup_waits",
            "pay_by_dialling",
            "pay_to_account",
            "pay_by_link",
            "charge_failed",
            "charge_asked",
        )
    ),
    ("pay_in_account", dict(zip(("number", "bank", "name"), PAY_IN, strict=True))),
    ("sending", {**_TRANSFER, "waits": False}),
    ("sending", {**_TRANSFER, "waits": True}),
    ("money_sent", _TRANSFER),
    ("money_received", _TRANSFER),
    ("money_waits", _TRANSFER),
    ("money_promised", _TRANSFER),
    ("money_returned", _TRANSFER),
    ("money_refused", _TRANSFER),
    *((kind, _CASH) for kind in AGENT_KINDS),
    *((kind, _CASE) for kind in CASE_KINDS if kind != "statement"),
    ("statement", _STATEMENT),
    *((kind, {**_CASH, "code": SHORT_CODE, "left": 4}) for kind in SAFETY_KINDS),
    *((kind, _IDENTITY) for kind in IDENTITY_KINDS),
    ("schedule_soon", _SCHEDULE),
    *(("schedule_not_bought", {**_SCHEDULE, "why": why}) for why in NOT_BOUGHT),
    *(("schedule_paused", {**_SCHEDULE, "why": why}) for why in PAUSED),
    *(("wish_code", {**_WISH, "wish": kind}) for kind in WishKind),
    ("identity_matched", {**_IDENTITY, "day_minor": None, "balance_minor": None}),
)
"""Every kind of SMS but the answers to SMS commands, with the longest params."""
