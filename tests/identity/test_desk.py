"""What agents and staff can do about identity, and what nobody can read."""

import re

import pytest

from app.db.engine import Database
from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ConfirmCustomer,
)
from app.domain.secret import Secret
from app.ports.identity import Matched, NotMatched
from app.security.audit import read_chain
from app.services.cure_pin import NoSuchSubscriber
from app.services.run_agents import close_agent
from app.services.show_subscriber import set_tier, show_subscriber
from tests.agents.counter import Counter, why
from tests.factories.world import World, naira
from tests.identity.papers import at_an_agent, fresh, give, states, tier

# --- at an agent ---------------------------------------------------------------------------------


def test_an_agent_needs_the_pin_a_customer_and_to_be_at_work(
    world: World, counter: Counter
) -> None:
    agent, ada = counter.agent(), world.subscriber()
    asked = ConfirmCustomer(ada, Document.BVN, Secret(fresh()))
    assert why(counter.ask(agent, asked)) == "pin_not_checked"
    assert why(counter.ask(ada, asked)) == "not_an_agent"
    assert why(at_an_agent(counter, agent, agent, fresh(), "own")) == "no_such_customer"
    nobody = Msisdn("+2348099000001")
    assert why(at_an_agent(counter, agent, nobody, fresh(), "nobody")) == "no_such_customer"
    close_agent(world.context, agent, "test", "moved away")
    assert why(at_an_agent(counter, agent, ada, fresh(), "closed")) == "not_an_agent"
    assert states(world, ada) == []


# --- nothing in clear ----------------------------------------------------------------------------


def test_a_number_and_a_name_are_in_no_table_in_clear(world: World, owner: Database) -> None:
    ada, kept, forgotten = world.subscriber(), fresh(), fresh()
    world.identity.answers = [
        Matched(Secret("CANARYNAME CANARYNAME"), same_phone=True),
        NotMatched("not_found"),
    ]
    give(world, ada, kept)
    world.look()
    give(world, ada, forgotten, Document.NIN)
    world.look()
    with owner.statement() as tx:
        tables = [row[0] for row in tx.all(
            "select tablename from pg_tables where schemaname = 'public'")]  # fmt: skip
        dump = "\n".join(
            row[0] for table in tables for row in tx.all(f'select t::text from "{table}" t')
        )
    assert str(ada) in dump
    for canary in (kept, forgotten, "CANARYNAME"):
        assert canary not in dump
        assert canary.encode().hex() not in dump
    assert re.search(r"v1\|f1\|", dump)


# --- staff ---------------------------------------------------------------------------------------


def test_staff_see_a_subscriber_without_numbers_and_set_a_tier_on_the_record(
    world: World, counter: Counter
) -> None:
    ada, number = world.subscriber(naira(5_000)), fresh()
    give(world, ada, number)
    world.look()
    world.buy(ada, 200)
    card = show_subscriber(world.context, ada)
    assert (card.tier, card.name, card.documents) == (2, "O** T**", (Document.BVN,))
    assert (card.spent_today, card.balance) == (naira(200), naira(4_800))
    assert number not in repr(card)
    set_tier(world.context, ada, 1, "cli:test", "reported stolen")
    assert tier(world, ada) == 1
    row = world.all("select actor, act, subject, detail from audit order by id desc limit 1")[0]
    assert row == ("cli:test", "subscriber.tier", ada, {"tier": "1", "reason": "reported stolen"})
    with world.db.transaction() as tx:
        assert read_chain(tx).broken == []
    for wrong in (0, 4):
        with pytest.raises(ValueError, match="1 to 3"):
            set_tier(world.context, ada, wrong, "cli:test", "")
    with pytest.raises(NoSuchSubscriber):
        set_tier(world.context, Msisdn("+2348099000002"), 2, "cli:test", "")
