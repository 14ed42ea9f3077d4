"""Somebody whose orders the rules of risk hold."""

from datetime import timedelta

from app.db import sim_swaps
from app.domain.msisdn import Msisdn
from tests.factories.world import World, naira


def suspect(world: World, days: int = 4, amount: int = 60_000) -> Msisdn:
    """A subscriber whose SIM was changed some days ago and PIN today; the clock moves on by so
    many days."""
    victim = world.subscriber(naira(amount))
    world.clock.advance(days=days)
    now = world.clock.now()
    with world.db.transaction() as tx:
        sim_swaps.answered(tx, victim, now - timedelta(days=days), "test", answered_at=now)
        tx.run("update subscribers set pin_changed_at = %s where msisdn = %s", (now, victim))
    return victim
