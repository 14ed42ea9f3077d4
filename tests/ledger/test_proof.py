"""Whatever is changed behind the program's back is noticed: by sums, by the chain, by an anchor."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from app.db import ledger, seals
from app.db.engine import Database, Transaction
from app.domain.ledger import AccountKind, hold, move, system, wallet
from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Scope
from app.services.anchor_ledger import anchor_ledger, chain_head
from app.services.fold_ledger import fold_ledger
from app.services.seal_ledger import seal_ledger, seal_stragglers
from app.services.verify_ledger import verify_ledger
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

TABLES = ("ledger_transactions", "postings", "seals", "seal_marks", "trial_balances")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    """Sales that were delivered and declined, a transfer that waits; all of it sealed."""
    vendor = ScriptedVendor(clock, "first")
    world = World(db, clock, {"first": vendor})
    ada, obi = world.subscriber(naira(5_000)), world.subscriber()
    for outcome in (Delivered("x-1"), Declined("barred", Scope.SALE), Delivered("x-2")):
        vendor.answers.append(outcome)
        world.buy(ada, 200)
        world.look()
    world.send(ada, obi, naira(70))
    world.look()
    assert verify_ledger(db).differences == []
    return world


@contextmanager
def unguarded(owner: Database) -> Iterator[Transaction]:
    """The owner with everything switched off that keeps the books; put back as it was."""
    with owner.transaction() as tx:
        for table in TABLES:
            tx.run(f"alter table {table} disable trigger user")
        yield tx
        for table in TABLES:
            tx.run(f"alter table {table} enable trigger user")


@contextmanager
def planted(world: World, owner: Database, *statements: str) -> Iterator[list[str]]:
    """What verify finds while these changes stand; then the tables are as they were."""
    names = [*TABLES, "balances", "posting_marks", "accounts", "orders"]
    with unguarded(owner) as tx:
        for name in names:
            tx.run(f"create table kept_{name} as table {name}")
        for statement in statements:
            tx.run(statement)
    try:
        yield verify_ledger(world.db).differences
    finally:
        with unguarded(owner) as tx:
            tx.run("alter table balances drop constraint balances_account_id_fkey")
            for name in names:
                override = "overriding system value" if name != "seal_marks" else ""
                if name == "orders":
                    tx.run("update orders o set state = k.state from kept_orders k using (id)"
                           .replace("using (id)", "where k.id = o.id"))  # fmt: skip
                else:
                    tx.run(f"delete from {name}")
                    tx.run(f"insert into {name} {override} table kept_{name}")
                tx.run(f"drop table kept_{name}")
            tx.run("alter table balances add foreign key (account_id) references accounts (id)")


SALE = "(select id from ledger_transactions where kind = 'post' order by id limit 1)"
OTHER = "(select id from ledger_transactions where kind = 'post' order by id desc limit 1)"
FLOAT = "account_id('provider_float', 'first', 'NGN')"

PLANTS = {
    "one amount": (
        [f"update postings set amount_minor = amount_minor + 1 where transaction_id = {SALE}"
         f" and account_id = {FLOAT}"],
        ["doesn't sum to zero", "isn't what its digest says", "aren't what was sealed",
         "hot account isn't the sum"],
    ),
    "amounts that still sum to zero, and balances with them": (
        [f"update postings set amount_minor = amount_minor * 2 where transaction_id = {SALE}",
         "update balances b set posted_minor = (select sum(amount_minor) from postings p"
         " join posting_marks m on m.posting_id = p.id and m.fold_id is not null"
         " where p.account_id = b.account_id) where not guarded and exists (select from postings p"
         " where p.account_id = b.account_id)"],
        ["isn't what its digest says", "aren't what was sealed"],
    ),
    "amounts, and the digest with them": (
        [f"update postings set amount_minor = amount_minor * 2 where transaction_id = {SALE}",
         "update ledger_transactions t set digest = sha256(convert_to(t.kind || E'\\n' || ("
         " select string_agg(a.kind || '/' || a.owner || '/' || a.currency || ' ' ||"
         " p.amount_minor, E'\\n' order by p.id) from postings p join accounts a on"
         f" a.id = p.account_id where p.transaction_id = t.id), 'UTF8')) where id = {SALE}"],
        ["aren't what was sealed"],
    ),
    "a reference": (
        [f"update ledger_transactions set reference = 'x' where id = {SALE}"],
        ["aren't what was sealed", "is delivered, its hold stands"],
    ),
    "a time": (
        [f"update ledger_transactions set at = at + interval '1 second' where id = {SALE}"],
        ["aren't what was sealed"],
    ),
    "a kind": (
        [f"update ledger_transactions set kind = 'void' where id = {SALE}"],
        ["aren't what was sealed", "isn't what its digest says"],
    ),
    "a deleted transaction": (
        [f"delete from postings where transaction_id = {SALE}",
         f"delete from ledger_transactions where id = {SALE}"],
        ["are there", "aren't what was sealed"],
    ),
    "a deleted transaction and its mark": (
        [f"delete from seal_marks where transaction_id = {SALE}",
         f"delete from postings where transaction_id = {SALE}",
         f"delete from ledger_transactions where id = {SALE}"],
        ["are marked as sealed", "are there"],
    ),
    "a transaction without its postings": (
        [f"delete from postings where transaction_id = {SALE}"],
        ["has no postings"],
    ),
    "postings without their transaction": (
        [f"delete from ledger_transactions where id = {SALE}"],
        ["a posting has no transaction"],
    ),
    "a posting moved to another transaction": (
        [f"update postings set transaction_id = {OTHER} where transaction_id = {SALE}"
         f" and account_id = {FLOAT}"],
        ["doesn't sum to zero", "aren't what was sealed", "never marked for folding"],
    ),
    "a posting moved to another account": (
        ["update postings set account_id = (select id from accounts where kind = 'revenue'"
         f" and currency = 'NGN') where transaction_id = {SALE} and account_id = {FLOAT}"],
        ["aren't what was sealed", "hot account isn't the sum"],
    ),
    "a posting of another currency": (
        [f"update postings set currency = 'KES' where transaction_id = {SALE}"
         f" and account_id = {FLOAT}"],
        ["no account of its currency", "doesn't sum to zero"],
    ),
    "the owner of an account": (
        ["update accounts set owner = 'other' where kind = 'provider_float' and owner = 'first'"],
        ["aren't what was sealed", "isn't what its digest says"],
    ),
    "two transactions in each other's place in the chain": (
        ["update seal_marks set position = -position where seal_id = 1",
         "update seal_marks set position = 1 + -(select min(position) from seal_marks where"
         " seal_id = 1) + position where seal_id = 1"],
        ["aren't what was sealed"],
    ),
    "a seal that is gone": (
        ["delete from seal_marks where seal_id = 2", "delete from seals where id = 2"],
        ["seals 2 to 2 are gone"],
    ),
    "a seal's times": (
        ["update seals set first_at = first_at - interval '1 day' where id = 2"],
        ["other times or ids"],
    ),
    "something old that was never sealed": (
        ["delete from seal_marks where seal_id = (select max(id) from seals)",
         "delete from seals where id = (select max(id) from seals)",
         "update ledger_transactions t set at = at - interval '2 hours' where not exists"
         " (select from seal_marks m where m.transaction_id = t.id)"],
        ["older than an hour and not sealed"],
    ),
    "a wallet's balance": (
        ["update balances set posted_minor = posted_minor + 1 where account_id ="
         " (select max(account_id) from balances where guarded)"],
        ["a wallet or float isn't the sum"],
    ),
    "a hot account's balance": (
        [f"update balances set posted_minor = posted_minor + 1 where account_id = {FLOAT}"],
        ["hot account isn't the sum"],
    ),
    "a mark": (
        ["delete from posting_marks where posting_id = (select max(posting_id)"
         " from posting_marks where fold_id is not null)"],
        ["never marked for folding", "hot account isn't the sum"],
    ),
    "a balance that is gone": (
        ["delete from balances where account_id = (select max(account_id) from balances"
         " where guarded)"],
        ["has no balance of its kind"],
    ),
    "an order that was declined after all": (
        ["update orders set state = 'declined' where state = 'delivered'"],
        ["is declined, its hold post"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTS)
def test_verify_notices(world: World, owner: Database, what: str) -> None:
    statements, expected = PLANTS[what]
    with planted(world, owner, *statements) as found:
        for sentence in expected:
            assert any(sentence in difference for difference in found), (sentence, found)
    assert verify_ledger(world.db).differences == []


def test_a_chain_that_its_owner_rebuilt_is_not_the_anchored_one(
    world: World, owner: Database, tmp_path: Path
) -> None:
    place = tmp_path / "anchors.txt"
    anchor_ledger(world.db, place)
    assert verify_ledger(world.db, place).differences == []
    with unguarded(owner) as tx:
        tx.run("update ledger_transactions set at = at + interval '1 second'"
               f" where id = {SALE}")  # fmt: skip
        tx.run("delete from seal_marks")
        tx.run("delete from seals")
    seal_stragglers(world.db)
    assert verify_ledger(world.db).differences == []
    found = verify_ledger(world.db, place).differences
    assert len(found) == 1
    assert "was rebuilt" in found[0]


def test_anchors_are_kept_once_each_in_a_file_or_a_folder(world: World, tmp_path: Path) -> None:
    file, folder = tmp_path / "anchors.txt", tmp_path / "folder"
    folder.mkdir()
    for place in (file, folder):
        anchor_ledger(world.db, place)
        anchor_ledger(world.db, place)
    world.buy(world.subscriber(naira(500)), 100)
    head = anchor_ledger(world.db, file)
    anchor_ledger(world.db, folder)
    assert head is not None
    assert file.read_text().splitlines()[1:] == [str(head)]
    assert sorted(one.read_text() for one in folder.iterdir())[1:] == [f"{head}\n"]
    for place in (file, folder):
        assert verify_ledger(world.db, place).differences == []


def test_what_is_no_anchor_is_said_and_a_file_cut_short_is_written_on(
    world: World, tmp_path: Path
) -> None:
    place = tmp_path / "anchors.txt"
    place.write_text("12 00ff")
    head = anchor_ledger(world.db, place)
    assert place.read_text() == f"12 00ff\n{head}\n"
    assert verify_ledger(world.db, place).differences == ["anchors.txt, line 1: not an anchor"]
    place.write_text("\n")
    assert verify_ledger(world.db, place).differences == [f"{place} holds no anchor"]
    with pytest.raises(FileNotFoundError):
        verify_ledger(world.db, tmp_path / "nothing")


def test_what_commits_late_with_a_low_id_is_sealed_all_the_same(
    world: World, owner: Database
) -> None:
    """Its id was taken before others came, were sealed, and the low-water mark went past it."""
    with owner.transaction() as tx:
        early, late = (
            int(tx.one("select nextval(pg_get_serial_sequence('ledger_transactions', 'id'))")[0])
            for _ in range(2)
        )
    world.subscriber(naira(10))
    assert seal_ledger(world.db) == 1
    post_as(owner, early, "early")
    assert seal_ledger(world.db) == 1
    with unguarded(owner) as tx:
        tx.run("update seals set at = at - interval '1 hour'")
    post_as(owner, late, "late")
    world.subscriber(naira(10))
    assert seal_ledger(world.db) == 1
    assert world.one("select seal_id from seal_marks where transaction_id = %s", late) is None
    assert seal_stragglers(world.db) == 1
    assert verify_ledger(world.db).differences == []


def post_as(owner: Database, transaction_id: int, reference: str) -> None:
    """A transaction with this id, between two hot accounts."""
    with owner.transaction() as tx:
        tx.run(
            "insert into ledger_transactions (id, reference, kind, digest) overriding system value"
            " values (%s, %s, 'test', sha256(convert_to("
            "E'test\\nfunding//NGN -5\\nsuspense//NGN 5', 'UTF8')))", (transaction_id, reference),
        )  # fmt: skip
        tx.run(
            "insert into postings (transaction_id, account_id, amount_minor, currency) values"
            " (%(id)s, account_id('funding', '', 'NGN'), -5, 'NGN'),"
            " (%(id)s, account_id('suspense', '', 'NGN'), 5, 'NGN')", {"id": transaction_id},
        )  # fmt: skip


def test_what_another_transaction_could_still_undo_is_not_sealed(world: World) -> None:
    """A posting is sealed once everything that began before it has ended."""
    funding, suspense = (
        system(kind, "NGN") for kind in (AccountKind.FUNDING, AccountKind.SUSPENSE)
    )
    with world.db.transaction() as tx:
        ledger.post(tx, move("open", "test", funding, suspense, naira(5)))
        world.subscriber(naira(10))
        assert seal_ledger(world.db) == 0
    assert seal_ledger(world.db) == 2


def test_sealing_waits_for_nobody_and_nobody_for_it(world: World) -> None:
    """A wallet that is locked, and one that is spent from while a seal isn't committed yet."""
    msisdn = world.subscriber(naira(500))
    with world.db.transaction() as tx:
        seals.seal(tx, 0, 1_000)
        world.buy(msisdn, 100)
    assert seal_ledger(world.db) >= 1
    assert verify_ledger(world.db).differences == []


