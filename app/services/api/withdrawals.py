"""Cash at an agent by the REST API: the same withdrawal as the menus', at the API's door.

The code for the agent is kept nowhere, as everywhere: it is made again from the withdrawal.
"""

from dataclasses import dataclass

from app.db import cash
from app.db.api_purchases import CHANNEL
from app.db.cash import WithdrawalRow
from app.domain.api_callers import SubscriberCaller
from app.domain.money import Money
from app.domain.requests import (
    CashLimitReached,
    Origin,
    QuoteWithdrawal,
    Refused,
    Withdraw,
    WithdrawalQuote,
    WithdrawalReady,
)
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.services.api.once import Turn
from app.services.api.second_factor import Code, FactorMissing, NotProved, with_factor
from app.services.check_pin import Door
from app.services.context import Context
from app.services.spend import NotSpent
from app.services.withdraw import quote_withdrawal, withdraw

_STEP = 0


@dataclass(frozen=True, slots=True)
class FeeChanged:
    """It costs more than was said; nothing is held."""

    fee: Money


NotHeld = NotSpent | NotProved | FactorMissing | CashLimitReached | FeeChanged


def quote(
    ctx: Context, caller: SubscriberCaller, amount: Money, agent: str
) -> WithdrawalQuote | Refused:
    """The fee, and who the named agent is."""
    origin = Origin(CHANNEL, "", _STEP, caller.msisdn)
    return quote_withdrawal(ctx, origin, QuoteWithdrawal(amount, agent))


def hold(
    ctx: Context, caller: SubscriberCaller, session: str, turn: Turn, amount: Money, agent: str,
    said: Money, pin: Secret, code: Code | None,
) -> WithdrawalRow | NotHeld:  # fmt: skip
    """Hold it for the PIN, once per session, for a fee of `said` at most. What isn't a
    WithdrawalRow did nothing."""
    if turn.again and (before := _of_session(ctx, session)):
        return before
    quoted = quote(ctx, caller, amount, agent)
    if isinstance(quoted, Refused):
        return quoted
    if quoted.fee > said:
        return FeeChanged(quoted.fee)
    origin = Origin(CHANNEL, session, _STEP, caller.msisdn, attempt=turn.attempt)
    wanted = Withdraw(amount, agent, quoted.fee, pin)
    reply = with_factor(
        ctx, origin, pin, Subject(Act.WITHDRAWAL, amount), code,
        lambda: withdraw(ctx, origin, wanted, Door.API),
    )  # fmt: skip
    if not isinstance(reply, WithdrawalReady):
        return reply
    held = _of_session(ctx, session)
    assert held is not None  # noqa: S101 - it was asked for
    return held


def find_withdrawal(ctx: Context, caller: SubscriberCaller, reference: str) -> WithdrawalRow | None:
    """The caller's withdrawal with this reference."""
    with ctx.db.statement() as tx:
        return cash.find_own(tx, caller.subscriber_id, reference)


def cash_code(ctx: Context, held: WithdrawalRow) -> Secret | None:
    """What the agent is shown; None when there is nothing to be paid any more."""
    if held.state != "open":
        return None
    return ctx.codes.code(held.channel, held.session, held.step)


def _of_session(ctx: Context, session: str) -> WithdrawalRow | None:
    with ctx.db.statement() as tx:
        return cash.withdrawal_of_step(tx, CHANNEL, session, _STEP)
