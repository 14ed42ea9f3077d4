"""What binds a subscriber today: the limits of the tier, and how often something may be done."""

from datetime import datetime

from app.db import velocity
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.db.transfers import TransferRow
from app.domain.days import day_of
from app.domain.requests import TooFast
from app.domain.tiers import NO_LIMITS, Limits, limits_of_tier
from app.domain.velocity import Counted, Pace, pace_of
from app.services.context import Context


def limits_of(ctx: Context, subscriber: SubscriberRow) -> Limits:
    """No query: the tier came with the subscriber."""
    if subscriber.limits_exempt:
        return NO_LIMITS
    day = day_of(ctx.clock.now(), subscriber.country)
    return limits_of_tier(subscriber.country, subscriber.tier, day)


def too_fast(
    ctx: Context, tx: Transaction, subscriber: SubscriberRow, counted: Counted
) -> TooFast | None:
    """Has the subscriber done as much of it as may be done in a while? It holds as far as what is
    counted can't grow meanwhile: the caller locks, or lives with as many more as run at once."""
    if subscriber.limits_exempt:
        return None
    now = ctx.clock.now()
    pace = _pace(subscriber, counted, now)
    since = now - pace.within
    return _until(pace, velocity.nth_latest(tx, counted, subscriber.id, pace.most, since), since)


def purchases_too_fast(
    ctx: Context, tx: Transaction, buyer: SubscriberRow, recipient: str
) -> tuple[TooFast | None, bool]:
    """The same for purchases, and in the same round trip whether many wallets buy for this
    recipient."""
    if buyer.limits_exempt:
        return None, False
    now = ctx.clock.now()
    pace = _pace(buyer, Counted.PURCHASES, now)
    at, crowded = velocity.nth_latest_purchase(tx, buyer.id, pace.most, recipient)
    return _until(pace, at, now - pace.within), crowded


def too_many_strangers(
    ctx: Context, tx: Transaction, sender: SubscriberRow, transfer: TransferRow
) -> TooFast | None:
    """Has the sender sent to as many new numbers as may be in a while? Transfers of one sender
    wait for each other here."""
    if sender.limits_exempt:
        return None
    now = ctx.clock.now()
    pace = _pace(sender, Counted.NEW_RECIPIENTS, now)
    since = now - pace.within
    velocity.one_sending_at_a_time(tx, sender.id)
    at = velocity.nth_latest_new_recipient(tx, transfer, pace.most, since)
    return _until(pace, at, since)


def _pace(subscriber: SubscriberRow, counted: Counted, now: datetime) -> Pace:
    return pace_of(counted, subscriber.country, subscriber.tier, day_of(now, subscriber.country))


def _until(pace: Pace, at: datetime | None, since: datetime) -> TooFast | None:
    return TooFast(at + pace.within) if at is not None and at > since else None