@pytest.mark.parametrize("sql", [
    "insert into seals select * from seals", "delete from seals", "delete from seal_marks",
    "update seal_marks set position = 1", "insert into seal_marks values (0, 0, 0)",
    "truncate seals", "update trial_balances set debit_minor = 1", "delete from trial_days",
])  # fmt: skip
def test_the_program_may_seal_and_not_rewrite(world: World, owner: Database, sql: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), world.db.transaction() as tx:
        tx.run(sql)
    if not sql.startswith("insert"):
        with pytest.raises(psycopg2.Error, match="append-only"), owner.transaction() as tx:
            tx.run(sql)


def test_an_empty_ledger_has_no_head_and_nothing_wrong(db: Database) -> None:
    with db.transaction() as tx:
        ledger.open_system_accounts(tx, ["KES"], [], [])
    if chain_head(db) is None:
        assert verify_ledger(db).differences == []


def test_seals_of_several_batches_are_one_chain(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.seal_ledger._BATCH", 3)
    monkeypatch.setattr("app.db.ledger_chain._AT_ONCE", 4)
    before = world.one("select count(*) from seals")
    for _ in range(10):
        world.subscriber(naira(10))
    assert seal_ledger(world.db) == 10
    assert world.one("select count(*) from seals") == before + 4
    for _ in range(9):
        world.subscriber(naira(10))
    fold_ledger(world.db)
    assert verify_ledger(world.db).differences == []


def test_progress_is_told_with_counts(world: World) -> None:
    heard: list[str] = []
    verdict = verify_ledger(world.db, tell=heard.append)
    assert f"{verdict.transactions:,} transactions of the hash chain read: all" in heard
    assert any("an order's state and the end of its hold differ" in line for line in heard)


def test_a_hold_of_another_amount_is_noticed_by_whoever_posted_it(world: World) -> None:
    """A posting that no order stands behind."""
    someone = world.subscriber(naira(100))
    owner = int(world.one("select id from subscribers where msisdn = %s", someone))
    with world.db.transaction() as tx:
        ledger.post(tx, hold("ZZZZZZ", wallet(owner, "NGN"), Money(100, "NGN")))
    assert any("what is held" in one for one in verify_ledger(world.db).differences)
