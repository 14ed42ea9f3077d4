"""A world in which numbers move between operators, and vendors can be asked whose one is."""

from itertools import count

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import FindOperator, OrderPlaced
from app.ports.channels import MoSms
from app.services.mo_sms import handle
from app.services.perform import perform
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.lookups import ScriptedLookup
from tests.fakes.vendor import ScriptedVendor

MTN, AIRTEL, GLO = "mtn-ng", "airtel-ng", "glo-ng"
_numbers = count(1)


@pytest.fixture
def number() -> Msisdn:
    """First allocated to MTN."""
    return Msisdn(f"+2348036{next(_numbers):06d}")


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def asked() -> ScriptedLookup:
    return ScriptedLookup()


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor, asked: ScriptedLookup) -> World:
    return World(db, clock, {"first": vendor}, lookups=(asked,))


def known(world: World, number: Msisdn) -> str | None:
    """What a screen reads; a look-up may be asked for by it."""
    found = perform(world.context, world.origin(world.subscriber()), FindOperator(number))
    operator: str | None = found.operator
    return operator


def sold(world: World, number: Msisdn, operator: str) -> int:
    """A sale of somebody who chose this operator, vended; its order."""
    answer = world.buy(world.subscriber(naira(1_000)), 200, number, operator=operator)
    assert isinstance(answer, OrderPlaced), answer
    order = int(world.one("select id from orders where reference = %s", answer.reference))
    world.vend(order)
    return order


def write(world: World, sender: Msisdn, text: str) -> None:
    """An SMS to the short code, from a SIM of MTN."""
    received = MoSms("africastalking", f"mo-{next(_numbers)}", sender, "20880", text, None, "62130")
    handle(world.context, received, "*384*123#")


def rows(world: World, number: Msisdn) -> list[tuple[str, str]]:
    return world.all(
        "select source, operator from number_operators where msisdn = %s order by source", number
    )
