"""Act on what payment providers tell us: a webhook is stored, a job asks the provider's API, and
only that answer credits a wallet or takes money back."""

from datetime import timedelta

from app.db import breaks, charges, funding, outbox, subscribers
from app.db.charges import ChargeRow
from app.db.engine import Transaction
from app.db.funding import EventRow
from app.domain.vending import PROVIDER_GONE
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    BadWebhook,
    ChargeHeard,
    NothingHeard,
    NotPaid,
    Paid,
    PaymentHeard,
    PaymentState,
    PaymentTakenBack,
    PaymentUnknown,
    TakenBack,
)
from app.services.context import Context
from app.services.credit_payment import credit_confirmed
from app.services.funding_context import FundingContext
from app.services.look_after_charge import state_heard
from app.services.pay_in_account import account_opened, account_refused
from app.services.payment_fields import open_event, seal_event
from app.services.take_back import take_back_payment

_LOOKED_AT_FOR = timedelta(seconds=60)
_PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3600))
_START_RECORDED_WITHIN = 3
"""So many looks at an event give a started charge the time to have its provider's id recorded."""
_API_KNOWS_WITHIN = 3
"""So many more looks are taken when a provider's API says something else than its webhook: the one
may know later than the other."""


def hear_payment_event(ctx: Context, provider: str, body: bytes) -> bool:
    """Store a signed webhook as it came, for a job to look at; False for a copy."""
    with ctx.db.transaction() as tx:
        digest, ciphertext = seal_event(ctx.fields, provider, body)
        event_id = funding.keep_event(tx, provider, digest, ciphertext, ctx.clock.now())
        if event_id is not None:
            outbox.put(tx, outbox.PAYMENT, event_id)
    ctx.nudge()
    return event_id is not None


def hear_provider_that_left(ctx: Context, provider: str) -> None:
    """A provider that isn't in use any more tells us something, which can't be checked: staff hear
    of it, once a day."""
    now = ctx.clock.now()
    detail = {"provider": provider, "day": f"{now:%Y-%m-%d}"}
    with ctx.db.transaction() as tx:
        breaks.open_once(tx, "webhook_not_taken", detail, now)


def take_payment(ctx: FundingContext, event_id: int) -> None:
    """Look at a stored event and do what follows. Safe to run any number of times at once."""
    services = ctx.services
    now = services.clock.now()
    with services.db.statement() as tx:
        event = funding.look_at_event(tx, event_id, now + _LOOKED_AT_FOR)
    if event is None:
        return
    reader = ctx.readers.get(event.provider)
    if reader is None:
        _nobody_reads(ctx, event)
        return
    try:
        heard = reader.parse(open_event(services.fields, event))
    except BadWebhook as error:
        _handled(ctx, event, f"unreadable {error}")
        return
    match heard:
        case PaymentHeard():
            _act(ctx, event, heard, None, _query(ctx, event.provider, heard.reference))
        case ChargeHeard():
            _charge_heard(ctx, event, heard)
        case PaymentTakenBack():
            _ask_taken_back(ctx, event, heard)
        case AccountHeard():
            with services.db.transaction() as tx:
                owner = subscribers.find_by_msisdn(tx, heard.owner)
                if owner is not None:
                    account_opened(services, tx, owner, heard.account)
                outcome = "account" if owner else "account of nobody"
                funding.event_handled(tx, event.id, outcome, now)
        case AccountNotOpened():
            with services.db.transaction() as tx:
                owner = subscribers.find_by_msisdn(tx, heard.owner)
                if owner is not None:
                    account_refused(tx, owner, event.provider, "not_opened", now)
                funding.event_handled(tx, event.id, "account not opened", now)
        case NothingHeard():
            _handled(ctx, event, f"ignored {heard.event}")
    services.nudge()


def _nobody_reads(ctx: FundingContext, event: EventRow) -> None:
    """Its provider was taken out of use since: staff ask it, and it is read if it comes back."""
    now = ctx.services.clock.now()
    detail = {"provider": event.provider, "event": event.id, "code": PROVIDER_GONE}
    with ctx.services.db.transaction() as tx:
        breaks.open_once(tx, "payment_not_asked", detail, now)
        funding.put_event_off(tx, event.id, PROVIDER_GONE, now + _PAUSES[-1])


