"""Float goes down the tree once, and commission to the agent who earned it."""

import pytest

from app.db import tariffs
from app.db.engine import Database
from app.domain.agency import LIMITS, Tariff, earns_by_turning
from app.domain.errors import ReferenceConflict
from app.domain.licences import WalletAct, licensed
from app.domain.requests import (
    AgentDesk,
    AskFloat,
    BuyFloat,
    CommissionTaken,
    DeclineFloat,
    Done,
    FloatAsked,
    FloatMoved,
    FloatRequest,
    GetAgentDesk,
    GetFloatRequests,
    GiveFloat,
    NotEnough,
    SendFloat,
    TakeCommission,
)
from app.domain.secret import Secret
from app.services.run_agents import WouldBeACircle, add_agent, put_float
from tests.agents.counter import Counter, why
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


def test_float_goes_to_any_agent_below_and_to_no_other(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    middle = counter.agent(parent=top)
    street = counter.agent(parent=middle)
    sent = counter.ask(top, SendFloat(street, naira(3_000), Secret(PIN)))
    assert isinstance(sent, FloatMoved)
    assert (counter.float_of(top), counter.float_of(street)) == (naira(7_000), naira(3_000))
    assert why(counter.ask(street, SendFloat(top, naira(100), Secret(PIN)))) == "no_such_agent"
    assert why(counter.ask(top, SendFloat(top, naira(100), Secret(PIN)))) == "no_such_agent"
    too_much = counter.ask(top, SendFloat(middle, naira(7_001), Secret(PIN)))
    assert too_much == NotEnough(naira(7_000), naira(7_001))
    assert world.sms(street) == ["float_received"]
    assert world.books_differ() == []


def test_a_repeated_hop_sends_float_once(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    street, origin = counter.agent(parent=top), world.origin(top)
    request = SendFloat(street, naira(3_000), Secret(PIN))
    assert len({counter.ask(top, request, origin) for _ in range(3)}) == 1
    assert counter.float_of(street) == naira(3_000)


def test_a_request_is_granted_once_with_the_pin(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    street = counter.agent(parent=top)
    asked = counter.ask(street, AskFloat(naira(2_000)))
    assert isinstance(asked, FloatAsked)
    assert world.sms(top) == ["float_received", "float_asked"]
    waiting = counter.ask(top, GetFloatRequests())
    assert waiting == (FloatRequest(asked.reference, street, naira(2_000)),)
    for _ in range(3):
        given = counter.ask(top, GiveFloat(asked.reference, Secret(PIN)))
        assert given == FloatMoved(asked.reference)
    assert counter.float_of(street) == naira(2_000)
    assert counter.ask(top, GetFloatRequests()) == ()
    assert world.books_differ() == []


def test_only_the_agent_above_answers_a_request(world: World, counter: Counter) -> None:
    top, other = counter.agent(naira(10_000)), counter.agent(naira(10_000))
    street = counter.agent(parent=top)
    asked = counter.ask(street, AskFloat(naira(2_000)))
    assert isinstance(asked, FloatAsked)
    assert why(counter.ask(other, GiveFloat(asked.reference, Secret(PIN)))) == "nothing_open"
    assert why(counter.ask(street, GiveFloat(asked.reference, Secret(PIN)))) == "nothing_open"
    assert counter.float_of(street) == naira(0)


def test_a_declined_request_is_told_and_stays_declined(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    street = counter.agent(parent=top)
    asked = counter.ask(street, AskFloat(naira(2_000)))
    assert isinstance(asked, FloatAsked)
    for _ in range(2):
        assert counter.ask(top, DeclineFloat(asked.reference)) == Done()
    assert why(counter.ask(top, GiveFloat(asked.reference, Secret(PIN)))) == "nothing_open"
    assert world.sms(street) == ["float_declined"]
    assert world.books_differ() == []


def test_a_request_lapses_after_72_hours(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    street = counter.agent(parent=top)
    asked = counter.ask(street, AskFloat(naira(2_000)))
    assert isinstance(asked, FloatAsked)
    world.clock.advance(seconds=72 * 3600 + 1)
    assert counter.ask(top, GetFloatRequests()) == ()
    assert why(counter.ask(top, GiveFloat(asked.reference, Secret(PIN)))) == "nothing_open"


def test_an_agent_without_one_above_has_nobody_to_ask(counter: Counter) -> None:
    assert why(counter.ask(counter.agent(), AskFloat(naira(100)))) == "no_such_agent"


def test_an_agent_buys_float_from_the_own_wallet(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    agent = counter.agent()
    counter.cash_in(top, agent, 2_000)
    bought = counter.ask(agent, BuyFloat(naira(1_500), Secret(PIN)))
    assert isinstance(bought, FloatMoved)
    assert (counter.float_of(agent), world.spendable(agent)) == (naira(1_500), naira(500))
    refused = counter.ask(agent, BuyFloat(naira(501), Secret(PIN)))
    assert refused == NotEnough(naira(500), naira(501))
    assert world.books_differ() == []


def test_commission_is_taken_whole_and_once(world: World, counter: Counter) -> None:
    agent, ada = counter.agent(naira(10_000)), world.subscriber()
    assert why(counter.ask(agent, TakeCommission(Secret(PIN)))) == "nothing_to_take"
    counter.cash_in(agent, ada, 1_000)
    origin = world.origin(agent)
    taken = [counter.ask(agent, TakeCommission(Secret(PIN)), origin) for _ in range(3)]
    assert isinstance(taken[0], CommissionTaken)
    assert taken[0].amount == naira(5)
    assert len(set(taken)) == 1
    assert (counter.earned(agent), world.spendable(agent)) == (naira(0), naira(5))
    assert world.books_differ() == []


def test_the_desk_shows_what_an_agent_has_and_who_waits(world: World, counter: Counter) -> None:
    top = counter.agent(naira(10_000))
    street = counter.agent(parent=top)
    counter.ask(street, AskFloat(naira(2_000)))
    assert counter.ask(top, GetAgentDesk()) == AgentDesk(
        naira(10_000), naira(0), 1, has_parent=False
    )
    assert counter.ask(street, GetAgentDesk()) == AgentDesk(naira(0), naira(0), 0, has_parent=True)
    assert why(counter.ask(world.subscriber(), GetAgentDesk())) == "not_an_agent"


def test_the_same_receipt_puts_float_in_once(world: World, counter: Counter) -> None:
    agent = counter.agent()
    for _ in range(2):
        put_float(world.context, agent, 1_000_00, "receipt-1", "test", "cash")
    assert counter.float_of(agent) == naira(1_000)
    with pytest.raises(ReferenceConflict):
        put_float(world.context, agent, 2_000_00, "receipt-1", "test", "cash")
    with pytest.raises(ValueError, match="above zero"):
        put_float(world.context, agent, 0, "receipt-2", "test", "cash")


def test_nobody_is_above_themselves(world: World, counter: Counter) -> None:
    top = counter.agent()
    street = counter.agent(parent=top)
    for parent in (street, top):
        with pytest.raises(WouldBeACircle):
            add_agent(world.context, top, "Corner shop", parent, 0, "test")


def test_in_and_out_again_costs_at_least_what_it_earns(world: World) -> None:
    for into in _tariffs(world):
        if into.act is WalletAct.CASH_IN:
            [back] = (
                one for one in _tariffs(world)
                if (one.country, one.act) == (into.country, WalletAct.CASH_OUT)
            )  # fmt: skip
            assert earns_by_turning(into, back) is None, into.country


def _tariffs(world: World) -> list[Tariff]:
    with world.db.statement() as tx:
        return tariffs.all_in_force(tx, world.clock.now())


def test_what_has_no_tariff_or_no_licence_is_off(world: World) -> None:
    now, since = world.clock.now(), LIMITS[0].since
    with world.db.statement() as tx:
        assert tariffs.in_force(tx, "ZA", WalletAct.CASH_OUT, now) is None
        found = tariffs.in_force(tx, "NG", WalletAct.CASH_OUT, now)
    assert found is not None
    assert [found.band(minor) for minor in (100_001_00, 0, -1)] == [None, None, None]
    assert found.band(100_000_00) == found.bands[-1]
    assert not licensed(WalletAct.CASH_IN, "FR", since)
    assert licensed(WalletAct.CASH_IN, "NG", since)
