"""From Flutterwave's sandbox into a wallet: real services, real adapter, webhooks as they come."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import AskPayInAccount, PayInAccount, PayInAsked
from app.services.funding_context import FundingContext
from app.services.open_books import open_books
from app.services.pay_in_account import look_again, open_account
from app.services.perform import perform
from app.services.take_payment import hear_payment_event, take_payment
from app.services.ways_in import WaysIn
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.providers.flutterwave_bench import Bench, serving, until


class Counter:
    """A world whose only payment provider is Flutterwave."""

    def __init__(self, world: World, bench: Bench) -> None:
        open_books(world.db, [], ["flutterwave"])
        self.world, self.bench = world, bench
        self.context = replace(
            world.context, ways_in=WaysIn({"flutterwave": bench.adapter.account_currencies}, {})
        )
        only = {"flutterwave": bench.adapter}
        self.funding = FundingContext(self.context, only, only, only)

    def owner(self) -> tuple[Msisdn, str]:
        """A subscriber, and the account that was opened when they asked for one."""
        msisdn = self.world.subscriber()
        origin, ask = self.world.origin(msisdn), AskPayInAccount()
        assert perform(self.context, origin, ask) == PayInAsked()
        open_account(self.funding, self.id_of(msisdn))
        shown = perform(self.context, origin, ask)
        assert isinstance(shown, PayInAccount)
        return msisdn, shown.number

    def id_of(self, msisdn: Msisdn) -> int:
        return int(self.world.one("select id from subscribers where msisdn = %s", msisdn))

    def hear(self, webhooks: int) -> None:
        """That many have come by now; each is stored and looked at, twice."""
        until(lambda: len(self.bench.webhooks()) >= webhooks)
        for body in self.bench.webhooks() * 2:
            hear_payment_event(self.context, "flutterwave", body)
        for row in self.world.all("select id from payment_events where handled_at is null"):
            take_payment(self.funding, int(row[0]))


@pytest.fixture
def counter(db: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Counter]:
    world = World(db, clock)
    with db.transaction() as tx:
        tx.run("delete from virtual_accounts")
        tx.run("delete from account_requests")
        tx.run("delete from payment_events where handled_at is null")
    with serving(tmp_path, agrees=3600) as bench:
        yield Counter(world, bench)


def test_transfers_into_a_subscribers_account_are_in_the_wallet_once_each(
    counter: Counter,
) -> None:
    (first, number), (second, other) = counter.owner(), counter.owner()
    for account, amount in ((number, 1_000_00), (other, 300_00), (number, 500_00)):
        counter.bench.fault("duplicate_callback")
        counter.bench.transfer_to(account, amount)
    counter.hear(webhooks=9)
    assert counter.world.spendable(first) == naira(1_500)
    assert counter.world.spendable(second) == naira(300)
    assert counter.world.books_differ() == []


@pytest.mark.parametrize("fault", ["forged_callback", "callback_lost"])
def test_a_lie_credits_what_is_true_and_what_was_not_told_is_found(
    counter: Counter, fault: str
) -> None:
    owner, number = counter.owner()
    counter.bench.fault(fault)
    counter.bench.transfer_to(number, 1_000_00)
    if fault == "callback_lost":
        look_again(counter.funding, counter.id_of(owner))
    counter.hear(webhooks=1)
    assert counter.world.spendable(owner) == naira(1_000)
    look_again(counter.funding, counter.id_of(owner))
    counter.hear(webhooks=2)
    assert counter.world.spendable(owner) == naira(1_000)
    assert counter.world.books_differ() == []
