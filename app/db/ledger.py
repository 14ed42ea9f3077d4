"""The ledger's queries: post through the one SQL function, read balances and movements."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from app.db.engine import Transaction
from app.domain.ledger import GUARDED, Account, AccountKind, LedgerTransaction
from app.domain.money import Money

_ID = "account_id(%s, %s, %s)"


def open_account(tx: Transaction, account: Account) -> int:
    """Open the account if it isn't there; its id."""
    row = tx.one(
        "select open_account(%s, %s, %s, %s)",
        (account.kind, account.owner, account.currency, account.kind in GUARDED),
    )
    return int(row[0])


def open_system_accounts(
    tx: Transaction, currencies: list[str], providers: list[str], payment_providers: list[str]
) -> None:
    """Open every account of our own, each vending provider's float and each payment provider's
    clearing account, in each currency."""
    own = (
        AccountKind.HOLDS, AccountKind.REVENUE, AccountKind.FUNDING, AccountKind.UNKNOWN_LOSS,
        AccountKind.PAYMENT_FEES, AccountKind.SUSPENSE, AccountKind.COMMISSION_COST,
        AccountKind.VOUCHERS, AccountKind.ADJUSTMENTS, AccountKind.GOODWILL,
        AccountKind.CURRENCY_POSITION,
    )  # fmt: skip
    every = [
        *product(own, [""]),
        *product([AccountKind.PROVIDER_FLOAT], providers),
        *product([AccountKind.PAYMENT_CLEARING], payment_providers),
    ]
    wanted = [(kind, owner, currency) for currency, (kind, owner) in product(currencies, every)]
    tx.all(
        "select open_account(kind, owner, currency, false)"
        " from unnest(%s, %s, %s) with ordinality as wanted (kind, owner, currency, place)"
        " order by place",
        [list(column) for column in zip(*wanted, strict=True)],
    )


def post(tx: Transaction, transaction: LedgerTransaction) -> bool:
    """Post it; False when the same reference with the same content was posted before.

    Raises ReferenceConflict (other content), InsufficientFunds.
    """
    ids = ", ".join([_ID] * len(transaction.postings))
    params: list[object] = [transaction.reference, transaction.kind, transaction.digest()]
    for posting in transaction.postings:
        params += [posting.account.kind, posting.account.owner, posting.account.currency]
    params.append([posting.amount.amount_minor for posting in transaction.postings])
    row = tx.one(
        f"select created from post_transaction(%s, %s, %s, array[{ids}], %s::bigint[])",  # noqa: S608 - placeholders only
        params,
    )
    return bool(row[0])


def lock(tx: Transaction, *guarded: Account) -> None:
    """Lock these wallets in the order in which posting locks them. A transaction that posts more
    than once does this first, or two of them could wait for each other."""
    ids = ", ".join([_ID] * len(guarded))
    tx.all(
        f"select lock_balances(array[{ids}])",
        [part for account in guarded for part in (account.kind, account.owner, account.currency)],
    )


def balance(tx: Transaction, account: Account) -> Money:
    """What the account holds: for a hot account what was folded plus what is not yet."""
    row = tx.one(
        """
        select coalesce(b.posted_minor + case when b.guarded then 0 else coalesce((
            select sum(p.amount_minor) from posting_marks m
            join postings p on p.transaction_id = m.transaction_id and p.id = m.posting_id
            where m.fold_id is null and p.account_id = b.account_id), 0) end, 0)::bigint
        from (values (1)) one left join balances b on b.account_id = account_id(%s, %s, %s)
        """,
        (account.kind, account.owner, account.currency),
    )
    return Money(int(row[0]), account.currency)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One line of a wallet's statement; negative when money left it."""

    kind: str
    amount: Money
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PostingRow:
    """A movement and the id of its posting, by which a list goes on."""

    id: int
    movement: MovementRow


