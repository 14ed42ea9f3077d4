"""What looks like fraud: an order that the rules hold, a prefix to which codes are pumped."""

from datetime import timedelta

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import OrderPlaced
from app.ports.clock import Clock
from app.services.code_guard import closed_prefixes, may_send_code
from tests.factories.suspects import suspect
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

_WAITED = timedelta(minutes=20)
_KNOWN_FOR = timedelta(days=4)
_PUMPED = "+23470250"
_CODES = 40


def add_suspicion(db: Database, now: Clock) -> str:
    """The reference of the order that is held. Before anything that must be fresh in the
    catalogue: it begins days ago."""
    clock = FixedClock(now.now() - _WAITED - _KNOWN_FOR)
    world = World(db, clock, {"vtpass": ScriptedVendor(clock, "vtpass")})
    placed = world.buy(suspect(world, _KNOWN_FOR.days), 6_000, to="+2348031999077")
    assert isinstance(placed, OrderPlaced)
    assert placed.held_until is not None
    with db.transaction() as tx:
        for number in range(_CODES):
            may_send_code(world.context, tx, Msisdn(f"{_PUMPED}{number:05d}"))
    clock.advance(minutes=_WAITED / timedelta(minutes=1))
    with db.transaction() as tx:
        may_send_code(world.context, tx, Msisdn(f"{_PUMPED}{_CODES:05d}"))
    assert closed_prefixes(world.context)
    return placed.reference
