"""The page of one order: what happened, what can be done, and giving money back."""

import pytest

from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.outcomes import Unknown
from app.services.refund_order import ask_refund
from app.services.staff_refused import StaffRefused
from tests.backoffice.site import Browser, Site
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from app.db.engine import Database


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    return World(db, clock, {"first": vendor})


def delivered(world: World, amount: int = 200) -> tuple[int, str]:
    order = world.placed(amount)
    world.vend(order)
    assert world.state(order) == "delivered"
    return order, str(world.one("select reference from orders where id = %s", order))


def test_smoke(site: Site, world: World) -> None:
    order, reference = delivered(world)
    site.sign_in("finance_maker")
    page = site.get(f"/backoffice/orders/{reference}")
    assert page.status_code == 200
    for path in ("queue", "approvals", "queue?kind=cases", "queue?kind=suspense", "queue?kind=breaks", "queue?kind=float", "queue?kind=sms", "queue?kind=approvals", "queue?kind=unknown"):
        answer = site.get(f"/backoffice/{path}")
        assert answer.status_code == 200, (path, answer.text)