def movements(tx: Transaction, account: Account, limit: int) -> list[MovementRow]:
    """The account's latest postings, newest first."""
    rows = tx.all(
        """
        select t.kind, p.amount_minor, p.currency, t.reference, t.at
        from postings p join ledger_transactions t on t.id = p.transaction_id
        where p.account_id = account_id(%s, %s, %s) order by p.id desc limit %s
        """,
        (account.kind, account.owner, account.currency, limit),
    )
    return [MovementRow(kind, Money(amount, cur), ref, at) for kind, amount, cur, ref, at in rows]


def movements_before(
    tx: Transaction, account: Account, before_id: int | None, limit: int
) -> list[PostingRow]:
    """The account's postings before one of them, or the latest, newest first."""
    rows = tx.all(
        """
        select p.id, t.kind, p.amount_minor, p.currency, t.reference, t.at
        from postings p join ledger_transactions t on t.id = p.transaction_id
        where p.account_id = account_id(%(kind)s, %(owner)s, %(currency)s)
          and (%(before)s is null or p.id < %(before)s)
        order by p.id desc limit %(limit)s
        """,
        {
            "kind": account.kind, "owner": account.owner, "currency": account.currency,
            "before": before_id, "limit": limit,
        },
    )  # fmt: skip
    return [
        PostingRow(id_, MovementRow(kind, Money(amount, currency), reference, at))
        for id_, kind, amount, currency, reference, at in rows
    ]


def posted_before(tx: Transaction, account: Account, moment: datetime) -> Money:
    """What the account held at that moment."""
    row = tx.one(
        """
        select coalesce(sum(p.amount_minor), 0)::bigint
        from postings p join ledger_transactions t on t.id = p.transaction_id
        where p.account_id = account_id(%s, %s, %s) and t.at < %s
        """,
        (account.kind, account.owner, account.currency, moment),
    )
    return Money(int(row[0]), account.currency)


def movements_between(
    tx: Transaction, account: Account, begins: datetime, ends: datetime
) -> list[MovementRow]:
    """The account's postings of that time, `ends` left out, oldest first."""
    rows = tx.all(
        """
        select t.kind, p.amount_minor, p.currency, t.reference, t.at
        from postings p join ledger_transactions t on t.id = p.transaction_id
        where p.account_id = account_id(%s, %s, %s) and t.at >= %s and t.at < %s
        order by t.at, p.id
        """,
        (account.kind, account.owner, account.currency, begins, ends),
    )
    return [MovementRow(kind, Money(amount, cur), ref, at) for kind, amount, cur, ref, at in rows]


def concerns(tx: Transaction, account: Account, reference: str) -> bool:
    """Did something with this six-character reference move money in the account?"""
    row = tx.one(
        """
        select exists (
            select from postings p join ledger_transactions t on t.id = p.transaction_id
            where p.account_id = account_id(%s, %s, %s) and split_part(t.reference, ':', 2) = %s)
        """,
        (account.kind, account.owner, account.currency, reference),
    )
    return bool(row[0])


def fold(tx: Transaction, limit: int = 10_000) -> int:
    """Fold postings of hot accounts whose transactions are all finished; how many."""
    return int(tx.one("select fold_hot_accounts(%s)", (limit,))[0])


# --- rehearsals ------------------------------------------------------------------------------


def newest(tx: Transaction) -> int:
    """Id of the newest transaction."""
    return int(tx.one("select coalesce(max(id), 0) from ledger_transactions")[0])


def moved_since(tx: Transaction, newest: int) -> list[tuple[Account, Money, Money]]:
    """(account, what moved, what a guarded account holds now) of all that this very database
    transaction has posted since; guarded accounts first."""
    rows = tx.all(
        """
        select a.kind, a.owner, a.currency, sum(p.amount_minor)::bigint, min(b.posted_minor)
        from ledger_transactions t join postings p on p.transaction_id = t.id
        join accounts a on a.id = p.account_id join balances b on b.account_id = a.id
        where t.id > %s and p.xid = pg_current_xact_id()
        group by a.id having sum(p.amount_minor) <> 0 order by a.guarded desc, a.id
        """,
        (newest,),
    )
    return [
        (
            Account(AccountKind(kind), owner, currency), Money(moved, currency),
            Money(now, currency),
        )
        for kind, owner, currency, moved, now in rows
    ]  # fmt: skip
