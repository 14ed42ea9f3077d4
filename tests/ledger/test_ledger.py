"""The books hold, whoever is connected and whatever races."""

import threading
from itertools import count

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import ledger
from app.db.engine import Database
from app.domain.errors import InsufficientFunds, ReferenceConflict, UnbalancedPostings
from app.domain.ledger import (
    Account,
    AccountKind,
    LedgerTransaction,
    Posting,
    fund,
    hold,
    post_hold,
    system,
    void_hold,
    wallet,
)
from app.domain.money import Money

NGN = "NGN"
_OWNERS = count(50_000)
HOLDS = system(AccountKind.HOLDS, NGN)
FLOAT = system(AccountKind.PROVIDER_FLOAT, NGN, "vtpass")


def naira(amount: int) -> Money:
    return Money(amount * 100, NGN)


@pytest.fixture
def books(db: Database) -> Database:
    with db.transaction() as tx:
        ledger.open_system_accounts(tx, [NGN], ["vtpass"], ["paystack"])
    return db


def funded(db: Database, owner: int, amount: Money) -> Account:
    account = wallet(owner, NGN)
    with db.transaction() as tx:
        ledger.open_account(tx, account)
        ledger.post(tx, fund(f"fund:{owner}", account, amount))
    return account


def balance(db: Database, account: Account) -> Money:
    with db.statement() as tx:
        return ledger.balance(tx, account)


def test_a_hold_leaves_the_wallet_and_delivery_pays_the_provider(books: Database) -> None:
    mine = funded(books, 1, naira(500))
    before = balance(books, FLOAT)
    with books.transaction() as tx:
        ledger.post(tx, hold("AAAAAA", wallet(1, "NGN"), naira(200)))
    assert balance(books, mine) == naira(300)
    with books.transaction() as tx:
        ledger.post(tx, post_hold("AAAAAA", "vtpass", naira(200), naira(196)))
    assert balance(books, mine) == naira(300)
    assert balance(books, FLOAT) - before == naira(196)


def test_a_held_order_is_posted_or_voided_and_never_both(books: Database) -> None:
    mine = funded(books, 2, naira(500))
    with books.transaction() as tx:
        ledger.post(tx, hold("BBBBBB", wallet(2, "NGN"), naira(200)))
        ledger.post(tx, void_hold("BBBBBB", wallet(2, "NGN"), naira(200)))
    assert balance(books, mine) == naira(500)
    with pytest.raises(ReferenceConflict), books.transaction() as tx:
        ledger.post(tx, post_hold("BBBBBB", "vtpass", naira(200), naira(200)))
    with books.transaction() as tx:
        assert ledger.post(tx, void_hold("BBBBBB", wallet(2, "NGN"), naira(200))) is False
    assert balance(books, mine) == naira(500)


def test_a_wallet_spent_from_many_threads_never_goes_below_zero(books: Database) -> None:
    mine = funded(books, 3, naira(1000))
    placed: list[int] = []

    def spend(number: int) -> None:
        try:
            with books.transaction() as tx:
                ledger.post(tx, hold(f"C{number}", wallet(3, "NGN"), naira(100)))
            placed.append(number)
        except InsufficientFunds:
            pass

    threads = [threading.Thread(target=spend, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(placed) == 10
    assert balance(books, mine) == naira(0)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("update postings set amount_minor = 1", "append-only"),
        ("delete from postings", "append-only"),
        ("truncate postings", "append-only"),
        ("delete from ledger_transactions", "append-only"),
        ("truncate ledger_transactions", "append-only"),
        ("insert into postings (transaction_id, account_id, amount_minor, currency)"
         " select 1, id, 5, currency from accounts limit 1", "does not balance"),
        ("update balances set posted_minor = -1 where guarded", "wallet_not_negative"),
        ("insert into postings (transaction_id, account_id, amount_minor, currency)"
         " select 1, a.id, case a.kind when 'wallet' then -99999999999 else 99999999999 end,"
         " 'NGN' from accounts a where a.kind = 'holds' or (a.kind = 'wallet' and a.owner = '4')",
         "wallet_not_negative"),
    ],
)  # fmt: skip
def test_even_the_owner_is_refused(books: Database, owner: Database, sql: str, why: str) -> None:
    funded(books, 4, naira(10))
    with pytest.raises((psycopg2.Error, InsufficientFunds)) as caught, owner.transaction() as tx:
        tx.run(sql)
    if isinstance(caught.value, psycopg2.Error):
        assert why in str(caught.value)


