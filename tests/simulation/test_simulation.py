"""Short runs of the simulation; `make simulate` runs longer ones."""

import pytest

from app.db.engine import Database
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.simulation.simulation import InvariantBroken, Simulation


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_invariant_holds_whatever_happens(servers, template, seed: int) -> None:  # type: ignore[no-untyped-def]
    from tests.conftest import _admin, _create, _url

    name = f"nexustop_simulation_{seed}"
    _create(servers, name, template)
    db = Database(_url(servers, name, "nexustop_app"))
    try:
        Simulation(World(db, FixedClock()), seed).run(120)
    finally:
        db.dispose()
        _admin(servers, f"drop database {name} with (force)")


def test_the_simulation_notices_a_vendor_that_delivers_twice(db: Database) -> None:
    simulation = Simulation(World(db, FixedClock()), 7)
    simulation.run(30)
    vendor = next(vendor for vendor in simulation.vendors if vendor.book)
    vendor.deliver(next(iter(vendor.book)))
    with pytest.raises(InvariantBroken):
        simulation._check(0)
