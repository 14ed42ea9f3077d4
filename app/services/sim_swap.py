"""Was the SIM changed lately? Here only what is stored is read, and the wish to know more noted; a
job asks the network (check_sim)."""

from datetime import timedelta

from app.db import outbox, sim_swaps, subscribers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.msisdn import Msisdn, country_of
from app.domain.requests import Refusal, Refused
from app.domain.second_factor import Subject
from app.domain.sim_swap import SimState, swap_rules
from app.services.context import Context

_WISH_AGAIN_AFTER = timedelta(seconds=30)


def refusal_for(ctx: Context, subscriber: SubscriberRow, subject: Subject) -> Refused | None:
    """Why this act may not be now; None: as far as the SIM goes, it may."""
    rules = swap_rules(subscriber.country, day_of(ctx.clock.now(), subscriber.country))
    if rules is None or not rules.matters(subject.act, subject.amount):
        return None
    with ctx.db.transaction() as tx:
        state = state_of(ctx, tx, subscriber.msisdn)
        if state is SimState.UNKNOWN and rules.asks(subject.act, subject.amount):
            wish_to_know(ctx, tx, subscriber)
        if not rules.refuses(subject.act, state, subject.amount):
            return None
        if state is SimState.RECENT:
            tell_why(ctx, tx, subscriber)
    ctx.nudge()
    return Refused(Refusal.SIM_SWAPPED if state is SimState.RECENT else Refusal.SIM_UNCHECKED)


def foresee(ctx: Context, msisdn: Msisdn, subject: Subject) -> None:
    """An act is being considered: have the network asked now, so that its answer is there in
    time."""
    rules = swap_rules(country_of(msisdn), day_of(ctx.clock.now(), country_of(msisdn)))
    if not ctx.sims.asked or rules is None or not rules.matters(subject.act, subject.amount):
        return
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None or subscriber.limits_exempt:
            return
        if state_of(ctx, tx, msisdn) is SimState.UNKNOWN:
            wish_to_know(ctx, tx, subscriber)
    ctx.nudge()


def state_of(ctx: Context, tx: Transaction, msisdn: Msisdn) -> SimState:
    """From what is stored. A change counts however old the answer; where nobody can be asked, no
    news is good news."""
    now, known = ctx.clock.now(), sim_swaps.find(tx, msisdn)
    if known and known.swapped_at and now <= known.swapped_at + ctx.sims.recent_for:
        return SimState.RECENT
    if not ctx.sims.asked:
        return SimState.CLEAR
    fresh = known and known.answered_at and now <= known.answered_at + ctx.sims.max_age
    return SimState.CLEAR if fresh else SimState.UNKNOWN


def wish_to_know(ctx: Context, tx: Transaction, subscriber: SubscriberRow) -> None:
    """Have the network asked after this commit, unless that was wished a moment ago."""
    if not ctx.sims.asked:
        return
    if sim_swaps.wish(tx, subscriber.msisdn, ctx.clock.now(), _WISH_AGAIN_AFTER):
        outbox.put(tx, outbox.SIM_SWAP, subscriber.id)


def tell_why(ctx: Context, tx: Transaction, subscriber: SubscriberRow) -> None:
    """One SMS per change of the SIM."""
    known = sim_swaps.find(tx, subscriber.msisdn)
    if known is None or known.swapped_at is None:
        return
    until = known.swapped_at + ctx.sims.recent_for
    outbox.queue_sms(
        tx, subscriber.msisdn, "sim_swapped", subscriber.language,
        {"until": until.isoformat(), "country": subscriber.country},
        dedupe_key=f"sim_swapped:{subscriber.msisdn}:{known.swapped_at.isoformat()}",
    )  # fmt: skip
