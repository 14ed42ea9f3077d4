"""Queries on accounts to pay into. Number and holder are encrypted, and the number is found by a
blind index; rows from before migration 0039 may still be plain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class SealedAccount:
    """An account that is encrypted for its row; `id` comes from `new_id`."""

    id: int
    provider: str
    bank: str
    number_ciphertext: str
    number_index: bytes
    name_ciphertext: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """As it is stored: either the plain pair or the encrypted one."""

    id: int
    provider: str
    bank: str
    number: str | None
    name: str | None
    number_ciphertext: str | None
    name_ciphertext: str | None


_COLUMNS = "v.id, v.provider, v.bank, v.number, v.name, v.number_ciphertext, v.name_ciphertext"


def new_id(tx: Transaction) -> int:
    return int(tx.one("select nextval(pg_get_serial_sequence('virtual_accounts', 'id'))")[0])


def one_number_at_a_time(tx: Transaction, provider: str, index: bytes) -> None:
    """Who gets a number wait for each other until the commit: a unique index can't compare what is
    indexed under two keys."""
    tx.run(
        "select pg_advisory_xact_lock(hashtextextended('account:' || %s || encode(%s, 'hex'), 0))",
        (provider, index),
    )


def add(tx: Transaction, subscriber_id: int, account: SealedAccount, now: datetime) -> None:
    tx.run(
        """
        insert into virtual_accounts (id, provider, subscriber_id, bank, number_ciphertext,
                                      number_index, name_ciphertext, opened_at)
        overriding system value values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            account.id, account.provider, subscriber_id, account.bank, account.number_ciphertext,
            account.number_index, account.name_ciphertext, now,
        ),
    )  # fmt: skip


def first_of(tx: Transaction, msisdn: Msisdn, providers: Iterable[str]) -> AccountRow | None:
    """The subscriber's first account at one of these providers."""
    row = tx.maybe(
        f"select {_COLUMNS} from virtual_accounts v join subscribers s on s.id = v.subscriber_id"  # noqa: S608 - our own names
        " where s.msisdn = %s and v.provider = any(%s) order by v.opened_at, v.id limit 1",
        (msisdn, list(providers)),
    )
    return AccountRow(*row) if row else None


def all_of(tx: Transaction, subscriber_id: int, providers: Iterable[str]) -> list[AccountRow]:
    """Every account at these providers that pays into the subscriber's wallet, the oldest first."""
    rows = tx.all(
        f"select {_COLUMNS} from virtual_accounts v where v.subscriber_id = %s"  # noqa: S608 - our own names
        " and v.provider = any(%s) order by v.opened_at, v.id",
        (subscriber_id, list(providers)),
    )
    return [AccountRow(*row) for row in rows]


def find(tx: Transaction, account_id: int) -> AccountRow | None:
    row = tx.maybe(
        f"select {_COLUMNS} from virtual_accounts v where v.id = %s",  # noqa: S608 - our own names
        (account_id,),
    )
    return AccountRow(*row) if row else None


def owner(
    tx: Transaction, provider: str, number: str, indexes: Sequence[bytes]
) -> Msisdn | None:  # fmt: skip
    """Whose account it is; `indexes` are the number's, under each key."""
    row = tx.maybe(
        "select s.msisdn from virtual_accounts v join subscribers s on s.id = v.subscriber_id"
        " where v.provider = %s and (v.number_index = any(%s) or v.number = %s)",
        (provider, list(indexes), number),
    )
    return Msisdn(row[0]) if row else None


def not_under(tx: Transaction, prefix: str, after_id: int, limit: int) -> list[AccountRow]:
    """Those that are plain or under another key, by id."""
    rows = tx.all(
        f"select {_COLUMNS} from virtual_accounts v where v.id > %s"  # noqa: S608 - our own names
        " and (v.number is not null or not starts_with(v.number_ciphertext, %s))"
        " order by v.id limit %s",
        (after_id, prefix, limit),
    )
    return [AccountRow(*row) for row in rows]


def renew(tx: Transaction, account: SealedAccount) -> None:
    """The same account, stored so from now on, and plain no more."""
    tx.run(
        "update virtual_accounts set number = null, name = null, number_ciphertext = %s,"
        " number_index = %s, name_ciphertext = %s where id = %s",
        (
            account.number_ciphertext, account.number_index, account.name_ciphertext, account.id
        ),
    )  # fmt: skip
