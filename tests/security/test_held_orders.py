"""Orders that the rules of risk hold: the money waits, staff decide or time does, nobody loses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.db import sim_swaps
from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskSecondFactor,
    BuyAirtime,
    FactorsWanted,
    OrderPlaced,
    Origin,
    Refusal,
    Refused,
    SendMoney,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.secret import Secret
from app.services.buy_airtime import buy_airtime
from app.services.learn_habits import learn_habits
from app.services.second_factor import ask_second_factor
from app.services.send_money import send_money
from app.services.sweep import tidy
from menus.texts.messages import render
from tests.backoffice.site import Site, make_site
from tests.factories.suspects import suspect
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

WHY = "spoke to the owner at her branch"
_sessions = iter(range(1, 10_000))


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        tx.run("delete from outbox")
    return World(db, clock, {"first": ScriptedVendor(clock, "first")})


@pytest.fixture
def site(world: World, redis_url: str) -> Iterator[Site]:
    made = make_site(world, redis_url)
    yield made
    made.close()


def origin(msisdn: Msisdn) -> Origin:
    return Origin("risk", f"s{next(_sessions)}", 4, msisdn)


def buy(world: World, msisdn: Msisdn, amount: int, recipient: Msisdn | None = None) -> object:
    request = BuyAirtime(recipient or msisdn, "mtn-ng", naira(amount), Secret(PIN))
    return buy_airtime(world.context, origin(msisdn), request)


def held(world: World, amount: int = 6_000) -> tuple[Msisdn, str]:
    victim = suspect(world)
    placed = buy(world, victim, amount)
    assert isinstance(placed, OrderPlaced)
    assert placed.held_until == world.clock.now() + timedelta(hours=4)
    return victim, placed.reference


def state(world: World, reference: str) -> object:
    return world.one("select state from orders where reference = %s", reference)


def told(world: World, msisdn: Msisdn) -> list[str]:
    rows = world.all("select kind, params from mt_sms where msisdn = %s order by id", msisdn)
    return [render(kind, "en", params) for kind, params in rows]


def free(world: World, msisdn: Msisdn) -> object:
    return world.spendable(msisdn)


def test_a_held_order_keeps_the_money_sends_nothing_and_says_so(world: World) -> None:
    victim, reference = held(world)
    assert state(world, reference) == "review"
    assert world.one("select count(*) from outbox where topic = 'vend'") == 0
    assert free(world, victim) == naira(54_000)
    [sms] = [text for text in told(world, victim) if reference in text]
    assert "held" in sms
    assert "NGN 6,000.00" in sms
    world.clock.advance(minutes=10)
    tidy(world.db, world.clock)
    assert state(world, reference) == "review", "nothing but a person or the time ends it"


def test_staff_see_that_its_buyer_was_told(world: World, site: Site) -> None:
    _, reference = held(world)
    assert (
        "order_held queued" in site.sign_in("support").get(f"/backoffice/orders/{reference}").text
    )


def test_nobody_decides_in_time_and_the_money_is_back(world: World) -> None:
    victim, reference = held(world)
    world.clock.advance(hours=4, seconds=1)
    tidy(world.db, world.clock)
    tidy(world.db, world.clock)
    assert state(world, reference) == "declined"
    assert free(world, victim) == naira(60_000)
    assert "money is back" in told(world, victim)[-1]


def test_staff_release_a_small_one_alone_and_a_large_one_by_two(site: Site, world: World) -> None:
    (_, small), (_, large) = held(world), held(world)
    browser = site.sign_in("support")
    queue = browser.get("/backoffice/queue?kind=review").text
    assert small in queue
    assert "SIM changed 4 days ago +40" in queue
    assert "SIM changed 4 days ago +40" in browser.get(f"/backoffice/orders/{small}").text
    assert decide(browser, world, small, "release").status_code == 303
    assert state(world, small) == "placed"
    world.vend(int(str(world.one("select id from orders where reference = %s", small))))
    assert state(world, small) == "delivered"

    with world.db.statement() as tx:
        tx.run("insert into business_settings values ('review_alone_up_to_ng', 100, now(), 'test')")
    assert decide(browser, world, large, "release").status_code == 303
    assert state(world, large) == "review"
    ticket = world.one("select ticket from approvals where detail->>'order' = %s", large)
    checker = site.sign_in("finance_checker")
    assert "SIM changed" in checker.get(f"/backoffice/orders/{large}").text
    assert checker.post(f"/backoffice/approvals/{ticket}/approve").status_code == 303
    assert state(world, large) == "placed"


def test_staff_refuse_and_the_money_is_back_once(site: Site, world: World) -> None:
    victim, reference = held(world)
    browser = site.sign_in("support")
    assert decide(browser, world, reference, "refuse").status_code == 303
    assert state(world, reference) == "declined"
    assert free(world, victim) == naira(60_000)
    assert decide(browser, world, reference, "release").status_code in {400, 409}
    assert state(world, reference) == "declined"
    assert site.audited("order.refuse")[-1][1] == reference


def decide(browser: object, world: World, reference: str, how: str) -> object:
    fields = {"review-how": how, "review-reason": WHY, "review-key": world.context.new_reference()}
    return browser.post(f"/backoffice/orders/{reference}/review", **fields)  # type: ignore[attr-defined]


def test_a_score_in_between_wants_a_second_factor_before_the_pin(world: World) -> None:
    buyer = world.subscriber(naira(60_000))
    world.clock.advance(days=5)
    with world.db.transaction() as tx:
        now = world.clock.now()
        sim_swaps.answered(tx, buyer, now - timedelta(days=4), "test", answered_at=now)
    wanted = AskSecondFactor(Subject(Act.AIRTIME, naira(6_000), buyer))
    assert ask_second_factor(world.context, origin(buyer), wanted) == FactorsWanted(
        (FactorKind.AGENT,)
    )
    assert buy(world, buyer, 6_000) == Refused(Refusal.NEEDS_SECOND_FACTOR)
    assert isinstance(buy(world, buyer, 2_000), OrderPlaced), "small amounts aren't judged"


def test_what_cannot_be_held_is_refused(world: World) -> None:
    victim, other = suspect(world), world.subscriber()
    request = SendMoney(other, naira(6_000), Secret(PIN))
    assert send_money(world.context, origin(victim), request) == Refused(Refusal.LOOKS_WRONG)
    assert free(world, victim) == naira(60_000)


def test_many_wallets_that_buy_for_one_number_are_noticed_however_little(world: World) -> None:
    mule = Msisdn("+2348031999999")
    crowd = [world.subscriber(naira(1_000)) for _ in range(6)]
    for one in crowd[:5]:
        assert isinstance(buy(world, one, 200, mule), OrderPlaced)
    learn_habits(world.db, world.clock)
    assert buy(world, crowd[5], 200, mule) == Refused(Refusal.NEEDS_SECOND_FACTOR)
    assert isinstance(buy(world, crowd[5], 200), OrderPlaced), "for oneself it is nobody's crowd"
    world.clock.advance(days=1, seconds=1)
    learn_habits(world.db, world.clock)
    assert isinstance(buy(world, crowd[5], 200, mule), OrderPlaced)


def test_habits_are_learned_and_an_old_customer_is_left_alone(world: World) -> None:
    buyer = world.subscriber(naira(60_000))
    world.clock.advance(days=10)
    for _ in range(6):
        assert isinstance(buy(world, buyer, 3_000), OrderPlaced)
        world.clock.advance(minutes=20)
    learn_habits(world.db, world.clock)
    spends, most, recipients = world.all(
        "select spends, most_minor, recipients from spending_habits h join subscribers s"
        " on s.id = h.subscriber_id where msisdn = %s", buyer
    )[0]  # fmt: skip
    assert (spends, most, recipients) == (6, 3_000_00, [buyer])
    placed = buy(world, buyer, 10_000)
    assert isinstance(placed, OrderPlaced)
    reasons = world.one(
        "select reasons->0->>'rule' from order_risks r join orders o on o.id = r.order_id"
        " where reference = %s", placed.reference
    )  # fmt: skip
    assert reasons == "amount"
