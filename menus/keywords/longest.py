"""Every answer to an SMS command, with the longest arguments."""

from typing import Any

from app.domain.catalogue import Plan
from app.domain.products import Family
from app.domain.requests import (
    AgentDesk,
    CashLimitReached,
    CodeIsWrong,
    CodeWrong,
    FloatAsked,
    FloatMoved,
    LimitReached,
    NotEnough,
    PinLocked,
    PlanGone,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
    TooFast,
    VoucherIsYours,
    VoucherMistyped,
    VoucherNotGood,
    VouchersStopped,
    VoucherTooMuch,
    WrongPin,
)
from menus.keywords.failures import SEND_AGAIN, Failure, saying
from menus.keywords.replies import (
    ABROAD,
    AMOUNT_OR_PIN,
    BALANCE_HIDDEN,
    DATA_AT_HOME,
    DID_YOU_MEAN,
    NETWORK_UNKNOWN,
    NO_DATA,
    NO_SUCH_PLAN,
    NOT_BLOCKED,
    NOT_READ,
    NOT_SOLD,
    NOTHING_BOUGHT_YET,
    NOTHING_DONE,
    NOTHING_TO_CONFIRM,
    OPTED_IN,
    OPTED_OUT,
    OUT_OF_RANGE,
    OWN_NUMBER,
    SEND_AT_HOME,
    SEVERAL_PLANS,
    SHOWN_PLANS,
    TOO_OLD,
    TWO_WAYS,
    Saying,
    desk_told,
    float_asked,
    float_sent,
    language_told,
    plans_offered,
)
from menus.keywords.usage import HELP, HELP_OF_AGENTS, HELP_WITHOUT_AIRTIME, USAGE
from menus.texts.longest import AIRTIME, AMOUNT, BALANCE, RECIPIENT, REFERENCE, SHORT_CODE, UNTIL
from menus.texts.vouchers import NO_DIGITS

_CODE = {"code": SHORT_CODE}
_WORDS = "NKEFODURU / ENYEMAKA"
_PLAN = Plan("telecel-gh", "10300mb-365d-gifting", Family.GIFTING, 10_300, 365, AIRTIME)
_NUMBER = "0803 000 0001"

_FAILURES: tuple[Failure, ...] = (
    *(Refused(why) for why in Refusal),
    WrongPin(2),
    CodeIsWrong(2),
    CodeIsWrong(0),
    PinLocked(None),
    PinLocked(UNTIL),
    NotEnough(BALANCE, AMOUNT),
    LimitReached(AMOUNT),
    CashLimitReached(AMOUNT),
    PriceChanged(Quoted(AMOUNT, "")),
    PlanGone(),
    CodeWrong(),
    VoucherMistyped(),
    VoucherNotGood(),
    VoucherIsYours(),
    VoucherTooMuch(AMOUNT),
    VouchersStopped(UNTIL),
    TooFast(UNTIL),
)
_SAYINGS = (
    Saying(HELP, _CODE),
    Saying(HELP_WITHOUT_AIRTIME, _CODE),
    Saying(HELP_OF_AGENTS, _CODE),
    *(Saying(usage, _CODE) for usage in USAGE.values()),
    *(Saying(why, _CODE, usage) for why in (NOT_READ, TWO_WAYS) for usage in USAGE.values()),
    Saying(DID_YOU_MEAN, {"words": _WORDS}),
    Saying(AMOUNT_OR_PIN, {"currency": AMOUNT.currency}),
    Saying(TOO_OLD),
    Saying(OWN_NUMBER, then=NOTHING_DONE),
    Saying(SEND_AT_HOME, then=NOTHING_DONE),
    Saying(DATA_AT_HOME),
    Saying(NOTHING_TO_CONFIRM, _CODE, SEND_AGAIN),
    Saying(NOT_SOLD),
    Saying(BALANCE_HIDDEN, _CODE),
    Saying(NOT_BLOCKED, _CODE),
    Saying(NO_DIGITS, _CODE),
    Saying(OUT_OF_RANGE, {"least": AIRTIME.label(), "most": AIRTIME.label()}),
    Saying(NETWORK_UNKNOWN, {"number": _NUMBER, **_CODE}),
    Saying(ABROAD, {"number": "+254712345678", **_CODE}),
    Saying(NO_DATA, {"operator": "Safaricom"}),
    Saying(NOTHING_BOUGHT_YET),
    Saying(OPTED_OUT),
    Saying(OPTED_IN),
    language_told("sw"),
    desk_told(AgentDesk(BALANCE, BALANCE, 5, has_parent=True)),
    float_asked(FloatAsked(REFERENCE), AMOUNT),
    float_sent(FloatMoved(REFERENCE), AMOUNT, RECIPIENT),
    *(
        plans_offered([_PLAN] * SHOWN_PLANS, "telecel-gh", RECIPIENT, why)
        for why in ("", NO_SUCH_PLAN, SEVERAL_PLANS)
    ),
    *(saying(failure, SHORT_CODE, "NG") for failure in _FAILURES),
)

REPLIES: tuple[tuple[str, dict[str, Any]], ...] = tuple(
    ("reply", said.params()) for said in _SAYINGS
)
