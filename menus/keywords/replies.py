"""What an SMS command is answered with: a sentence and its arguments, as the outbox keeps them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.domain.money import Money
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
from menus.texts.catalogue import later
from menus.texts.messages import clock_time
from menus.texts.vouchers import IS_YOURS, MISTYPED, NOT_GOOD, STOPPED, TOO_MUCH, day_and_time

HELP = later(
    "BAL: your balance. AIR 200 PIN: airtime for you. AIR 200 08051112222 PIN: for another number."
    " Your PIN comes last. STMT: your statement. PROBLEM and a reference: our staff look. Or dial"
    " {code}"
)
HELP_WITHOUT_AIRTIME = later(
    "BAL: your balance. BLOCK and your PIN: block your account. Or dial {code}"
)
NOT_SOLD = later("Airtime isn't sold in your country yet. Nothing was bought.")
PIN_MISSING = later("Nothing was bought. Put your PIN last, like AIR 200 PIN, or dial {code}")
BALANCE_HIDDEN = later("Your balance is hidden. SMS BAL and your PIN, or dial {code}")
OUT_OF_RANGE = later("Airtime is sold from {least} to {most}. Nothing was bought.")
NOT_BLOCKED = later("Your account is not blocked. SMS BLOCK and your PIN, or dial {code}")
NETWORK_UNKNOWN = later("We can't tell the network of {number}. Please dial {code}")

ABROAD = later("{number} is abroad. Dial {code} to see its price and rate. Nothing was bought.")


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of the catalogues with its arguments: the `reply` kind of menus.texts.messages.

    The argument `code` is the dialled short code.
    """

    sentence: str
    arguments: dict[str, str] = field(default_factory=dict)

    def params(self) -> dict[str, Any]:
        """What the outbox keeps until the SMS is sent."""
        return {"sentence": self.sentence, "arguments": self.arguments}


_REASONS = {
    Refusal.NOT_REGISTERED: later("You are not registered. Dial {code} to register."),
    Refusal.BLOCKED: later("Your number is blocked. Please see an agent."),
    Refusal.MUST_CHANGE_PIN: later("Change your start PIN first. Dial {code}"),
    Refusal.PIN_BY_SMS_OFF: later("PIN by SMS is off. Please dial {code}"),
    Refusal.NEEDS_SECOND_FACTOR: later("This needs one more proof. Please dial {code}"),
    Refusal.SIM_SWAPPED: later(
        "Your SIM was changed lately: only small amounts for now. Nothing was charged."
    ),
    Refusal.NOT_SOLD_HERE: later("We can't sell this now. Nothing was charged."),
    Refusal.NOTHING_OPEN: later("We find nothing of yours with this reference."),
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


def _locked(reply: PinLocked, _: str, country: str) -> Saying:
    if reply.until is None:
        return Saying(later("Your PIN is locked. Nothing was charged. Please see an agent."))
    return Saying(
        later("Your PIN is locked until {time}. Nothing was charged."),
        {"time": clock_time(reply.until, country)},
    )


def _not_enough(reply: NotEnough, _: str, __: str) -> Saying:
    return Saying(
        later("You have {balance}, this costs {price}. Nothing was charged."),
        {"balance": str(reply.balance), "price": str(reply.price)},
    )


def _limit(reply: LimitReached, _: str, __: str) -> Saying:
    return Saying(
        later("This is above your limit. You can still buy {left} today. Nothing was charged."),
        {"left": str(reply.left)},
    )


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
    PinLocked: _locked,
    NotEnough: _not_enough,
    LimitReached: _limit,
    TooFast: _fast,
    VoucherMistyped: lambda *_: Saying(MISTYPED),
    VoucherNotGood: lambda *_: Saying(NOT_GOOD),
    VoucherIsYours: lambda *_: Saying(IS_YOURS),
    VoucherTooMuch: _too_much,
    VouchersStopped: _stopped,
}

Failure = (
    Refused
    | WrongPin
    | PinLocked
    | NotEnough
    | LimitReached
    | TooFast
    | VoucherMistyped
    | VoucherNotGood
    | VoucherIsYours
    | VoucherTooMuch
    | VouchersStopped
)


def saying(reply: Failure, code: str, country: str) -> Saying:
    """How a command by SMS failed. `code` is the dialled short code; times are the country's."""
    return _SAYINGS[type(reply)](reply, code, country)


def balance_params(balance: Money) -> dict[str, Any]:
    """The params of the `balance` kind of menus.texts.messages."""
    return {"balance_minor": balance.amount_minor, "currency": balance.currency}
