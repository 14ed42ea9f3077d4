"""What the ledger's pages show: an account, a transaction, our own accounts, the chain's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.ledger import Account, AccountKind
from app.domain.money import Money

_MOST = 200
_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """`folded` is the balance without what was posted since the last fold, for an account of our
    own; of a guarded one it is the balance."""

    id: int
    account: Account
    folded: Money
    opened_at: datetime


def account(tx: Transaction, account_id: int) -> AccountSeen | None:
    row = tx.maybe(f"{_ACCOUNT} where a.id = %s", (account_id,))
    return _seen(row) if row else None


def own_accounts(tx: Transaction, kinds: Sequence[AccountKind]) -> list[AccountSeen]:
    """Those of these kinds that hold something, by currency."""
    rows = tx.all(
        f"{_ACCOUNT} where a.kind = any(%s) and b.posted_minor <> 0"
        " order by a.currency, a.kind, a.owner limit %s",
        ([str(kind) for kind in kinds], _MOST),
    )
    return [_seen(row) for row in rows]


_ACCOUNT = (
    "select a.id, a.kind, a.owner, a.currency, coalesce(b.posted_minor, 0), a.opened_at"
    " from accounts a left join balances b on b.account_id = a.id"
)


def _seen(row: tuple) -> AccountSeen:  # type: ignore[type-arg]
    id_, kind, owner, currency, folded, opened_at = row
    of = Account(AccountKind(kind), owner, currency)
    return AccountSeen(id_, of, Money(folded, currency), opened_at)


@dataclass(frozen=True, slots=True)
class PostingSeen:
    account_id: int
    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class TransactionSeen:
    """`seal` is the chain's seal that holds it, None while it waits for one."""

    id: int
    reference: str
    kind: str
    at: datetime
    digest: bytes
    seal: int | None
    postings: Sequence[PostingSeen]


def transaction(tx: Transaction, reference: str) -> TransactionSeen | None:
    row = tx.maybe(
        "select t.id, t.reference, t.kind, t.at, t.digest, m.seal_id from ledger_transactions t"
        " left join seal_marks m on m.transaction_id = t.id where t.reference = %s",
        (reference,),
    )
    if row is None:
        return None
    postings = [
        PostingSeen(id_, Account(AccountKind(kind), owner, currency), Money(minor, currency))
        for id_, kind, owner, currency, minor in tx.all(
            "select a.id, a.kind, a.owner, a.currency, p.amount_minor from postings p"
            " join accounts a on a.id = p.account_id where p.transaction_id = %s order by p.id",
            (row[0],),
        )
    ]
    id_, name, kind, at, digest, seal = row
    return TransactionSeen(id_, name, kind, at, bytes(digest), seal, postings)


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A correction and the older transaction it is about; `undoes`: it takes it back."""

    reference: str
    about: str
    undoes: bool
    why: str
    ticket: str


def links_of(tx: Transaction, reference: str) -> list[LinkSeen]:
    """Corrections that this transaction is, or that are about it."""
    rows = tx.all(
        "select reference, about, undoes, why, ticket from ledger_links"
        " where reference = %(sought)s or about = %(sought)s order by ticket",
        {"sought": reference},
    )
    return [LinkSeen(*row) for row in rows]


def last_fold(tx: Transaction) -> datetime | None:
    row = tx.maybe("select at from folds order by id desc limit 1")
    return row[0] if row else None


def unsealed(tx: Transaction, reached: int) -> int:
    """Transactions above the highest sealed one; counted up to 100,000."""
    row = tx.one(
        "select count(*) from (select from ledger_transactions where id > %s limit %s) newer",
        (reached, _COUNTED),
    )
    return int(row[0])


def reached(tx: Transaction) -> int:
    """The highest transaction id in the chain."""
    row = tx.maybe("select reached from seals order by id desc limit 1")
    return int(row[0]) if row else 0


def taken_days(tx: Transaction, most: int) -> list[tuple[object, datetime]]:
    """(day, when) of the trial balances that were taken last."""
    rows = tx.all("select day, taken_at from trial_days order by day desc limit %s", (most,))
    return [(day, at) for day, at in rows]
