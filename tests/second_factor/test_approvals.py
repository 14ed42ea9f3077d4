"""An agent approves in person: not the own acts, not by guessing, and for one act only."""

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ApprovalAsked,
    ApprovalFound,
    ApprovePurchase,
    AskApproval,
    CodeWrong,
    FindApproval,
    MoneySent,
    OrderPlaced,
    PurchaseApproved,
    Refusal,
    Refused,
    WrongPin,
)
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.services.run_agents import add_agent, close_agent
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.second_factor.factors import Factors, airtime

NEEDED = Refused(Refusal.NEEDS_SECOND_FACTOR)
ABOVE = naira(30_000)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, tier=3)


@pytest.fixture
def factors(world: World) -> Factors:
    return Factors(world)


@pytest.fixture
def agent(world: World) -> Msisdn:
    msisdn = world.subscriber()
    add_agent(world.context, msisdn, "Corner shop", None, 0, "test")
    return msisdn


def asked(factors: Factors, customer: Msisdn, subject: Subject) -> ApprovalAsked:
    reply = factors.ask(factors.world.origin(customer), AskApproval(subject))
    assert isinstance(reply, ApprovalAsked), reply
    return reply


def find(factors: Factors, agent: Msisdn, customer: Msisdn, code: Secret) -> object:
    return factors.ask(factors.world.origin(agent), FindApproval(customer, code))


def approve(factors: Factors, agent: Msisdn, reference: str, pin: str = PIN) -> object:
    return factors.ask(factors.world.origin(agent), ApprovePurchase(reference, Secret(pin)))


def approved(factors: Factors, agent: Msisdn, customer: Msisdn, subject: Subject) -> None:
    code = asked(factors, customer, subject).code
    found = find(factors, agent, customer, code)
    assert isinstance(found, ApprovalFound), found
    assert isinstance(approve(factors, agent, found.reference), PurchaseApproved)


