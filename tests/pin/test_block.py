"""A blocked account lets nothing out, whoever has its PIN; only staff open it."""

import pytest

from app.db.engine import Database
from app.domain.requests import (
    BlockAccount,
    Done,
    OrderPlaced,
    Refusal,
    Refused,
    WhoIs,
    WrongPin,
)
from app.domain.secret import Secret
from app.services.block_account import block_account
from app.services.check_pin import Door
from app.services.cure_pin import reset_pin, unblock_subscriber, unlock_subscriber
from app.services.perform import perform
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.mark.parametrize("door", [Door.USSD, Door.SMS])
def test_nothing_leaves_a_blocked_account_and_money_still_comes_in(
    world: World, door: Door
) -> None:
    ada, obi = world.subscriber(naira(500)), world.subscriber(naira(500))
    asked = BlockAccount(Secret(PIN))
    assert block_account(world.context, world.origin(ada), asked, door) == Done()
    blocked = Refused(Refusal.BLOCKED)
    assert world.buy(ada) == blocked
    assert world.send(ada, obi, naira(10)) == blocked
    world.send(obi, ada, naira(100))
    assert world.spendable(ada) == naira(600)
    assert perform(world.context, world.origin(ada), WhoIs()).blocked  # type: ignore[union-attr]
    assert world.one(
        "select count(*) from mt_sms where msisdn = %s and kind = 'blocked'", ada
    ) == 1  # fmt: skip


def test_a_wrong_pin_blocks_nothing(world: World) -> None:
    ada = world.subscriber(naira(500))
    answer = block_account(world.context, world.origin(ada), BlockAccount(Secret("1111")))
    assert answer == WrongPin(2)
    assert isinstance(world.buy(ada), OrderPlaced)


def test_only_unblocking_opens_it_again_and_both_are_audited(world: World) -> None:
    ada = world.subscriber(naira(500))
    block_account(world.context, world.origin(ada), BlockAccount(Secret(PIN)))
    unlock_subscriber(world.context, ada, "test", "asked")
    reset_pin(world.context, ada, "test", "asked")
    assert world.buy(ada) == Refused(Refusal.BLOCKED)
    unblock_subscriber(world.context, ada, "test", "asked in person")
    assert isinstance(world.buy(ada), OrderPlaced)
    acts = [
        row[0] for row in world.all("select act from audit where subject = %s order by id", ada)
    ]
    assert acts[0] == "subscriber.block"
    assert acts[-1] == "subscriber.unblock"
