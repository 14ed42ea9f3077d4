"""What each transaction says, and the hash chain over all of them, read once from end to end.

The content of a seal is put together here, not by the database's own function, so that nobody can
have a changed ledger agree by changing that function.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.db.differences import Tell, at_most
from app.db.engine import Row, Transaction

_AT_ONCE = 20_000
_TOLD_EVERY_SECONDS = 10

_SEALED = "select seal_id, position, transaction_id from seal_marks where seal_id between %s and %s"
_UNSEALED = """
select 0 as seal_id, (row_number() over (order by u.id))::integer as position,
       u.id as transaction_id
from (select t.id from ledger_transactions t
      where t.id > %s and not exists (select from seal_marks m where m.transaction_id = t.id
                                      and m.transaction_id > %s)
      order by t.id limit %s) u
"""

_CONTENT = """
with taken as ({source})
select k.seal_id, count(t.id), max(t.id), min(t.at), max(t.at),
       count(*) filter (where t.at < now() - interval '1 hour'),
       convert_to(string_agg(
           t.reference || E'\\n' || t.kind || E'\\n'
           || to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
           || E'\\n' || p.lines || E'\\n\\n', '' order by k.position), 'UTF8'),
       array_agg(k.transaction_id) filter (where p.total is distinct from 0 or p.mixed or p.strange
           or strpos(t.reference || t.kind, E'\\n') > 0
           or t.digest <> sha256(convert_to(t.kind || E'\\n' || p.lines, 'UTF8')))
