"""Short runs of the simulation; `make simulate` runs longer ones."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from app.db.engine import Database
from app.ports.payments import Paid, PaymentState
from tests.conftest import Servers, _admin, _create, _url
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.simulation.simulation import InvariantBroken, Simulation

_numbers = count(1)


@pytest.fixture
def fresh(servers: Servers, template: str) -> Iterator[Database]:
    """A database in which nothing has happened yet."""
    name = f"nexustop_simulation_{os.getpid()}_{next(_numbers)}"
    _create(servers, name, template)
    db = Database(_url(servers, name, "nexustop_app"))
    yield db
    db.dispose()
    _admin(servers, f"drop database {name} with (force)")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_invariant_holds_whatever_happens(seed: int, fresh: Database) -> None:
    Simulation(World(fresh, FixedClock()), seed).run(120)


def test_the_simulation_notices_a_vendor_that_delivers_twice(fresh: Database) -> None:
    simulation = Simulation(World(fresh, FixedClock()), 7)
    simulation.run(30)
    vendor = next(vendor for vendor in simulation.vendors if vendor.book)
    vendor.deliver(next(iter(vendor.book)))
    with pytest.raises(InvariantBroken):
        simulation._check(0)


def test_the_simulation_notices_a_payment_that_is_credited_twice(fresh: Database) -> None:
    simulation = Simulation(World(fresh, FixedClock()), 8)
    honest, asked = simulation.world.payments.query, count(1)

    def renames(reference: str) -> PaymentState:
        """Gives the same payment another id each time it is asked."""
        state = honest(reference)
        return replace(state, external_id=f"{next(asked)}") if isinstance(state, Paid) else state

    simulation.world.payments.query = renames  # type: ignore[method-assign]
    with pytest.raises(InvariantBroken, match="top-ups"):
        simulation.run(60)
