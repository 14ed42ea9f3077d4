"""What staff have stopped everywhere is offered to nobody, and an order of it is refused."""

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.products import ProductKind
from app.domain.requests import (
    FindSamePurchase,
    GetPlans,
    OrderPlaced,
    PlanGone,
    Refusal,
    Refused,
    Same,
)
from app.ports.channels import MoSms
from app.services import mo_sms
from app.services.get_plans import get_plans
from app.services.run_routes import EVERYWHERE, set_route, switch_operator
from app.services.wallet import find_same_purchase
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    made = World(db, clock, {"first": ScriptedVendor(clock, "first")})
    made.stock_plans()
    with db.statement() as tx:
        tx.run("delete from route_rules")
    return made


def stop(world: World, *, closed: bool = True) -> None:
    switch_operator(world.vending, "mtn-ng", "ada@nexus.example", "outage", closed=closed)


def shown(world: World, buyer: Msisdn) -> int:
    return len(get_plans(world.context, world.origin(buyer), GetPlans("mtn-ng", buyer)).plans)


def same(world: World, buyer: Msisdn, operator: str = "mtn-ng") -> Same:
    request = FindSamePurchase(buyer, naira(200), operator=operator)
    return find_same_purchase(world.context, world.origin(buyer), request)


def test_airtime_is_said_to_be_stopped_before_the_pin_and_refused_after_it(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    stop(world)
    assert same(world, buyer) == Same(None, stopped=True)
    assert same(world, buyer, "airtel-ng") == Same(None)
    assert world.buy(buyer, 200) == Refused(Refusal.NOT_SOLD_HERE)
    assert world.spendable(buyer) == naira(1_000)
    stop(world, closed=False)
    assert same(world, buyer) == Same(None)
    assert isinstance(world.buy(buyer, 200), OrderPlaced)


def test_plans_are_neither_shown_nor_sold_and_come_back(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    before = shown(world, buyer)
    stop(world)
    assert (before > 0, shown(world, buyer)) == (True, 0)
    assert world.buy_plan(buyer) == PlanGone()
    stop(world, closed=False)
    assert shown(world, buyer) == before


def test_plans_of_a_provider_that_may_not_sell_them_are_not_shown(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    set_route(
        world.vending, "mtn-ng", ProductKind.DATA, "first", "ada@nexus.example", "dear",
        closed=True,
    )  # fmt: skip
    assert shown(world, buyer) == 0
    assert isinstance(world.buy(buyer, 200), OrderPlaced), "airtime isn't stopped"


def test_data_alone_may_be_stopped(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    set_route(
        world.vending, "mtn-ng", ProductKind.DATA, EVERYWHERE, "ada@nexus.example", "outage",
        closed=True,
    )  # fmt: skip
    assert shown(world, buyer) == 0
    assert isinstance(world.buy(buyer, 200), OrderPlaced)


def test_a_repeated_hop_gets_its_order_although_it_was_stopped_since(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    origin = world.origin(buyer)
    first = world.buy(buyer, 200, origin=origin)
    stop(world)
    assert world.buy(buyer, 200, origin=origin) == first
    assert isinstance(first, OrderPlaced)
    assert world.spendable(buyer) == naira(800)


def test_by_sms_it_is_refused_in_words_and_nothing_is_held(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    stop(world)
    sms = MoSms("kannel", f"stopped-{buyer}", buyer, "38400", f"AIR 200 {PIN}", None, None)
    mo_sms.handle(world.context, sms, "*384*123#")
    said = world.one("select params from mt_sms where msisdn = %s order by id desc limit 1", buyer)
    assert "We can't sell this now" in str(said)
    assert world.spendable(buyer) == naira(1_000)
