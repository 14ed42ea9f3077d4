"""Data plans are bought once, for the price that was shown or less, and leave their margin."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db import ledger, orders
from app.db.engine import Database, Transaction
from app.domain.ledger import AccountKind, system, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Scope
from app.domain.requests import (
    BuyData,
    FindSamePurchase,
    GetHome,
    GetPlans,
    LimitReached,
    NotEnough,
    OrderPlaced,
    Origin,
    PlanGone,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
    Same,
    TooFast,
    WrongPin,
)
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.services.buy_data import buy_data
from app.services.get_plans import get_plans
from app.services.sync_catalogue import take_over
from app.services.wallet import find_same_purchase, get_home
from menus.texts.messages import render
from tests.factories.plans import PLANS, mtn, stock
from tests.factories.races import meet_at
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.second_factor.factors import Factors

WEEKLY = "1024mb-7d"


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    made = World(db, clock, {"first": vendor})
    made.stock_plans()
    return made


def at(naira_a_week: int) -> list[tuple[str, int, int, int]]:
    """MTN's plans with another price of the weekly gigabyte."""
    return [(*row[:3], naira_a_week if row[0] == "1GB 7 days" else row[3]) for row in PLANS]


def costs(world: World, naira_a_week: int) -> None:
    world.clock.advance(seconds=1)
    world.stock_plans(plans=mtn(at(naira_a_week)))


def withdraw(world: World) -> None:
    world.stock_plans(plans=mtn(row for row in PLANS if row[0] != "1GB 7 days"))


def placed(world: World, msisdn: Msisdn, **more: object) -> orders.OrderRow:
    reply = world.buy_plan(msisdn, **more)  # type: ignore[arg-type]
    assert isinstance(reply, OrderPlaced), reply
    return world.order(world.one("select id from orders where reference = %s", reply.reference))


def how_many(world: World, msisdn: Msisdn) -> int:
    return int(world.one(
        "select count(*) from orders o join subscribers s on s.id = o.subscriber_id"
        " where s.msisdn = %s", msisdn,
    ))  # fmt: skip


def last_sms(world: World, msisdn: Msisdn) -> str:
    [*_, (kind, params)] = world.all(
        "select kind, params from mt_sms where msisdn = %s order by id", msisdn
    )
    return render(kind, "en", params)


# --- the money ---------------------------------------------------------------------------------


def test_the_margin_is_revenue_and_the_provider_is_paid_its_cost(
    world: World, vendor: ScriptedVendor
) -> None:
    revenue = system(AccountKind.REVENUE, "NGN")
    paid = system(AccountKind.PROVIDER_FLOAT, "NGN", "first")
    before = world.balance(revenue), world.balance(paid)
    buyer = world.subscriber(naira(1_000))
    order = placed(world, buyer)
    assert (order.amount, order.price, order.product) == (naira(800), naira(800), WEEKLY)
    world.vend(order.id)
    assert world.state(order.id) == "delivered"
    assert world.spendable(buyer) == naira(200)
    assert world.balance(revenue) - before[0] == naira(24)
    assert world.balance(paid) - before[1] == naira(776)
    [request] = vendor.requests
    assert (request.code, request.amount) == ("mtn-1024-7", naira(776))
    assert world.books_differ() == []


def test_a_provider_that_was_paid_another_cost_is_found_by_the_check(world: World) -> None:
    placed = world.buy_plan(world.subscriber(naira(1_000)))
    order = world.one("select id from orders where reference = %s", placed.reference)
    world.vend(order)
    assert world.books_differ() == []
    with world.db.statement() as tx:
        tx.run("update vend_attempts set cost_minor = cost_minor + 1 where order_id = %s", (order,))
    found = world.books_differ()
    assert [f"paid what the sale costs: {placed.reference}" in line for line in found] == [True]
    with world.db.statement() as tx:
        tx.run("update vend_attempts set cost_minor = cost_minor - 1 where order_id = %s", (order,))