from taken k left join ledger_transactions t on t.id = k.transaction_id
cross join lateral (
    select string_agg(concat(a.kind, '/', a.owner, '/', a.currency, ' ', p.amount_minor), E'\\n'
                      order by p.id) as lines,
           sum(p.amount_minor) as total, min(p.currency) <> max(p.currency) as mixed,
           bool_or(a.currency is distinct from p.currency) as strange
    from postings p left join accounts a on a.id = p.account_id
    where p.transaction_id = t.id
) p
group by k.seal_id order by k.seal_id
"""
"""One row a seal. The last column lists what is wrong or may be: FLAWS says which and why."""

_FLAWS = {
    "a transaction doesn't sum to zero": """
        select format('%%s: %%s %%s', t.reference, sum(p.amount_minor), p.currency)
        from postings p join ledger_transactions t on t.id = p.transaction_id
        where t.id = any(%s) group by t.reference, p.currency having sum(p.amount_minor) <> 0
    """,
    "a transaction has no postings": """
        select t.reference from ledger_transactions t where t.id = any(%s)
        and not exists (select from postings p where p.transaction_id = t.id)
    """,
    "a posting has no transaction or no account of its currency": """
        select format('posting %%s', p.id) from postings p
        left join accounts a on a.id = p.account_id and a.currency = p.currency
        where p.transaction_id = any(%s) and a.id is null
    """,
    "a transaction's content isn't what its digest says": """
        select t.reference from ledger_transactions t
        join postings p on p.transaction_id = t.id join accounts a on a.id = p.account_id
        where t.id = any(%s)
        group by t.id having t.digest <> sha256(convert_to(t.kind || E'\\n' || string_agg(
            format('%%s/%%s/%%s %%s', a.kind, a.owner, a.currency, p.amount_minor), E'\\n'
            order by p.id), 'UTF8'))
    """,
    "a transaction has a line break in its name": """
        select t.reference from ledger_transactions t
        where t.id = any(%s) and strpos(t.reference || t.kind, E'\\n') > 0
    """,
}


@dataclass(frozen=True, slots=True)
class _Seal:
    id: int
    previous: bytes
    digest: bytes
    transactions: int
    total: int
    reached: int
    first_at: datetime
    last_at: datetime


_NO_TIME = datetime.fromtimestamp(0, UTC)
_BEGINNING = _Seal(0, b"", b"\0" * 32, 0, 0, 0, _NO_TIME, _NO_TIME)
"""What the first seal follows."""


def differences(tx: Transaction, tell: Tell) -> list[str]:
    """Every transaction that can't be right by itself, and every seal that doesn't hold."""
    found = [*_sealed(tx, tell), *_unsealed(tx, tell)]
    tell(f"{len(found)} found in the hash chain and the transactions' own content")
    return at_most("the hash chain", found)


def _sealed(tx: Transaction, tell: Tell) -> Iterator[str]:
    before = _BEGINNING
    told = time.monotonic()
    for seals in _batches(tx):
        rows = tx.all(_CONTENT.format(source=_SEALED), (seals[0].id, seals[-1].id))
        contents = {row[0]: row for row in rows}
        for seal in seals:
            yield from _link(before, seal)
            yield from _holds(before, seal, contents.get(seal.id))
            before = seal
        yield from _flaws(tx, rows)
        if time.monotonic() - told > _TOLD_EVERY_SECONDS:
            told = time.monotonic()
            tell(f"{before.total:,} transactions of the hash chain read")
    marks = tx.one("select count(*) from seal_marks")[0]
    if marks != before.total:
        yield f"the hash chain has {before.total} transactions, {marks} are marked as sealed"
    tell(f"{before.total:,} transactions of the hash chain read: all")


def _batches(tx: Transaction) -> Iterator[list[_Seal]]:
    """Neighbouring seals, together of about as many transactions as are looked at at once."""
    batch: list[_Seal] = []
    for id_, previous, digest, *rest in tx.stream(
        "select id, previous, digest, transactions, total, reached, first_at, last_at"
        " from seals order by id"
    ):
        batch.append(_Seal(id_, bytes(previous), bytes(digest), *rest))
        if sum(seal.transactions for seal in batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _link(before: _Seal, seal: _Seal) -> Iterator[str]:
    if seal.id != before.id + 1:
        yield f"the hash chain: seals {before.id + 1} to {seal.id - 1} are gone"
    if seal.previous != before.digest:
        yield f"the hash chain: seal {seal.id} doesn't follow the one before it"
    if seal.total != before.total + seal.transactions:
        yield f"the hash chain: seal {seal.id} says that {seal.total} are in the chain"


def _holds(before: _Seal, seal: _Seal, content: Row | None) -> Iterator[str]:
    _, count, highest, first_at, last_at, _, text, _ = content or (0, 0, 0, None, None, 0, None, 0)
    if count != seal.transactions:
        yield (f"the hash chain: seal {seal.id} took {seal.transactions} transactions,"
               f" {count} are there")  # fmt: skip
    if hashlib.sha256(seal.previous + bytes(text or b"")).digest() != seal.digest:
        yield (f"the hash chain: transactions of seal {seal.id} ({seal.first_at} to"
               f" {seal.last_at}) aren't what was sealed")  # fmt: skip
    elif (first_at, last_at) != (seal.first_at, seal.last_at) or seal.reached != max(
        before.reached, highest
    ):
        yield f"the hash chain: seal {seal.id} says other times or ids than its transactions"


def _unsealed(tx: Transaction, tell: Tell) -> Iterator[str]:
    """The same for what no seal has taken yet; sealing takes minutes, not an hour."""
    after, count, late = 0, 0, 0
    while True:
        row = tx.maybe(_CONTENT.format(source=_UNSEALED), (after, after, _AT_ONCE))
        if row is None:
            break
        count, after, late = count + row[1], row[2], late + row[5]
        yield from _flaws(tx, [row])
    tell(f"{count:,} transactions not sealed yet")
    if late:
        yield f"the hash chain: {late} transactions are older than an hour and not sealed"


def _flaws(tx: Transaction, rows: list[Row]) -> Iterator[str]:
    suspects = [id_ for row in rows for id_ in row[-1] or ()]
    if suspects:
        for flaw, sql in _FLAWS.items():
            for (what,) in tx.all(sql, (suspects,)):
                yield f"{flaw}: {what}"
