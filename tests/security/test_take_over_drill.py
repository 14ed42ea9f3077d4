"""The account take-over drill of docs/runbooks/account-take-over.md, played: a thief gets the SIM,
then a PIN at a dishonest agent, then the wallet. Each step says what stops it."""

from datetime import timedelta

import pytest

from app.db import sim_swaps
from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskSecondFactor,
    BuyAirtime,
    FactorsWanted,
    MoneySent,
    Origin,
    PinLocked,
    Refusal,
    Refused,
    SendMoney,
    Withdraw,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.secret import Secret
from app.ports.sim_swap import Answered
from app.services.buy_airtime import buy_airtime
from app.services.check_pin import Door, Verified, verify
from app.services.cure_pin import (
    SimSwapped,
    SimUnchecked,
    block_subscriber,
    reset_pin,
    unblock_subscriber,
)
from app.services.perform import perform
from app.services.record_swap import record_swap
from app.services.second_factor import ask_second_factor
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

AGENT = "agent:+2348030000002"
WALLET = naira(60_000)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, sims_asked=True)


@pytest.fixture
def victim(world: World) -> Msisdn:
    """A customer of months, whose wallet is full."""
    msisdn = world.subscriber(WALLET)
    world.clock.advance(days=120)
    return msisdn


@pytest.fixture
def mule(world: World) -> Msisdn:
    return world.subscriber()


def send(world: World, victim: Msisdn, mule: Msisdn, amount: int, pin: str = PIN) -> object:
    request = SendMoney(mule, naira(amount), Secret(pin))
    return perform(world.context, world.origin(victim), request)


def swap(world: World, victim: Msisdn, hours_ago: float) -> None:
    """The network says that the SIM was changed."""
    now = world.clock.now()
    with world.db.transaction() as tx:
        at = now - timedelta(hours=hours_ago)
        sim_swaps.answered(tx, victim, at, "network", answered_at=now)


def dishonest_reset(world: World, victim: Msisdn) -> None:
    """The worst case: staff said to have seen papers, and the thief chose a PIN, which is the same
    as the old one only because this test's hasher is given one PIN."""
    with world.db.transaction() as tx:
        tx.run(
            "update subscribers set pin_changed_at = %s where msisdn = %s",
            (world.clock.now(), victim),
        )


def test_1_with_the_sim_alone_the_thief_knows_no_pin(world: World, victim: Msisdn) -> None:
    swap(world, victim, hours_ago=1)
    guesses = [
        verify(world.context, world.origin(victim), Secret(f"{number:04d}"), Door.USSD)
        for number in range(20)
    ]
    assert not any(isinstance(one, Verified) for one in guesses)
    assert isinstance(guesses[2], PinLocked), "the third wrong one locks"
    assert "pin_locked" in world.sms(victim)


def test_2_no_agent_can_start_a_new_pin_on_a_new_sim(world: World, victim: Msisdn) -> None:
    with pytest.raises(SimUnchecked):
        reset_pin(world.context, victim, AGENT, "forgot it")
    world.sims.answers.append(Answered(world.clock.now().date()))
    world.look()
    with pytest.raises(SimSwapped):
        reset_pin(world.context, victim, AGENT, "forgot it")
    assert "start_pin" not in world.sms(victim)
    assert "sim_swapped" in world.sms(victim), "the SMS may reach the owner's other handset"


def test_3_with_the_pin_too_only_small_amounts_go_for_three_days(
    world: World, victim: Msisdn, mule: Msisdn
) -> None:
    swap(world, victim, hours_ago=1)
    dishonest_reset(world, victim)
    assert send(world, victim, mule, 15_000) == Refused(Refusal.SIM_SWAPPED)
    assert send(world, victim, mule, 2_001) == Refused(Refusal.SIM_SWAPPED)
    withdrawal = Withdraw(naira(1_000), "", naira(1_000), Secret(PIN))
    assert perform(world.context, world.origin(victim), withdrawal) == Refused(Refusal.SIM_SWAPPED)
    assert isinstance(send(world, victim, mule, 2_000), MoneySent), "this much is the thief's"
    assert world.spendable(victim) == naira(58_000)


def test_4_whoever_waits_the_three_days_meets_the_rules_of_risk(
    world: World, victim: Msisdn, mule: Msisdn
) -> None:
    swap(world, victim, hours_ago=24 * 4)
    # Somebody else's SIM, first spending, a number never sent to: a second factor is wanted.
    asked = AskSecondFactor(Subject(Act.TRANSFER, naira(15_000), mule))
    assert ask_second_factor(world.context, world.origin(victim), asked) == FactorsWanted(
        (FactorKind.AGENT,)
    )
    assert send(world, victim, mule, 15_000) == Refused(Refusal.NEEDS_SECOND_FACTOR)
    # With a PIN of today on top nothing leaves, and airtime is held for staff.
    dishonest_reset(world, victim)
    assert send(world, victim, mule, 15_000) == Refused(Refusal.LOOKS_WRONG)
    bought = buy_airtime(
        world.context, Origin("ussd", "drill", 5, victim),
        BuyAirtime(mule, "mtn-ng", naira(10_000), Secret(PIN)),
    )  # fmt: skip
    assert getattr(bought, "held_until", None) == world.clock.now() + timedelta(hours=4)
    assert "order_held" in world.sms(victim)


def test_5_support_blocks_records_the_swap_and_nothing_moves(
    world: World, victim: Msisdn, mule: Msisdn
) -> None:
    record_swap(
        world.context, victim, world.clock.now() - timedelta(hours=3), "support@x", "called in"
    )
    assert block_subscriber(world.context, victim, "support@x", "take-over")
    assert send(world, victim, mule, 100) == Refused(Refusal.BLOCKED)
    assert world.spendable(victim) == WALLET
    # The owner comes with papers: a start PIN to the SIM that is the owner's again, then open.
    reset_pin(world.context, victim, "support@x", "saw NIN slip", after_id_check=True)
    assert unblock_subscriber(world.context, victim, "support@x", "owner is back")
    assert send(world, victim, mule, 15_000) == Refused(Refusal.SIM_SWAPPED)
