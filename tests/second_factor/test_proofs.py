"""A proof is good for one act, in one session, for five minutes: whatever races or crashes."""

import threading
from datetime import timedelta

import pytest

from app.db import ledger, subscribers
from app.db.engine import Database
from app.domain.ledger import fund, wallet
from app.domain.money import Money
from app.domain.requests import NotEnough, OrderPlaced, Proved, Refusal, Refused, WrongPin
from app.domain.second_factor import FactorKind
from app.services.safeguards import admit
from tests.factories.world import World, naira
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


@pytest.mark.parametrize(
    ("amount", "to", "elsewhere"),
    [
        (naira(30_001), "", ""),
        (ABOVE, "+2348031999999", ""),
        (ABOVE, "", "-x"),
    ],
    ids=["amount", "recipient", "session"],
)
def test_a_proof_is_good_for_nothing_else(
    world: World, factors: Factors, amount: Money, to: str, elsewhere: str
) -> None:
    ada = factors.with_list()
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    assert factors.buy(ada, amount, factors.s1 + elsewhere, to=to) == NEEDED
    obi = world.subscriber()
    assert world.send(ada, obi, ABOVE, origin=world.origin(ada, 3, factors.s1)) == NEEDED


def test_a_proof_is_not_anybody_elses(world: World, factors: Factors) -> None:
    ada, eve = factors.with_list(), world.subscriber(naira(100_000))
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    assert factors.buy(eve, ABOVE, factors.s1, to=ada) == NEEDED


def test_a_proof_lasts_five_minutes(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    world.clock.advance(minutes=5)
    assert factors.buy(ada, ABOVE, factors.s1) == NEEDED


def test_a_proof_is_used_once_though_a_repeated_hop_gets_its_answer_again(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    assert len({factors.buy(ada, ABOVE, factors.s1).reference for _ in range(3)}) == 1
    assert factors.buy(ada, ABOVE, factors.s1, step=3) == NEEDED
    assert world.spendable(ada) == naira(70_000)


def test_two_spends_in_parallel_share_no_proof(world: World, factors: Factors) -> None:
    ada = factors.with_list(naira(400_000))
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    replies: list[object] = []
    gate = threading.Barrier(8)

    def spend(step: int) -> None:
        gate.wait()
        replies.append(factors.buy(ada, ABOVE, factors.s1, step=step))

    threads = [threading.Thread(target=spend, args=(step,)) for step in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(reply, OrderPlaced) for reply in replies) == 1
    assert replies.count(NEEDED) == 7
    assert world.spendable(ada) == naira(370_000)


@pytest.mark.parametrize("kind", [FactorKind.LIST, FactorKind.APP])
def test_one_code_typed_in_eight_sessions_at_once_proves_one(
    world: World, factors: Factors, kind: FactorKind
) -> None:
    ada = factors.with_list() if kind is FactorKind.LIST else factors.with_app()
    subject = airtime(ada, ABOVE)
    code = (
        factors.list_code(world.origin(ada), subject)
        if kind is FactorKind.LIST
        else factors.app_code(ada)
    )
    replies: list[object] = []
    gate = threading.Barrier(8)

    def prove() -> None:
        gate.wait()
        replies.append(factors.prove(world.origin(ada), code, subject, kind))

    threads = [threading.Thread(target=prove) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies.count(Proved()) == 1
    assert len(replies) == 8


def test_a_wrong_pin_after_it_keeps_the_proof(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    assert factors.buy(ada, ABOVE, factors.s1, pin="1111") == WrongPin(2)
    assert isinstance(factors.buy(ada, ABOVE, factors.s1, step=3), OrderPlaced)


def test_a_refused_act_gives_the_proof_back(world: World, factors: Factors) -> None:
    ada = factors.with_list(naira(100))
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    assert isinstance(factors.buy(ada, ABOVE, factors.s1), NotEnough)
    owner = int(world.one("select id from subscribers where msisdn = %s", ada))
    with world.db.transaction() as tx:
        ledger.post(tx, fund(f"more:{owner}", wallet(owner, "NGN"), naira(50_000)))
    assert isinstance(factors.buy(ada, ABOVE, factors.s1, step=3), OrderPlaced)


def test_a_crash_between_proof_and_purchase_costs_nothing_and_the_same_hop_gets_through(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    factors.proven(ada, subject, factors.s1)
    with world.db.statement() as tx:
        buyer = subscribers.find_by_msisdn(tx, ada)
    assert buyer is not None
    admit(world.context, world.origin(ada, 2, factors.s1), buyer, subject, can_prove=True)
    assert world.spendable(ada) == naira(100_000)
    assert factors.buy(ada, ABOVE, factors.s1, step=3) == NEEDED, "another step can't have it"
    world.clock.advance(seconds=timedelta(minutes=6).total_seconds())
    assert isinstance(factors.buy(ada, ABOVE, factors.s1, step=2), OrderPlaced)
    assert world.spendable(ada) == naira(70_000)