def test_what_an_agent_approved_goes_through_in_any_session_once(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    subject = airtime(ada, ABOVE)
    code = asked(factors, ada, subject).code
    assert factors.buy(ada, ABOVE) == NEEDED, "asking alone is nothing"
    found = find(factors, agent, ada, code)
    assert isinstance(found, ApprovalFound)
    assert (found.customer, found.subject) == (ada, subject)
    assert factors.buy(ada, ABOVE) == NEEDED, "finding alone neither"
    assert isinstance(approve(factors, agent, found.reference), PurchaseApproved)
    assert world.sms(ada) == ["purchase_approved"]
    assert factors.buy(ada, naira(30_001)) == NEEDED
    assert factors.buy(ada, ABOVE, to="+2348031999999") == NEEDED
    assert isinstance(factors.buy(ada, ABOVE), OrderPlaced)
    assert factors.buy(ada, ABOVE) == NEEDED
    rows = world.all(
        "select actor, detail->>'amount' from audit where act = 'purchase.approve'"
        " and subject = %s", ada,
    )  # fmt: skip
    number = world.one(
        "select number from agents a join subscribers s on s.id = a.subscriber_id"
        " where msisdn = %s", agent,
    )  # fmt: skip
    assert rows == [(f"agent:{number}", "NGN 30,000.00")]


def test_saying_it_again_approves_once(world: World, factors: Factors, agent: Msisdn) -> None:
    ada = world.subscriber(naira(100_000))
    code = asked(factors, ada, airtime(ada, ABOVE)).code
    found = find(factors, agent, ada, code)
    assert isinstance(found, ApprovalFound)
    origin = world.origin(agent)
    for _ in range(3):
        reply = factors.ask(origin, ApprovePurchase(found.reference, Secret(PIN)))
        assert isinstance(reply, PurchaseApproved)
    assert isinstance(factors.buy(ada, ABOVE), OrderPlaced)
    assert factors.buy(ada, ABOVE) == NEEDED


def test_an_approval_lasts_ten_minutes_and_so_does_the_wish(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    subject = airtime(ada, ABOVE)
    code = asked(factors, ada, subject).code
    world.clock.advance(minutes=10)
    assert find(factors, agent, ada, code) == CodeWrong()
    approved(factors, agent, ada, subject)
    world.clock.advance(minutes=10)
    assert factors.buy(ada, ABOVE) == NEEDED


def test_an_agent_approves_neither_own_acts_nor_money_to_themselves(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    mine = asked(factors, agent, airtime(agent, ABOVE)).code
    assert find(factors, agent, agent, mine) == CodeWrong()
    to_agent = asked(factors, ada, Subject(Act.TRANSFER, ABOVE, agent)).code
    assert find(factors, agent, ada, to_agent) == CodeWrong()


def test_only_the_agent_who_typed_the_code_may_approve_and_with_the_own_pin(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    other = world.subscriber()
    add_agent(world.context, other, "Other shop", None, 0, "test")
    ada, obi = world.subscriber(naira(100_000)), world.subscriber()
    code = asked(factors, ada, Subject(Act.TRANSFER, ABOVE, obi)).code
    found = find(factors, agent, ada, code)
    assert isinstance(found, ApprovalFound)
    assert approve(factors, other, found.reference) == CodeWrong()
    assert approve(factors, agent, found.reference, "1111") == WrongPin(2)
    assert approve(factors, agent, "NOSUCH") == CodeWrong()
    assert approve(factors, obi, found.reference) == Refused(Refusal.NOT_AN_AGENT)
    assert isinstance(approve(factors, agent, found.reference), PurchaseApproved)
    assert isinstance(world.send(ada, obi, ABOVE), MoneySent)


def test_three_wrong_codes_void_the_wish(world: World, factors: Factors, agent: Msisdn) -> None:
    ada = world.subscriber(naira(100_000))
    code = asked(factors, ada, airtime(ada, ABOVE)).code
    bad = Secret(f"{(int(code.value) + 1) % 10_000:04d}")
    assert [find(factors, agent, ada, bad) for _ in range(3)] == [CodeWrong()] * 3
    assert find(factors, agent, ada, code) == CodeWrong()


def test_a_repeated_hop_of_the_agent_is_one_try(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    code = asked(factors, ada, airtime(ada, ABOVE)).code
    bad = Secret(f"{(int(code.value) + 1) % 10_000:04d}")
    origin = world.origin(agent)
    assert [factors.ask(origin, FindApproval(ada, bad)) for _ in range(5)] == [CodeWrong()] * 5
    again = world.origin(agent)
    found = [factors.ask(again, FindApproval(ada, code)) for _ in range(3)]
    assert isinstance(found[0], ApprovalFound)
    assert found[1:] == found[:1] * 2


def test_an_agent_who_guesses_all_day_is_stopped_within_the_hour(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    nobody = Msisdn("+2348039990055")
    for _ in range(10):
        find(factors, agent, nobody, Secret("0000"))
    code = asked(factors, ada, airtime(ada, ABOVE)).code
    assert find(factors, agent, ada, code) == Refused(Refusal.TOO_MANY_WRONG)
    world.clock.advance(hours=1, seconds=1)
    code = asked(factors, ada, airtime(ada, ABOVE)).code
    assert isinstance(find(factors, agent, ada, code), ApprovalFound)


def test_a_new_wish_voids_the_old_and_a_copy_of_its_hop_shows_the_same_code(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    old = asked(factors, ada, airtime(ada, ABOVE)).code
    origin = world.origin(ada)
    wish = AskApproval(airtime(ada, naira(40_000)))
    codes = {factors.ask(origin, wish).code for _ in range(3)}
    assert len(codes) == 1
    found = find(factors, agent, ada, codes.pop())
    assert isinstance(found, ApprovalFound)
    assert found.subject.amount == naira(40_000)
    assert find(factors, agent, ada, old) == CodeWrong()


def test_closed_agents_and_blocked_customers_are_out(
    world: World, factors: Factors, agent: Msisdn
) -> None:
    ada = world.subscriber(naira(100_000))
    code = asked(factors, ada, airtime(ada, ABOVE)).code
    close_agent(world.context, agent, "test", "gone")
    assert find(factors, agent, ada, code) == Refused(Refusal.NOT_AN_AGENT)
    with world.db.statement() as tx:
        tx.run("update subscribers set blocked = true where msisdn = %s", (ada,))
    wish = AskApproval(airtime(ada, ABOVE))
    assert factors.ask(world.origin(ada), wish) == Refused(Refusal.BLOCKED)


def test_below_the_threshold_there_is_nothing_to_approve(world: World, factors: Factors) -> None:
    ada = world.subscriber(naira(100_000))
    wish = AskApproval(airtime(ada, naira(20_000)))
    assert factors.ask(world.origin(ada), wish) == Refused(Refusal.NOTHING_OPEN)
