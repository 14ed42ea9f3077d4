"""Learn what subscribers usually spend and which numbers many wallets buy for: a job beside the
road of an order, for the rules of risk."""

from app.db import habits
from app.db.engine import Database
from app.domain.days import ZONES
from app.domain.risk import CROWD, CROWD_WITHIN
from app.ports.clock import Clock
from app.services.business_settings import value_of

_AT_ONCE = 2_000


def learn_habits(db: Database, clock: Clock) -> None:
    """Read the orders that were placed since the last time, a commit for each batch."""
    now, full = clock.now(), True
    while full:
        with db.transaction() as tx:
            batch = habits.take(tx, _AT_ONCE)
            habits.learn(tx, batch.buyers, ZONES, now)
            most = value_of(tx, CROWD)
            habits.see_crowds(tx, batch.recipients, now - CROWD_WITHIN, most, now)
            habits.forget(tx, now - CROWD_WITHIN)
            full = batch.full
