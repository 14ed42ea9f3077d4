"""The whole ledger in the order in which it was written, a batch at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.ledger import Account, AccountKind
from app.domain.money import Money

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class WrittenTransaction:
    """One transaction with its postings as they stand in the ledger."""

    reference: str
    kind: str
    at: datetime
    postings: tuple[tuple[Account, Money], ...]


def currencies(tx: Transaction) -> list[str]:
    """Every currency an account is in."""
    return [row[0] for row in tx.all("select distinct currency from accounts order by currency")]


def accounts(tx: Transaction) -> Iterator[tuple[Account, Money]]:
    """Every account with the balance that is stored for it (folded, and what is not yet)."""
    rows = tx.stream(
        """
        select a.kind, a.owner, a.currency, coalesce(b.posted_minor, 0) + coalesce(u.minor, 0)
        from accounts a left join balances b on b.account_id = a.id
        left join (
            select p.account_id, sum(p.amount_minor) as minor from posting_marks m
            join postings p on p.transaction_id = m.transaction_id and p.id = m.posting_id
            where m.fold_id is null group by p.account_id
        ) u on u.account_id = a.id and not a.guarded
        order by a.id
        """
    )
    for kind, owner, currency, minor in rows:
        yield Account(AccountKind(kind), owner, currency), Money(int(minor), currency)


def transactions(tx: Transaction) -> Iterator[WrittenTransaction]:
    """Every transaction, oldest first; a batch of them is held in memory."""
    last = 0
    while True:
        rows = tx.all(
            """
            select t.id, t.reference, t.kind, t.at, array_agg(a.kind order by p.id),
                   array_agg(a.owner order by p.id), array_agg(a.currency::text order by p.id),
                   array_agg(p.amount_minor order by p.id)
            from (select * from ledger_transactions where id > %s order by id limit %s) t
            join postings p on p.transaction_id = t.id join accounts a on a.id = p.account_id
            group by t.id, t.reference, t.kind, t.at order by t.id
            """,
            (last, _AT_ONCE),
        )
        if not rows:
            return
        last = rows[-1][0]
        for _, reference, kind, at, kinds, owners, currencies, amounts in rows:
            postings = tuple(
                (Account(AccountKind(k), owner, currency), Money(amount, currency))
                for k, owner, currency, amount in zip(
                    kinds, owners, currencies, amounts, strict=True
                )
            )
            yield WrittenTransaction(reference, kind, at, postings)