def test_the_program_may_only_post_through_the_function(books: Database) -> None:
    for sql in (
        "insert into postings (transaction_id, account_id, amount_minor, currency)"
        " values (1, 1, 1, 'NGN')",
        "update balances set posted_minor = 1",
        "insert into accounts (kind, owner, currency, guarded) values ('x', '', 'NGN', false)",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), books.transaction() as tx:
            tx.run(sql)


def test_folding_while_others_commit_out_of_order_loses_nothing(books: Database) -> None:
    funded(books, 5, naira(1000))
    total = balance(books, HOLDS)
    with books.transaction() as slow:
        ledger.post(slow, hold("slow", wallet(5, "NGN"), naira(10)))
        funded(books, 60, naira(100))
        with books.transaction() as tx:
            ledger.post(tx, hold("fast", wallet(60, "NGN"), naira(20)))
        with books.transaction() as tx:
            ledger.fold(tx)
    with books.transaction() as tx:
        ledger.fold(tx)
    assert balance(books, HOLDS) == total + naira(30)
    with books.statement() as tx:
        assert tx.one("select count(*) from posting_marks where fold_id is null")[0] == 0


def test_a_transaction_that_does_not_balance_cannot_be_built() -> None:
    with pytest.raises(UnbalancedPostings):
        LedgerTransaction("x", "x", (Posting(HOLDS, naira(1)),))


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["hold", "post", "void"]), st.integers(1, 6),
                  st.integers(1, 400)),
        max_size=25,
    )
)  # fmt: skip
def test_any_order_of_holds_posts_and_voids_keeps_every_sum(
    books: Database, steps: list[tuple[str, int, int]]
) -> None:
    with books.statement() as tx:
        run = tx.one("select count(*) from ledger_transactions")[0]
    owner = 1000 + int(run)
    mine = funded(books, owner, naira(1000))
    held: dict[int, Money] = {}
    ended: dict[int, str] = {}
    expected = naira(1000)
    for verb, number, amount in steps:
        order = f"{owner}-{number}"
        recipes = {
            "hold": lambda o=order, a=amount: hold(o, wallet(owner, "NGN"), naira(a)),
            "post": lambda o=order, n=number: post_hold(
                o, "vtpass", held.get(n, naira(1)), held.get(n, naira(1))
            ),
            "void": lambda o=order, n=number: void_hold(
                o, wallet(owner, "NGN"), held.get(n, naira(1))
            ),
        }
        if verb != "hold" and (number not in held or number in ended):
            continue
        if verb == "hold" and number in held:
            continue
        try:
            with books.transaction() as tx:
                ledger.post(tx, recipes[verb]())
        except InsufficientFunds:
            assert expected < naira(amount)
            continue
        if verb == "hold":
            held[number] = naira(amount)
            expected -= naira(amount)
        else:
            ended[number] = verb
            expected += held[number] if verb == "void" else naira(0)
    assert balance(books, mine) == expected
    with books.statement() as tx:
        assert tx.one("select coalesce(sum(amount_minor), 0) from postings")[0] == 0


def insert_at_once(owner: Database, number: int, legs: str) -> None:
    """Postings (transaction, kind, minor units, currency) in one insert, whoever may do so."""
    with owner.transaction() as tx:
        tx.run(
            "insert into postings (transaction_id, account_id, amount_minor, currency)"
            " select -%(number)s * 10 - l.t, case l.kind"
            " when 'wallet' then account_id('wallet', (%(number)s)::text, 'NGN')"
            " when 'other' then account_id('wallet', (-%(number)s)::text, 'NGN')"
            " else account_id(l.kind, '', 'NGN') end, l.minor, l.currency"
            f" from (values {legs}) l (t, kind, minor, currency)",
            {"number": number},
        )


