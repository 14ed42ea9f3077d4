"""One turn of a broadcast's job: count whom it goes to, or queue the next batch.

What was queued and how far that is go into one commit, and each SMS has a key of its own: a job
that dies, or runs twice, sends nobody a second one. What is queued is sent as any promotional SMS:
whoever opts out meanwhile gets none.
"""

from collections import Counter
from datetime import datetime, timedelta

from app.db import broadcasts
from app.db.broadcasts import BroadcastRow
from app.db.engine import Transaction
from app.domain.broadcasts import BroadcastState
from app.domain.business_settings import BROADCAST_PACE, part_price
from app.domain.sms import quiet_until
from app.services.business_settings import value_of
from app.services.sms_context import SmsContext

BATCH_EVERY = timedelta(seconds=10)
_PIECE = 20_000
_PIECES_A_TURN = 50
_LOOK_AGAIN = timedelta(seconds=30)


def run_broadcast(ctx: SmsContext, broadcast_id: int) -> None:
    """Do what is next; it comes due again until it is over."""
    while _count(ctx, broadcast_id):
        pass
    _send(ctx, broadcast_id)


def _count(ctx: SmsContext, broadcast_id: int) -> bool:
    """Count one piece, in its own commit; False when there is nothing to count."""
    now = ctx.services.clock.now()
    with ctx.services.db.transaction() as tx:
        row = broadcasts.lock_id(tx, broadcast_id)
        if row is None or row.state is not BroadcastState.COUNTING:
            return False
        if row.at_subscriber >= row.last_subscriber:
            broadcasts.counted(tx, row, value_of(tx, part_price(row.audience.country)))
            return False
        upto = min(row.at_subscriber + _PIECE, row.last_subscriber)
        found = broadcasts.count_piece(tx, row, upto, now, _refusals_since(ctx, now))
        counts = Counter(row.counts) + Counter(found)
        broadcasts.note_count(tx, row, counts, upto, now + _LOOK_AGAIN)
    return True


def _send(ctx: SmsContext, broadcast_id: int) -> None:
    now = ctx.services.clock.now()
    with ctx.services.db.transaction() as tx:
        row = broadcasts.lock_id(tx, broadcast_id)
        if row is None or row.state is not BroadcastState.RUNNING:
            return
        if row.next_at is not None and row.next_at > now:
            return
        hours = ctx.rules.quiet(row.audience.country)
        quiet = quiet_until(now, row.audience.country, hours) if hours else None
        if quiet:
            broadcasts.wait(tx, row, quiet)
            return
        upto, queued = _queue(ctx, tx, row, now)
        broadcasts.note_sent(tx, row, upto, queued, now + BATCH_EVERY)
        if upto >= row.last_subscriber or row.queued + queued >= row.recipients:
            broadcasts.end(tx, row, BroadcastState.DONE, "", now)
    ctx.services.nudge()


def _queue(ctx: SmsContext, tx: Transaction, row: BroadcastRow, now: datetime) -> tuple[int, int]:
    """Queue a batch: up to which subscriber, and how many SMS. Never more in all than were counted:
    that is what was released."""
    pace = value_of(tx, BROADCAST_PACE) * BATCH_EVERY // timedelta(minutes=1)
    left, queued = min(max(pace, 1), row.recipients - row.queued), 0
    since = _refusals_since(ctx, now)
    for _ in range(_PIECES_A_TURN):
        if left <= 0 or row.at_subscriber >= row.last_subscriber:
            break
        upto = min(row.at_subscriber + _PIECE, row.last_subscriber)
        piece = broadcasts.queue_piece(tx, row, upto, left, now, since)
        full = piece.matched == left and piece.last is not None
        row = broadcasts.moved(row, piece.last if full and piece.last else upto)
        left, queued = left - piece.matched, queued + piece.queued
    return row.at_subscriber, queued


def _refusals_since(ctx: SmsContext, now: datetime) -> datetime:
    return now - ctx.rules.refusals_kept