# --- asking the provider ---------------------------------------------------------------------


def _charge_heard(ctx: FundingContext, event: EventRow, heard: ChargeHeard) -> None:
    charge = _find_charge(ctx, event, heard)
    if charge is not None:
        _act(ctx, event, heard, charge, _query_charge(ctx, charge))
    elif not heard.reference and event.tries <= _START_RECORDED_WITHIN:
        _act(ctx, event, heard, None, PaymentUnknown("no such charge yet"))
    elif event.provider in ctx.accounts:
        known_as = heard.external_id or heard.reference
        _act(ctx, event, heard, None, _query(ctx, event.provider, known_as))
    else:
        # Nobody can be asked about a charge that isn't ours: staff look at it, nothing is credited.
        detail = {
            "provider": event.provider, "reference": heard.reference or heard.external_id,
            "event": event.id,
        }  # fmt: skip
        now = ctx.services.clock.now()
        with ctx.services.db.transaction() as tx:
            breaks.open_(tx, "unknown_charge", detail, now)
            funding.event_handled(tx, event.id, "unknown charge", now)


def _ask_taken_back(ctx: FundingContext, event: EventRow, heard: PaymentTakenBack) -> None:
    charge = _find_charge(ctx, event, heard)
    refunds = ctx.refunds.get(event.provider)
    known_as = heard.reference or heard.external_id
    if refunds is not None:
        state = refunds.taken_back(known_as)
    elif charge is not None:
        state = _query_charge(ctx, charge)
    else:
        state = _query(ctx, event.provider, known_as)
    _act(ctx, event, heard, charge, state)


def _find_charge(
    ctx: FundingContext, event: EventRow, heard: ChargeHeard | PaymentTakenBack
) -> ChargeRow | None:
    with ctx.services.db.statement() as tx:
        return charges.find(tx, event.provider, heard.reference, heard.external_id)


def _query(ctx: FundingContext, provider: str, reference: str) -> PaymentState:
    accounts = ctx.accounts.get(provider)
    return accounts.query(reference) if accounts else PaymentUnknown("nobody to ask")


def _query_charge(ctx: FundingContext, charge: ChargeRow) -> PaymentState:
    provider = ctx.charges.get(charge.provider)
    if provider is None:
        return PaymentUnknown("nobody to ask")
    return provider.query_charge(charge.at_provider())


# --- acting on its answer --------------------------------------------------------------------


def _act(
    ctx: FundingContext, event: EventRow, heard: PaymentHeard | ChargeHeard | PaymentTakenBack,
    charge: ChargeRow | None, state: PaymentState,
) -> None:  # fmt: skip
    services = ctx.services
    now = services.clock.now()
    again_at = now + _PAUSES[min(event.tries, len(_PAUSES)) - 1]
    with services.db.transaction() as tx:
        if isinstance(state, PaymentUnknown):
            funding.put_event_off(tx, event.id, f"unknown: {state.code}", again_at)
            return
        outcome = (
            _state_of_transfer(services, tx, event.provider, state)
            if charge is None
            else state_heard(services, tx, charge, state, now)
        )
        if _confirms(heard, state) or event.tries > _API_KNOWS_WITHIN:
            funding.event_handled(tx, event.id, outcome, now)
        else:
            funding.put_event_off(tx, event.id, outcome, again_at)


def _confirms(heard: PaymentHeard | ChargeHeard | PaymentTakenBack, state: PaymentState) -> bool:
    """Does the API know of what the webhook was about?"""
    came = isinstance(state, Paid) and not isinstance(heard, PaymentTakenBack)
    return came or isinstance(state, TakenBack)


def _state_of_transfer(
    ctx: Context, tx: Transaction, provider: str, state: Paid | NotPaid | TakenBack
) -> str:
    match state:
        case Paid():
            return credit_confirmed(ctx, tx, provider, state)
        case TakenBack():
            return take_back_payment(ctx, tx, provider, state)
        case NotPaid():
            return f"not paid: {state.code}"


def _handled(ctx: FundingContext, event: EventRow, outcome: str) -> None:
    with ctx.services.db.statement() as tx:
        funding.event_handled(tx, event.id, outcome, ctx.services.clock.now())
