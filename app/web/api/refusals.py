"""What services answer instead of doing it, as problems."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.domain.requests import (
    CashLimitReached,
    ChargeAskedBefore,
    CodeIsWrong,
    FactorLocked,
    LimitReached,
    ListFull,
    NameTaken,
    NotEnough,
    PinLocked,
    PlanGone,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
    SchedulesFull,
    TooFast,
    WrongPin,
)
from app.services.api.purchase import (
    OperatorUnknown,
    PriceNotSaid,
    ReferenceTaken,
    WrongCurrency,
)
from app.services.api.second_factor import FactorMissing
from app.services.api.transfers import NotWaiting
from app.services.api.withdrawals import FeeChanged
from app.web.api.problems import PROBLEMS, Problem

_ASK_AGAIN_SECONDS = 5
NOT_SPENT = (
    "wrong_pin", "pin_locked", "must_change_pin", "insufficient_funds", "limit_reached", "too_fast",
    "sim_swapped", "sim_unchecked", "blocked", "refused",
)  # fmt: skip
"""What can be wrong with whatever a PIN spends."""


def problem_of(reply: object, now: datetime) -> Problem:
    """The problem that a reply is. Raises KeyError for one that is none."""
    return _SAID[type(reply)](reply, now)


def _wrong_pin(reply: WrongPin, _: datetime) -> Problem:
    return Problem("wrong_pin", tries_left=reply.tries_left)


def _pin_locked(reply: PinLocked, now: datetime) -> Problem:
    if reply.until is None:
        return Problem("pin_locked", "Only staff or an agent can unlock it.")
    return Problem("pin_locked", until=reply.until.isoformat(), retry_after=_wait(reply.until, now))


def _too_fast(reply: TooFast, now: datetime) -> Problem:
    return Problem("too_fast", retry_after=_wait(reply.again_at, now))


def _not_enough(reply: NotEnough, _: datetime) -> Problem:
    balance, price = reply.balance, reply.price
    return Problem(
        "insufficient_funds", balance_minor=balance.amount_minor, price_minor=price.amount_minor,
        currency=price.currency,
    )  # fmt: skip


def _limit(reply: LimitReached | CashLimitReached, _: datetime) -> Problem:
    left = reply.left
    return Problem("limit_reached", left_minor=left.amount_minor, currency=left.currency)


def _factor(reply: FactorMissing, _: datetime) -> Problem:
    return Problem(
        "needs_second_factor", kinds=list(reply.wanted.kinds), position=reply.wanted.position
    )


def _asked_before(reply: ChargeAskedBefore, _: datetime) -> Problem:
    amount = reply.amount
    return Problem(
        "prompt_open", id=reply.reference, amount_minor=amount.amount_minor,
        currency=amount.currency,
    )  # fmt: skip


def _fee(reply: FeeChanged, _: datetime) -> Problem:
    fee = reply.fee
    return Problem("fee_changed", fee_minor=fee.amount_minor, currency=fee.currency)


def _priced(code: str, now: Quoted) -> Problem:
    return Problem(code, **price(now))


def price(now: Quoted) -> dict[str, Any]:
    """What it costs, and at what rate where it is paid in another currency."""
    shown = {"price_minor": now.price.amount_minor, "price_currency": now.price.currency}
    return {**shown, "rate": now.rate} if now.rate else shown


def _refused(reply: Refused, _: datetime) -> Problem:
    if reply.why is Refusal.SIM_UNCHECKED:
        return Problem("sim_unchecked", retry_after=_ASK_AGAIN_SECONDS)
    code = str(reply.why)
    return Problem(code) if code in PROBLEMS else Problem("refused", why=code)


def _wait(until: datetime, now: datetime) -> int:
    return max(int((until - now).total_seconds()) + 1, 1)


_SAID: dict[type, Callable[[Any, datetime], Problem]] = {
    WrongPin: _wrong_pin,
    PinLocked: _pin_locked,
    TooFast: _too_fast,
    NotEnough: _not_enough,
    LimitReached: _limit,
    PriceChanged: lambda reply, _: _priced("price_changed", reply.now),
    PriceNotSaid: lambda reply, _: _priced("price_not_said", reply.now),
    PlanGone: lambda _, __: Problem("plan_gone"),
    OperatorUnknown: lambda _, __: Problem("operator_unknown"),
    WrongCurrency: lambda _, __: Problem("wrong_currency"),
    ReferenceTaken: lambda _, __: Problem("client_reference_used"),
    FactorMissing: _factor,
    CodeIsWrong: lambda reply, _: Problem("wrong_second_factor", tries_left=reply.tries_left),
    FactorLocked: lambda _, __: Problem("second_factor_locked"),
    NotWaiting: lambda _, __: Problem("not_waiting"),
    CashLimitReached: _limit,
    FeeChanged: _fee,
    ChargeAskedBefore: _asked_before,
    NameTaken: lambda _, __: Problem("name_taken"),
    ListFull: lambda _, __: Problem("list_full"),
    SchedulesFull: lambda _, __: Problem("list_full"),
    Refused: _refused,
}
