"""How a command failed, and what to do next."""

from collections.abc import Callable
from typing import Any

from app.domain.requests import (
    CashLimitReached,
    CodeIsWrong,
    CodeWrong,
    LimitReached,
    NotEnough,
    PinLocked,
    PlanGone,
    PriceChanged,
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
from menus.keywords.replies import Saying
from menus.texts.catalogue import later
from menus.texts.messages import clock_time
from menus.texts.vouchers import IS_YOURS, MISTYPED, NOT_GOOD, STOPPED, TOO_MUCH, day_and_time

ADD_MONEY = later("To add money dial {code}")
SEND_AGAIN = later("Please send your order again, or dial {code}")

_REASONS = {
    Refusal.NOT_REGISTERED: later("You are not registered. Dial {code} to register."),
    Refusal.BLOCKED: later("Your number is blocked. Please see an agent."),
    Refusal.MUST_CHANGE_PIN: later("Change your start PIN first. Dial {code}"),
    Refusal.PIN_BY_SMS_OFF: later("PIN by SMS is off. Please dial {code}"),
    Refusal.NEEDS_SECOND_FACTOR: later("This needs one more proof. Please dial {code}"),
    Refusal.SIM_SWAPPED: later(
        "Your SIM was changed lately: only small amounts for now. Nothing was charged."
    ),
    Refusal.SIM_UNCHECKED: later(
        "We are checking your SIM. Please try again in a minute. Nothing was charged."
    ),
    Refusal.NOT_SOLD_HERE: later("We can't sell this now. Nothing was charged."),
    Refusal.NOT_SENT_HERE: later("Money can't be sent there. Nothing was charged."),
    Refusal.NOTHING_OPEN: later("We find nothing of yours with this reference."),
    Refusal.LOOKS_WRONG: later(
        "We can't do this for you today. Nothing was charged. SMS HELP to {code}"
    ),
    Refusal.CANNOT_RECEIVE: later(
        "This number can't receive this amount now. Nothing was charged."
    ),
    Refusal.WALLET_FULL: later(
        "Your wallet would be above its limit. Nothing was moved. Raise your limits first."
    ),
    Refusal.NOT_AN_AGENT: later("Only agents can do this. Nothing was done."),
    Refusal.NO_SUCH_AGENT: later("There is no such agent. Nothing was charged."),
    Refusal.NO_SUCH_CUSTOMER: later("That number is not registered. Nothing was charged."),
    Refusal.NO_CASH_HERE: later("This amount can't be moved in cash. Nothing was charged."),
    Refusal.TOO_MANY_WRONG: later("Too many wrong codes. Pay nothing out for an hour."),
}
"""Refusals an SMS command can meet; the rest belongs to dialling."""


def _refused(reply: Refused, code: str, _: str) -> Saying:
    sentence = _REASONS.get(reply.why, _REASONS[Refusal.NOT_SOLD_HERE])
    return Saying(sentence, {"code": code})


def _wrong_pin(reply: WrongPin, _: str, __: str) -> Saying:
    return Saying(
        later("Wrong PIN. Nothing was charged. Tries left: {left}"),
        {"left": str(reply.tries_left)},
    )


def _wrong_code(reply: CodeIsWrong, code: str, _: str) -> Saying:
    if reply.tries_left:
        return Saying(
            later("Wrong code. Nothing was charged. Tries left: {left}"),
            {"left": str(reply.tries_left)},
        )
    return Saying(later("Wrong code. Nothing was charged."), {"code": code}, then=SEND_AGAIN)


def _locked(reply: PinLocked, _: str, country: str) -> Saying:
    if reply.until is None:
        return Saying(later("Your PIN is locked. Nothing was charged. Please see an agent."))
    return Saying(
        later("Your PIN is locked until {time}. Nothing was charged."),
        {"time": clock_time(reply.until, country)},
    )


def _not_enough(reply: NotEnough, code: str, _: str) -> Saying:
    return Saying(
        later("You have {balance}, this costs {price}. Nothing was charged."),
        {"balance": str(reply.balance), "price": str(reply.price), "code": code}, then=ADD_MONEY,
    )  # fmt: skip


def _limit(reply: LimitReached, _: str, __: str) -> Saying:
    return Saying(
        later("This is above your limit. You can still buy {left} today. Nothing was charged."),
        {"left": str(reply.left)},
    )


def _cash_limit(reply: CashLimitReached, _: str, __: str) -> Saying:
    return Saying(
        later("This is above the cash limit. {left} is left now. Nothing was charged."),
        {"left": str(reply.left)},
    )


def _dearer(reply: PriceChanged, code: str, _: str) -> Saying:
    return Saying(
        later("It costs {price} now. Nothing was charged."),
        {"price": str(reply.now.price), "code": code}, then=SEND_AGAIN,
    )  # fmt: skip


def _too_much(reply: VoucherTooMuch, _: str, __: str) -> Saying:
    return Saying(TOO_MUCH, {"amount": str(reply.amount)})


def _stopped(reply: VouchersStopped, _: str, country: str) -> Saying:
    return Saying(STOPPED, {"time": day_and_time(reply.until, country)})


def _fast(reply: TooFast, _: str, country: str) -> Saying:
    return Saying(
        later("That was too often. Try again after {time}. Nothing was charged."),
        {"time": clock_time(reply.again_at, country)},
    )


_SAYINGS: dict[type, Callable[[Any, str, str], Saying]] = {
    Refused: _refused,
    WrongPin: _wrong_pin,
    CodeIsWrong: _wrong_code,
    PinLocked: _locked,
    NotEnough: _not_enough,
    LimitReached: _limit,
    CashLimitReached: _cash_limit,
    TooFast: _fast,
    PriceChanged: _dearer,
    PlanGone: lambda *_: Saying(later("This plan is not sold any more. Nothing was charged.")),
    CodeWrong: lambda *_: Saying(
        later("Pay nothing. Number, amount and code don't fit, or the time is over.")
    ),
    VoucherMistyped: lambda *_: Saying(MISTYPED),
    VoucherNotGood: lambda *_: Saying(NOT_GOOD),
    VoucherIsYours: lambda *_: Saying(IS_YOURS),
    VoucherTooMuch: _too_much,
    VouchersStopped: _stopped,
}

Failure = (
    Refused
    | WrongPin
    | CodeIsWrong
    | PinLocked
    | NotEnough
    | LimitReached
    | CashLimitReached
    | TooFast
    | PriceChanged
    | PlanGone
    | CodeWrong
    | VoucherMistyped
    | VoucherNotGood
    | VoucherIsYours
    | VoucherTooMuch
    | VouchersStopped
)


def saying(reply: Failure, code: str, country: str) -> Saying:
    """How a command by SMS failed. `code` is the dialled short code; times are the country's."""
    return _SAYINGS[type(reply)](reply, code, country)
