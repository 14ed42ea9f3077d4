"""Register a subscriber: the PIN repeated, a wallet opened, an SMS that says so."""

from app.db import ledger, outbox, pins, subscribers, transfers
from app.domain.ledger import wallet
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import Done, Enrol, Origin, PinMismatch, Refusal, Refused
from app.security.pin import PinHash
from app.services.context import Context
from app.services.end_transfer import receive_waiting
from app.services.sim_swap import wish_to_know


def enrol(ctx: Context, origin: Origin, request: Enrol) -> Done | PinMismatch | Refused:
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
    with ctx.db.transaction() as tx:
        transfers.settle_who_is_first(tx, origin.msisdn)
        subscriber_id = subscribers.register(
            tx,
            subscribers.NewSubscriber(
                origin.msisdn, request.language, country, currency, typed.hash, typed.pepper_id,
                ctx.clock.now(),
            ),
        )  # fmt: skip
        if subscriber_id is None:
            return Done()
        ledger.open_account(tx, wallet(subscriber_id, currency))
        pins.finish_pending(tx, origin)
        registered = subscribers.find_by_msisdn(tx, origin.msisdn)
        outbox.queue_sms(
            tx, origin.msisdn, "registered", request.language, {},
            dedupe_key=f"registered:{subscriber_id}",
        )  # fmt: skip
        if registered is not None:
            if transfers.lock_waiting_for(tx, origin.msisdn):
                wish_to_know(ctx, tx, registered)
            receive_waiting(ctx, tx, registered)
    ctx.nudge()
    return Done()
