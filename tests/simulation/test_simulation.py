"""Short runs of the simulation; `make simulate` runs longer ones."""

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from app.ports.payments import Paid, PaymentState
from tests.conftest import Servers, _admin, _create, _url
from tests.simulation.mortal import MortalDatabase
from tests.simulation.simulation import InvariantBroken, start

_numbers = count(1)

FOUND_FAILING = [(1, 300), (1_000_001, 1_000), (66_000_001, 1_000)]
"""(seed, steps) that once showed a fault, and a plain one: each stays right."""


@pytest.fixture
def fresh(servers: Servers, template: str) -> Iterator[MortalDatabase]:
    """A database in which nothing has happened yet."""
    name = f"nexustop_simulation_{os.getpid()}_{next(_numbers)}"
    _create(servers, name, template)
    db = MortalDatabase(_url(servers, name, "nexustop_app"))
    yield db
    db.dispose()
    _admin(servers, f"drop database {name} with (force)")


@pytest.mark.parametrize(("seed", "steps"), FOUND_FAILING)
def test_every_invariant_holds_whatever_happens(
    seed: int, steps: int, fresh: MortalDatabase
) -> None:
    start(fresh, seed).run(steps)


def test_the_seed_decides_everything(
    servers: Servers, template: str, fresh: MortalDatabase
) -> None:
    first = start(fresh, 5)
    first.run(150)
    name = f"nexustop_simulation_{os.getpid()}_again"
    _create(servers, name, template)
    db = MortalDatabase(_url(servers, name, "nexustop_app"))
    second = start(db, 5)
    second.run(150)
    written = "select reference, kind from ledger_transactions order by id"
    assert first.world.all(written) == second.world.all(written)
    assert first.deaths == second.deaths > 0
    db.dispose()
    _admin(servers, f"drop database {name} with (force)")


def test_the_simulation_notices_a_vendor_that_delivers_twice(fresh: MortalDatabase) -> None:
    simulation = start(fresh, 7)
    simulation.run(200)
    vendor = next(vendor for vendor in simulation.vendors.all if vendor.book)
    vendor.deliver(next(iter(vendor.book)))
    assert any("delivered 2 times" in found for found in simulation.invariants.of_everything())


def test_the_simulation_notices_a_payment_that_is_credited_twice(fresh: MortalDatabase) -> None:
    simulation = start(fresh, 8)
    honest, asked = simulation.world.payments.query, count(1)

    def renames(reference: str) -> PaymentState:
        """Gives the same payment another id each time it is asked."""
        state = honest(reference)
        return replace(state, external_id=f"{next(asked)}") if isinstance(state, Paid) else state

    simulation.world.payments.query = renames  # type: ignore[method-assign]
    with pytest.raises(InvariantBroken, match="payment"):
        simulation.run(200)


def test_the_simulation_notices_a_refund_that_is_forgotten(fresh: MortalDatabase) -> None:
    simulation = start(fresh, 9)
    simulation.run(200)
    with fresh.statement() as tx:
        tx.run("update orders set state = 'declined' where state = 'delivered'")
    assert simulation.invariants.of_everything()
