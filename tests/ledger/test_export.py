"""Another program reads our books: beancount accepts them and adds up the same balances."""

from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data, inventory, realization

from app.db import ledger
from app.db.engine import Database
from app.domain.ledger import Account, AccountKind, fund, move, system, top_up, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Delivered, Scope
from app.services.export_ledger import beancount
from tests.factories.world import World, naira, next_reference
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def busy(db: Database, clock: FixedClock) -> World:
    """Sales, refunds, transfers that arrived and one that waits, money in, money of nobody."""
    vendor = ScriptedVendor(clock, "first")
    world = World(db, clock, {"first": vendor})
    ada, obi = world.subscriber(naira(5_000)), world.subscriber()
    for outcome in (Delivered("x-1"), Declined("barred", Scope.SALE), Delivered("x-2")):
        vendor.answers.append(outcome)
        world.buy(ada, 200)
        world.look()
    world.buy(ada, 100)
    world.send(ada, obi, Money(300_50, "NGN"))
    world.send(ada, Msisdn("+2348039990077"), naira(70))
    owner = int(world.one("select id from subscribers where msisdn = %s", obi))
    with db.transaction() as tx:
        target = system(AccountKind.SUSPENSE, "NGN")
        for to in (wallet(owner, "NGN"), target):
            paid = top_up(next_reference(), "paystack", to, naira(1_000), naira(10))
            ledger.post(tx, paid)
        ledger.post(tx, fund(next_reference(), wallet(owner, "NGN"), naira(1)))
    world.look()
    return world


def read(text: str, folder: Path) -> tuple[data.Directives, list[object]]:
    file = folder / "ledger.beancount"
    file.write_text(text)
    entries, errors, _ = loader.load_file(str(file))
    return entries, errors


def test_beancount_accepts_the_books_and_gives_the_same_balances(
    busy: World, tmp_path: Path
) -> None:
    entries, errors = read("\n".join(beancount(busy.db)), tmp_path)
    assert errors == []
    assert sum(isinstance(entry, data.Transaction) for entry in entries) > 10
    root = realization.realize(entries)
    total = inventory.Inventory()
    for account in realization.iter_children(root):
        total.add_inventory(account.balance)
    assert total.is_empty()
    for (owner,) in busy.all("select owner from accounts where kind = 'wallet'"):
        theirs = realization.get(root, f"Liabilities:Wallet:Ngn:{owner}")
        amount = theirs.balance.get_currency_units("NGN").number if theirs is not None else 0
        assert -amount * 100 == busy.balance(wallet(int(owner), "NGN")).amount_minor


def test_every_kind_of_account_has_its_place_in_the_books(busy: World, tmp_path: Path) -> None:
    suspense = system(AccountKind.SUSPENSE, "NGN")
    with busy.db.transaction() as tx:
        alone = {row[0] for row in tx.all("select kind from accounts where owner = ''")}
        for kind in set(AccountKind) - alone:
            account = Account(kind, "some_owner-7", "NGN")
            ledger.open_account(tx, account)
            ledger.post(tx, move(next_reference(), "test", suspense, account, naira(2)))
    text = "\n".join(beancount(busy.db))
    assert read(text, tmp_path)[1] == []
    assert text.count(" open ") == busy.one("select count(*) from accounts")
    assert set(AccountKind) <= {row[0] for row in busy.all("select kind from accounts")}


def test_a_batch_at_a_time_gives_the_same_lines(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(beancount(busy.db))
    monkeypatch.setattr("app.db.ledger_export._AT_ONCE", 2)
    assert list(beancount(busy.db)) == whole


def test_beancount_notices_an_amount_that_was_changed(busy: World, tmp_path: Path) -> None:
    text = "\n".join(beancount(busy.db))
    assert text.count("  300.50 NGN") >= 1
    _, errors = read(text.replace("  300.50 NGN", "  300.51 NGN", 1), tmp_path)
    assert errors != []


def test_beancount_notices_a_stored_balance_that_is_not_the_sum(
    busy: World, tmp_path: Path
) -> None:
    text = "\n".join(beancount(busy.db))
    head, assertion = text.rsplit(" balance Expenses:PaymentFees:Ngn  ", 1)
    _, errors = read(f"{head} balance Expenses:PaymentFees:Ngn  9{assertion}", tmp_path)
    assert errors != []
