"""Every answer to an SMS command, with the longest arguments."""

from typing import Any

from app.domain.requests import (
    LimitReached,
    NotEnough,
    PinLocked,
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
from menus.keywords.replies import (
    BALANCE_HIDDEN,
    HELP,
    HELP_WITHOUT_AIRTIME,
    NETWORK_UNKNOWN,
    NOT_BLOCKED,
    NOT_SOLD,
    OUT_OF_RANGE,
    PIN_MISSING,
    Failure,
    Saying,
    saying,
)
from menus.texts.longest import AMOUNT, BALANCE, SHORT_CODE, UNTIL
from menus.texts.vouchers import NO_DIGITS

_CODE = {"code": SHORT_CODE}
_FAILURES: tuple[Failure, ...] = (
    *(Refused(why) for why in Refusal),
    WrongPin(2),
    PinLocked(None),
    PinLocked(UNTIL),
    NotEnough(BALANCE, AMOUNT),
    LimitReached(AMOUNT),
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
    Saying(NOT_SOLD),
    Saying(PIN_MISSING, _CODE),
    Saying(BALANCE_HIDDEN, _CODE),
    Saying(NOT_BLOCKED, _CODE),
    Saying(NO_DIGITS, _CODE),
    Saying(OUT_OF_RANGE, {"least": AMOUNT.label(), "most": AMOUNT.label()}),
    Saying(NETWORK_UNKNOWN, {"number": "0803 000 0001", **_CODE}),
    *(saying(failure, SHORT_CODE, "NG") for failure in _FAILURES),
)

REPLIES: tuple[tuple[str, dict[str, Any]], ...] = tuple(
    ("reply", said.params()) for said in _SAYINGS
)
