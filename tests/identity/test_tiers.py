"""Limits follow from the tier, to the kobo, whatever runs at once."""

from datetime import date

import pytest

from app.domain import tiers
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    LimitReached,
    MoneySent,
    OrderPlaced,
    WithdrawalReady,
)
from app.domain.tiers import Limits, Tier, limits_of_tier
from app.services.show_subscriber import set_tier
from tests.agents.counter import Counter
from tests.factories.world import World, naira
from tests.identity.crowd import at_once, room, stranger

TODAY = date(2026, 3, 2)


# --- the data ------------------------------------------------------------------------------------


def test_whoever_can_enrol_has_limits() -> None:
    for country in COUNTRY_CURRENCY:
        assert limits_of_tier(country, 1, TODAY).day_minor is not None


def test_a_later_row_counts_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    later = Tier("NG", 1, date(2026, 6, 1), Limits(1, 2, 3), "test")
    monkeypatch.setattr(tiers, "TIERS", (*tiers.TIERS, later))
    assert limits_of_tier("NG", 1, date(2026, 5, 31)) == Limits(20_000_00, 50_000_00, 300_000_00)
    assert limits_of_tier("NG", 1, date(2026, 6, 1)) == Limits(1, 2, 3)


def test_a_country_with_fewer_tiers_gives_its_highest() -> None:
    assert limits_of_tier("KE", 3, TODAY) == limits_of_tier("KE", 1, TODAY)
    with pytest.raises(ValueError, match="empty"):
        limits_of_tier("XX", 1, TODAY)


def test_tiers_rise_and_every_row_says_where_it_is_from() -> None:
    for country in {tier.country for tier in tiers.TIERS}:
        days = [limits_of_tier(country, number, TODAY).day_minor or 10**15 for number in (1, 2, 3)]
        assert days == sorted(days)
    assert all(tier.source for tier in tiers.TIERS)


# --- one act, and a day --------------------------------------------------------------------------


def test_one_purchase_may_reach_the_limit_and_not_pass_it(world: World) -> None:
    ada = world.subscriber(naira(100_000))
    assert isinstance(world.buy(ada, 20_000), OrderPlaced)
    assert world.buy(ada, 20_001) == LimitReached(naira(20_000))


def test_purchases_transfers_and_withdrawals_share_a_day(world: World, counter: Counter) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    assert isinstance(world.buy(ada, 20_000), OrderPlaced)
    assert isinstance(world.send(ada, obi, naira(20_000)), MoneySent)
    ready = counter.withdraw(ada, 9_900)
    assert isinstance(ready, WithdrawalReady)
    assert ready.total == naira(10_000)
    assert world.send(ada, obi, naira(1)) == LimitReached(naira(0))
    assert world.buy(ada, 100) == LimitReached(naira(0))
    assert world.books_differ() == []
    world.clock.advance(hours=24)
    assert isinstance(world.send(ada, obi, naira(1)), MoneySent)


def test_a_withdrawal_that_nobody_paid_no_longer_counts(world: World, counter: Counter) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    world.send(ada, obi, naira(20_000))
    world.send(ada, obi, naira(19_000))
    for _ in range(3):
        assert isinstance(counter.withdraw(ada, 10_000), WithdrawalReady)
    assert world.send(ada, obi, naira(1_000)) == LimitReached(naira(900))
    world.pass_time(700, step=350)
    assert isinstance(world.send(ada, obi, naira(11_000)), MoneySent)
    assert world.books_differ() == []


def test_two_hundred_sessions_at_once_spend_no_more_than_a_day(world: World) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    replies = at_once(200, lambda: world.send(ada, obi, naira(1_000)))
    sent = [reply for reply in replies if isinstance(reply, MoneySent)]
    assert len(sent) == 50
    assert all(isinstance(reply, MoneySent | LimitReached) for reply in replies)
    assert world.spendable(ada) == naira(150_000)
    assert world.books_differ() == []


def test_a_higher_tier_allows_more_and_no_limits_means_none(world: World) -> None:
    ada = world.subscriber(naira(300_000))
    set_tier(world.context, ada, 2, "test", "shown at the office")
    for _ in range(5):
        assert isinstance(world.send(ada, stranger(), naira(20_000)), MoneySent)
    exempt = world.subscriber(naira(900_000), exempt=True)
    assert isinstance(world.send(exempt, stranger(), naira(600_000)), MoneySent)
    assert room(world, exempt) is None
