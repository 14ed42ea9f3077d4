"""Register a subscriber: the PIN repeated, a wallet opened, an SMS that says so."""

from app.db import consents, ledger, outbox, pins, subscribers, transfers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.code_guard import PREFIX
from app.domain.door_limits import ENROLMENTS
from app.domain.ledger import wallet
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import Done, Enrol, Origin, PinMismatch, Refusal, Refused, TooFast
from app.domain.terms import TERMS_VERSION
from app.security.pin import PinHash
from app.services.context import Context
from app.services.door_limits import refused_until
from app.services.end_transfer import receive_waiting
from app.services.sim_swap import wish_to_know


def enrol(ctx: Context, origin: Origin, request: Enrol) -> Done | PinMismatch | TooFast | Refused:
    """Safe to run again: a number is registered once."""
    country = country_of(origin.msisdn)
    currency = COUNTRY_CURRENCY.get(country)
    if currency is None:
        return Refused(Refusal.NOT_SOLD_HERE)
    with ctx.db.transaction() as tx:
        if subscribers.find_by_msisdn(tx, origin.msisdn):
            return Done()
        typed = pins.pending(tx, origin)
    if typed is None or typed.hash is None or typed.pepper_id is None:
        return PinMismatch()
    if not ctx.hasher.matches(
        PinHash(typed.hash, typed.pepper_id), request.repeated, origin.msisdn
    ):
        return PinMismatch()
    again_at = refused_until(ctx, (ENROLMENTS, origin.msisdn[:PREFIX]))
    if again_at is not None:
        return TooFast(again_at)
    new = subscribers.NewSubscriber(
        origin.msisdn, request.language, country, currency, typed.hash, typed.pepper_id,
        ctx.clock.now(),
    )  # fmt: skip
    with ctx.db.transaction() as tx:
        registered = register(ctx, tx, new)
        if registered is None:
            return Done()
        consents.terms_accepted(
            tx, registered.id, TERMS_VERSION, origin.channel, origin.session, new.registered_at
        )
        pins.finish_pending(tx, origin)
        outbox.queue_sms(
            tx, origin.msisdn, "registered", request.language, {},
            dedupe_key=f"registered:{registered.id}",
        )  # fmt: skip
    ctx.nudge()
    return Done()


def register(ctx: Context, tx: Transaction, new: subscribers.NewSubscriber) -> SubscriberRow | None:
    """Register the number and open its wallet, which takes in what waited for it; None when it was
    registered before."""
    transfers.settle_who_is_first(tx, new.msisdn)
    subscriber_id = subscribers.register(tx, new)
    if subscriber_id is None:
        return None
    ledger.open_account(tx, wallet(subscriber_id, new.currency))
    registered = subscribers.find_by_id(tx, subscriber_id)
    if registered is not None:
        if transfers.lock_waiting_for(tx, new.msisdn):
            wish_to_know(ctx, tx, registered)
        receive_waiting(ctx, tx, registered)
    return registered