def two_wallets(books: Database, number: int) -> list[Account]:
    """Each holds NGN 10.00."""
    return [funded(books, owner, naira(10)) for owner in (number, -number)]


@pytest.mark.parametrize(
    ("legs", "why"),
    [
        ("(1, 'holds', 5, 'NGN'), (1, 'suspense', -4, 'NGN')", "does not balance"),
        ("(1, 'holds', 5, 'NGN'), (2, 'suspense', -5, 'NGN')", "does not balance"),
        ("(1, 'holds', 5, 'NGN'), (1, 'suspense', -5, 'NGN'), (2, 'holds', 5, 'NGN')",
         "does not balance"),
        ("(1, 'holds', 5, 'NGN'), (1, 'holds', -5, 'KES')", "currency its account does not have"),
        ("(1, 'wallet', -9999, 'NGN'), (1, 'holds', 9999, 'NGN')", ""),
        ("(1, 'wallet', -700, 'NGN'), (1, 'wallet', -700, 'NGN'), (1, 'holds', 1400, 'NGN')", ""),
        ("(1, 'wallet', -700, 'NGN'), (1, 'other', -1001, 'NGN'), (1, 'holds', 1701, 'NGN')", ""),
    ],
)  # fmt: skip
def test_postings_of_one_insert_are_refused_together(
    books: Database, owner: Database, legs: str, why: str
) -> None:
    number = next(_OWNERS)
    wallets = two_wallets(books, number)
    refused = psycopg2.Error if why else InsufficientFunds
    with pytest.raises(refused, match=why or None):
        insert_at_once(owner, number, legs)
    assert [balance(books, account) for account in wallets] == [naira(10), naira(10)]


@pytest.mark.parametrize(
    ("legs", "left"),
    [
        ("(1, 'wallet', -9999, 'NGN'), (1, 'wallet', 9999, 'NGN')", (1000, 1000)),
        ("(1, 'wallet', -700, 'NGN'), (1, 'other', -300, 'NGN'), (1, 'holds', 1000, 'NGN')",
         (300, 700)),
        ("(1, 'other', -700, 'NGN'), (1, 'wallet', 700, 'NGN')", (1700, 300)),
        ("(1, 'wallet', -9999, 'NGN'), (2, 'wallet', 9999, 'NGN'), (1, 'holds', 9999, 'NGN'),"
         " (2, 'holds', -9999, 'NGN')", (1000, 1000)),
        ("(1, 'holds', -5, 'NGN'), (1, 'suspense', 5, 'NGN')", (1000, 1000)),
    ],
)  # fmt: skip
def test_postings_of_one_insert_reach_every_balance(
    books: Database, owner: Database, legs: str, left: tuple[int, int]
) -> None:
    """Several transactions and wallets at once, a wallet named twice, none at all."""
    number = next(_OWNERS)
    wallets = two_wallets(books, number)
    insert_at_once(owner, number, legs)
    assert tuple(balance(books, account).amount_minor for account in wallets) == left
    with books.statement() as tx:
        unmarked = tx.one(
            "select count(*) from postings p join accounts a on a.id = p.account_id"
            " where not a.guarded and not exists (select from posting_marks m"
            " where m.posting_id = p.id)"
        )
    assert unmarked[0] == 0


def test_amounts_and_accounts_come_in_pairs(books: Database) -> None:
    for accounts, amounts in (("1, 2", "1, -1, 3, -3"), ("1, 2, 1", "1, -1"), ("0, 0", "1, -1")):
        with pytest.raises(psycopg2.Error), books.transaction() as tx:
            tx.run(f"select post_transaction('pairs', 'x', '', array[{accounts}]::bigint[],"
                   f" array[{amounts}]::bigint[])")  # fmt: skip


def test_nothing_to_fold_leaves_no_trace(books: Database) -> None:
    with books.transaction() as tx:
        while ledger.fold(tx):
            pass
        before = tx.one("select count(*) from folds")
        assert ledger.fold(tx) == 0
        assert tx.one("select count(*) from folds") == before
