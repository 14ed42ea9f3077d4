"""Staff record that a SIM was changed, as its owner or the operator has told them."""

from datetime import datetime

from app.db import sim_swaps, subscribers
from app.domain.msisdn import Msisdn
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.sim_swap import tell_why


class NotYet(Exception):
    """The moment named lies ahead."""


def record_swap(ctx: Context, msisdn: Msisdn, at: datetime, actor: str, reason: str) -> None:
    """From now on it counts like the network's own word. Raises NoSuchSubscriber, NotYet."""
    now = ctx.clock.now()
    if at > now:
        raise NotYet
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        sim_swaps.answered(tx, msisdn, at, actor, answered_at=None)
        detail = {"at": at.isoformat(), "reason": reason}
        append(tx, Entry(now, actor, "subscriber.swapped", msisdn, detail))
        if now <= at + ctx.sims.recent_for:
            tell_why(ctx, tx, subscriber)
    ctx.nudge()