def test_the_receipt_names_the_plan_and_what_it_cost(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    order = placed(world, buyer, to="+2348031112222")
    world.vend(order.id)
    assert last_sms(world, buyer) == (
        "1GB 7 days MTN data sent to 0803 111 2222 for NGN 800.00. Balance NGN 200.00."
        f" Ref {order.reference}"
    )


def test_what_the_operator_refuses_is_paid_back_and_the_sms_names_the_plan(
    world: World, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Declined("barred", Scope.SALE))
    buyer = world.subscriber(naira(1_000))
    order = placed(world, buyer, to="+2348031112222")
    world.vend(order.id)
    assert world.spendable(buyer) == naira(1_000)
    assert last_sms(world, buyer) == (
        "MTN could not take 1GB 7 days NGN 800.00 for 0803 111 2222."
        f" Your money is back: NGN 1,000.00. Ref {order.reference}"
    )
    assert world.books_differ() == []


def test_an_sms_queued_before_there_were_plans_still_speaks_of_airtime() -> None:
    old = {
        "operator": "mtn-ng", "recipient": "+2348031112222", "amount_minor": 200_00,
        "balance_minor": 0, "currency": "NGN", "reference": "7K3F9Q",
    }  # fmt: skip
    assert render("delivered", "en", old).startswith("NGN 200.00 MTN airtime sent to")


# --- the price -----------------------------------------------------------------------------------


def test_a_higher_price_takes_nothing_and_is_asked_again(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    costs(world, 850)
    assert world.buy_plan(buyer) == PriceChanged(Quoted(naira(850), ""))
    assert world.spendable(buyer) == naira(1_000)
    assert how_many(world, buyer) == 0
    assert placed(world, buyer, price=850).price == naira(850)


def test_a_lower_price_is_what_is_taken(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    costs(world, 760)
    order = placed(world, buyer)
    assert (order.amount, order.price) == (naira(760), naira(760))
    assert world.spendable(buyer) == naira(240)


def test_a_withdrawn_plan_is_gone(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    withdraw(world)
    assert world.buy_plan(buyer) == PlanGone()
    assert world.spendable(buyer) == naira(1_000)


def test_a_refusal_after_the_right_pin_costs_no_try(world: World) -> None:
    buyer = world.subscriber(naira(1_000))
    costs(world, 850)
    for _ in range(4):
        assert world.buy_plan(buyer) == PriceChanged(Quoted(naira(850), ""))
    assert world.buy_plan(buyer, pin="1111") == WrongPin(2)


@pytest.mark.parametrize("plan", ["airtime", "", "1024mb-7d-sme", "x" * 500, "1024mb-7d'; --"])
def test_what_is_no_plan_is_gone(world: World, plan: str) -> None:
    buyer = world.subscriber(naira(1_000))
    assert world.buy_plan(buyer, plan) == PlanGone()


@pytest.mark.parametrize(
    ("operator", "price"),
    [("nobody", naira(800)), ("mtn-ng", Money(800_00, "KES")), ("safaricom-ke", naira(800))],
)
def test_what_isnt_sold_here_is_refused(world: World, operator: str, price: Money) -> None:
    buyer = world.subscriber(naira(1_000))
    request = BuyData(buyer, operator, WEEKLY, price, Secret(PIN))
    reply = buy_data(world.context, world.origin(buyer), request)
    assert reply == Refused(Refusal.NOT_SOLD_HERE)
    assert world.spendable(buyer) == naira(1_000)


def test_what_is_known_from_a_sample_only_is_neither_shown_nor_sold(world: World) -> None:
    take_over(world.vending, "first", mtn(), "sample 2025-02")
    buyer = world.subscriber(naira(1_000))
    assert shown(world, buyer) == []
    assert world.buy_plan(buyer) == PlanGone()


def test_plans_of_providers_that_arent_in_use_are_neither_shown_nor_sold(world: World) -> None:
    stock(world.vending, "first", [])
    take_over(world.vending, "another", mtn(), "vendor")
    buyer = world.subscriber(naira(1_000))
    assert shown(world, buyer) == []
    assert world.buy_plan(buyer) == PlanGone()


# --- once ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("meanwhile", [lambda _: None, withdraw, lambda w: costs(w, 850),
                                       lambda w: costs(w, 700)])  # fmt: skip
def test_a_repeated_hop_gets_the_first_answer_whatever_became_of_the_plan(
    world: World, meanwhile: Callable[[World], None]
) -> None:
    buyer = world.subscriber(naira(2_000))
    origin = world.origin(buyer)
    first = world.buy_plan(buyer, origin=origin)
    assert isinstance(first, OrderPlaced)
    meanwhile(world)
    assert [world.buy_plan(buyer, origin=origin) for _ in range(3)] == [first] * 3
    assert world.spendable(buyer) == naira(1_200)
    assert how_many(world, buyer) == 1
    assert world.books_differ() == []


def test_the_step_of_another_subscriber_answers_nobody_else(world: World) -> None:
    buyer, other = world.subscriber(naira(2_000)), world.subscriber(naira(2_000))
    origin = world.origin(buyer)
    world.buy_plan(buyer, origin=origin)
    withdraw(world)
    theirs = Origin(origin.channel, origin.session, origin.step, other)
    assert world.buy_plan(other, origin=theirs) == PlanGone()


def hold_wallet(world: World, buyer: Msisdn) -> Callable[[Transaction], object]:
    owner = world.one("select id from subscribers where msisdn = %s", buyer)
    return lambda tx: ledger.lock(tx, wallet(int(owner), "NGN"))


def test_copies_of_one_hop_that_meet_place_one_order(world: World) -> None:
    buyer = world.subscriber(naira(5_000))
    origin = world.origin(buyer)
    replies: list[object] = []
    acts = [lambda: replies.append(world.buy_plan(buyer, origin=origin))] * 6
    meet_at(world.db, hold_wallet(world, buyer), acts)
    assert len(set(map(str, replies))) == 1
    assert isinstance(replies[0], OrderPlaced)
    assert world.spendable(buyer) == naira(4_200)
    assert world.books_differ() == []


def test_sessions_that_meet_spend_no_more_than_there_is(world: World) -> None:
    buyer = world.subscriber(naira(2_500))
    replies: list[object] = []
    acts = [lambda: replies.append(world.buy_plan(buyer))] * 6
    meet_at(world.db, hold_wallet(world, buyer), acts)
    assert sum(isinstance(reply, OrderPlaced) for reply in replies) == 3
    assert sum(isinstance(reply, NotEnough) for reply in replies) == 3
    assert world.spendable(buyer) == naira(100)
    assert world.books_differ() == []


def test_a_price_that_moves_while_an_order_waits_takes_no_more_than_was_shown(world: World) -> None:
    """It was read at the old price: it is placed at that one, and the next is asked again."""
    buyer = world.subscriber(naira(2_000))
    replies: list[object] = []
    meet_at(
        world.db, hold_wallet(world, buyer),
        [lambda: replies.append(world.buy_plan(buyer))],
    )  # fmt: skip
    costs(world, 900)
    replies.append(world.buy_plan(buyer))
    assert isinstance(replies[0], OrderPlaced)
    assert replies[1] == PriceChanged(Quoted(naira(900), ""))
    assert world.spendable(buyer) == naira(1_200)


# --- what holds for airtime holds for data -------------------------------------------------------


def test_limits_hold(world: World) -> None:
    buyer = world.subscriber(naira(200_000))
    stock(world.vending, "first", mtn([("lots", 1_024_000, 30, 60_000)]))
    assert isinstance(world.buy_plan(buyer, "1024000mb-30d", 60_000), LimitReached)


def test_more_in_ten_minutes_than_the_pace_is_too_fast(world: World) -> None:
    buyer = world.subscriber(naira(9_000))
    for _ in range(15):
        assert isinstance(world.buy_plan(buyer, "100mb-1d", 100), OrderPlaced)
    assert isinstance(world.buy_plan(buyer, "100mb-1d", 100), TooFast)
    assert isinstance(world.buy(buyer), TooFast), "airtime and data are counted together"


def test_above_the_threshold_a_proof_of_this_price_is_wanted(
    db: Database, clock: FixedClock, vendor: ScriptedVendor
) -> None:
    world = World(db, clock, {"first": vendor}, tier=3)
    stock(world.vending, "first", mtn([("lots", 102_400, 30, 30_000)]))
    factors = Factors(world)
    buyer = factors.with_list()
    wanted = Refused(Refusal.NEEDS_SECOND_FACTOR)
    assert world.buy_plan(buyer, "102400mb-30d", 30_000) == wanted
    factors.proven(buyer, Subject(Act.AIRTIME, naira(30_000), buyer), "of-airtime")
    step = world.origin(buyer, 2, "of-airtime")
    assert world.buy_plan(buyer, "102400mb-30d", 30_000, origin=step) == wanted
    factors.proven(buyer, Subject(Act.DATA, naira(30_000), buyer), "of-data")
    again_at(world, 31_000)
    step = world.origin(buyer, 2, "of-data")
    changed = world.buy_plan(buyer, "102400mb-30d", 30_000, origin=step)
    assert changed == PriceChanged(Quoted(naira(31_000), ""))
    again_at(world, 29_900)
    step = world.origin(buyer, 3, "of-data")
    reply = world.buy_plan(buyer, "102400mb-30d", 30_000, origin=step)
    assert isinstance(reply, OrderPlaced), "the proof was given back, and serves a lower price"


def again_at(world: World, price: int) -> None:
    world.clock.advance(seconds=1)
    stock(world.vending, "first", mtn([("lots", 102_400, 30, price)]))


# --- what is shown -------------------------------------------------------------------------------


def shown(world: World, buyer: Msisdn, to: str = "") -> list[str]:
    request = GetPlans("mtn-ng", Msisdn(to or buyer))
    plans = get_plans(world.context, world.origin(buyer), request).plans
    return [plan.code for plan in plans]


def test_what_was_bought_most_for_this_number_comes_first(world: World) -> None:
    buyer, mother = world.subscriber(naira(20_000)), "+2348031113333"
    usual = ["100mb-1d", "1024mb-1d", "1024mb-7d", "6144mb-7d", "20480mb-30d"]
    assert shown(world, buyer) == usual
    for plan, price in (("6144mb-7d", 2_500), ("1024mb-7d", 800), ("1024mb-7d", 800)):
        placed(world, buyer, plan=plan, price=price, to=mother)
    assert shown(world, buyer, mother)[:3] == ["1024mb-7d", "6144mb-7d", "100mb-1d"]
    assert shown(world, buyer) == usual, "for oneself nothing was bought"


def test_the_same_plan_is_the_same_at_another_price_and_airtime_isnt(world: World) -> None:
    buyer = world.subscriber(naira(2_000))
    placed(world, buyer)
    world.clock.advance(seconds=120)

    def same(price: int, *product: str) -> Same:
        request = FindSamePurchase(buyer, naira(price), *product)
        return find_same_purchase(world.context, world.origin(buyer), request)

    assert same(800, WEEKLY) == same(850, WEEKLY) == Same(2)
    assert same(800) == same(350, "1024mb-1d") == Same(None)
    world.clock.advance(seconds=timedelta(minutes=4).total_seconds())
    assert same(800, WEEKLY) == Same(None)


def test_the_main_menu_knows_which_plan_was_bought_last(world: World) -> None:
    buyer = world.subscriber(naira(2_000))
    placed(world, buyer)
    last = get_home(world.context, world.origin(buyer), GetHome()).last_purchase
    assert last is not None
    assert (last.product, last.operator, last.amount) == (WEEKLY, "mtn-ng", naira(800))
