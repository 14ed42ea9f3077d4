"""Start a charge at its provider, once, and ask what became of it until that is known."""

from collections.abc import Callable
from datetime import datetime

from app.db import breaks, charges, funding, outbox
from app.db.charges import ChargeRow
from app.db.engine import Transaction
from app.domain.banks import BANKS
from app.domain.charges import (
    CALL_TAKES_AT_MOST,
    LIFE,
    NOT_SENT_AGAIN_AFTER,
    OPEN,
    START_WITHIN,
    ChargeMethod,
    ChargeState,
    next_look,
)
from app.domain.vending import PROVIDER_GONE
from app.ports.charges import (
    ChargeNotSent,
    ChargeOutcome,
    ChargeProvider,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import NotPaid, Paid, PaymentState, PaymentUnknown, TakenBack
from app.services.context import Context
from app.services.credit_payment import credit_confirmed
from app.services.funding_context import FundingContext
from app.services.take_back import take_back_payment


def look_after_charge(ctx: FundingContext, charge_id: int) -> None:
    """Do what is due for a charge now. Safe to run any number of times at once."""
    services = ctx.services
    with services.db.transaction() as tx:
        charge = charges.lock(tx, charge_id)
        act = _due(ctx, tx, charge, services.clock.now())
    if act is not None:
        act(ctx, charge, ctx.charges[charge.provider])
    services.nudge()


def state_heard(
    ctx: Context, tx: Transaction, charge: ChargeRow, state: PaymentState, now: datetime
) -> str:
    """Act on what its provider's API says of a charge; what was done, in words for the record."""
    match state:
        case Paid():
            return credit_confirmed(ctx, tx, charge.provider, state)
        case TakenBack():
            # The order of locks of a credit: payment, charge, wallet.
            funding.one_payment_at_a_time(tx, charge.provider, state.external_id)
            charges.end(tx, charge.id, ChargeState.FAILED, "taken_back", now)
            return take_back_payment(ctx, tx, charge.provider, state)
        case NotPaid():
            if _is_over(charge, now) or not _may_be_under_way(charge, now):
                _fail(tx, charge, ChargeState.FAILED, state.code, now)
            else:
                _later(tx, charge, state.code, now)
            return f"not paid: {state.code}"
        case PaymentUnknown():
            _later(tx, charge, state.code, now)
            return f"unknown: {state.code}"


# --- what is due -----------------------------------------------------------------------------

_Act = Callable[[FundingContext, ChargeRow, ChargeProvider], None]


def _due(ctx: FundingContext, tx: Transaction, charge: ChargeRow, now: datetime) -> _Act | None:
    """What the provider must be called for. A start is taken up in a commit before the call: a
    worker that dies during it leaves a charge that is only asked about."""
    known = charge.provider in ctx.charges
    if charge.state not in OPEN or _still_being_called(charge, now):
        return None
    if charge.state is ChargeState.ASKED:
        if known and now <= charge.asked_at + START_WITHIN:
            return _start if charges.take_up(tx, charge.id, now, now + CALL_TAKES_AT_MOST) else None
        _fail(tx, charge, ChargeState.REFUSED, "not_started_in_time", now)
        return None
    if not known:
        _nobody_to_ask(tx, charge, now)
    return _ask if known else None


def _nobody_to_ask(tx: Transaction, charge: ChargeRow, now: datetime) -> None:
    """Its provider was taken out of use and may be put back; staff ask it once its life is over."""
    _later(tx, charge, PROVIDER_GONE, now)
    if _is_over(charge, now):
        detail = {"provider": charge.provider, "charge": charge.reference, "code": PROVIDER_GONE}
        breaks.open_once(tx, "charge_not_asked", detail, now)


def _still_being_called(charge: ChargeRow, now: datetime) -> bool:
    """May another worker be waiting for the provider's answer to the start?"""
    return (
        charge.state is ChargeState.UNKNOWN
        and charge.tries == 0
        and charge.taken_up_at is not None
        and now < charge.taken_up_at + CALL_TAKES_AT_MOST
    )


# --- starting --------------------------------------------------------------------------------


def _start(ctx: FundingContext, charge: ChargeRow, provider: ChargeProvider) -> None:
    outcome = provider.start(charge.at_provider())
    now = ctx.services.clock.now()
    with ctx.services.db.transaction() as tx:
        _record(tx, charge, outcome, now)


def _record(tx: Transaction, charge: ChargeRow, outcome: ChargeOutcome, now: datetime) -> None:
    match outcome:
        case ChargeStarted():
            if charges.started(tx, charge.id, outcome, next_look(now, now)):
                _tell_what_to_do(tx, charge, outcome)
        case ChargeRefused():
            _fail(tx, charge, ChargeState.REFUSED, outcome.code, now)
        case ChargeNotSent():
            charges.put_back(tx, charge.id, outcome.code, now + NOT_SENT_AGAIN_AFTER)
        case ChargeUnknown():
            charges.look_later(tx, charge.id, outcome.code, next_look(now, now))


# --- asking ----------------------------------------------------------------------------------


def _ask(ctx: FundingContext, charge: ChargeRow, provider: ChargeProvider) -> None:
    state = provider.query_charge(charge.at_provider())
    services = ctx.services
    with services.db.transaction() as tx:
        state_heard(services, tx, charge, state, services.clock.now())


def _may_be_under_way(charge: ChargeRow, now: datetime) -> bool:
    """A start nobody has recorded may reach the provider a little after "not found"."""
    since = charge.taken_up_at or charge.asked_at
    return charge.state is ChargeState.UNKNOWN and now < since + 2 * CALL_TAKES_AT_MOST


def _is_over(charge: ChargeRow, now: datetime) -> bool:
    return now >= (charge.taken_up_at or charge.asked_at) + LIFE[charge.method]


def _later(tx: Transaction, charge: ChargeRow, code: str, now: datetime) -> None:
    """Ask again, until its life is over. Money that comes even later is credited all the same."""
    if _is_over(charge, now) and charge.state is ChargeState.UNKNOWN:
        _fail(tx, charge, ChargeState.EXPIRED, code, now)
    elif _is_over(charge, now):
        charges.end(tx, charge.id, ChargeState.EXPIRED, code, now)
    else:
        since = charge.taken_up_at or charge.asked_at
        charges.look_later(tx, charge.id, code, next_look(since, now))


# --- telling ---------------------------------------------------------------------------------


def _fail(tx: Transaction, charge: ChargeRow, state: ChargeState, code: str, now: datetime) -> None:
    if charges.end(tx, charge.id, state, code, now):
        _sms(tx, charge, "charge_failed", {})


def _tell_what_to_do(tx: Transaction, charge: ChargeRow, outcome: ChargeStarted) -> None:
    """A prompt says it itself."""
    if charge.method is ChargeMethod.BANK_USSD:
        bank = BANKS[charge.bank]
        _sms(tx, charge, "pay_by_dialling", {"dial": outcome.dial, "bank": bank})
    elif charge.method is ChargeMethod.ONE_TIME_ACCOUNT:
        to_pay = outcome.to_pay or charge.amount
        said = {
            "account": outcome.account, "bank": outcome.bank, "amount_minor": to_pay.amount_minor
        }  # fmt: skip
        _sms(tx, charge, "pay_to_account", said)
    elif charge.method is ChargeMethod.LINK:
        _sms(tx, charge, "pay_by_link", {"link": outcome.link})


def _sms(tx: Transaction, charge: ChargeRow, kind: str, said: dict[str, object]) -> None:
    params = {
        "amount_minor": charge.amount.amount_minor, "currency": charge.amount.currency,
        "reference": charge.reference, **said,
    }  # fmt: skip
    outbox.queue_sms(
        tx, charge.owner, kind, charge.language, params,
        dedupe_key=f"charge:{charge.reference}:{kind}",
    )  # fmt: skip
