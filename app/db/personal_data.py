"""What is held about one subscriber, read and erased by the list in app.domain.personal_data.

Names of tables and columns come from that list, never from anybody's input.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.db.engine import Transaction
from app.domain.personal_data import HELD, Erasure, Held, Key, Whose, pseudonym

_VALUES = {
    Whose.ID: "= %(id)s",
    Whose.NAME: "= any(%(names)s)",
    Whose.NUMBER: "= %(msisdn)s",
    Whose.HOP_INDEX: "= any(%(hop_indexes)s)",
}
_ALSO = {"audit": " and t.at >= %(registered_at)s"}
"""Entries about whoever had the number before."""
_EMPTY = {
    ("mt_sms", "params"): "'{}'",
    ("topups", "account_number"): "''",
    ("topups", "account_ciphertext"): "null",
}
"""Where null or an empty text may not stand; one of the two of a top-up is always there."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data: what stands in the keys of tables."""

    id: int
    msisdn: str
    registered_at: Any
    hop_indexes: Sequence[bytes] = ()

    @property
    def params(self) -> dict[str, Any]:
        return {
            "id": self.id, "msisdn": self.msisdn, "registered_at": self.registered_at,
            "names": [str(self.id), f"s{self.id}", f"subscriber:{self.id}"],
            "hop_indexes": list(self.hop_indexes), "pseudonym": pseudonym(self.id),
        }  # fmt: skip


_WHO = "select id, msisdn, registered_at from subscribers"


def find(tx: Transaction, subscriber_id: int) -> Person | None:
    row = tx.maybe(f"{_WHO} where id = %s", (subscriber_id,))
    return Person(*row) if row else None


def find_by_number(tx: Transaction, msisdn: str) -> Person | None:
    row = tx.maybe(f"{_WHO} where msisdn = %s", (msisdn,))
    return Person(*row) if row else None


def tables() -> list[str]:
    """Those in which a subscriber's rows can be found, in the list's order."""
    return list(dict.fromkeys(one.table for one in HELD if one.key))


def rows(tx: Transaction, table: str, person: Person) -> Iterator[dict[str, Any]]:
    """Every row of theirs, by column."""
    keys = dict.fromkeys(one.key for one in HELD if one.table == table and one.key)
    where = " or ".join(f"({_where(key)})" for key in keys)
    found = tx.stream(
        f"select to_jsonb(t) from {table} t where ({where}){_ALSO.get(table, '')}",  # noqa: S608
        person.params,
    )
    return (dict(row[0]) for row in found)


def erase(tx: Transaction, person: Person) -> dict[str, int]:
    """Do what the list says, in its order; how many rows of which table were deleted or changed."""
    tx.run("set local statement_timeout = 0")
    touched: dict[str, int] = {}
    for one in HELD:
        if one.key is None or one.erasure is Erasure.KEEP:
            continue
        changed = tx.run(_statement(tx, one, one.key), person.params)
        if changed:
            touched[one.table] = touched.get(one.table, 0) + changed
    return touched


def forget_exports(tx: Transaction) -> int:
    """Delete the files that hold whole numbers: anybody's may be among them."""
    return tx.run(
        "delete from export_pieces where export_id in (select id from exports where unmasked)"
    )


def _statement(tx: Transaction, one: Held, key: Key) -> str:
    where = _where(key)
    if one.erasure is Erasure.DELETE:
        return f"delete from {one.table} t where {where}"  # noqa: S608 - our own names
    change = _blank if one.erasure is Erasure.BLANK else _replaced
    columns = sorted(one.columns)
    changes = ", ".join(f"{column} = {change(tx, one.table, column)}" for column in columns)
    narrow = (
        f" and ({' or '.join(f'strpos({column}::text, %(msisdn)s) > 0' for column in columns)})"
        if one.erasure is Erasure.PSEUDONYM
        else ""
    )
    return f"update {one.table} t set {changes} where {where}{narrow}"  # noqa: S608 - our own names


def _where(key: Key) -> str:
    if not key.table:
        column = key.column if "(" in key.column or "-" in key.column else f"t.{key.column}"
        return f"{column} {_VALUES[key.whose]}"
    # A reference is text here and char(6) there.
    text = "::text" if key.there == "reference" else ""
    return (
        f"t.{key.column} in (select h.{key.there}{text} from {key.table} h"  # noqa: S608
        f" where h.{key.inner} {_VALUES[key.whose]})"
    )


def _replaced(tx: Transaction, table: str, column: str) -> str:
    return (
        f"replace({column}::text, %(msisdn)s, %(pseudonym)s)"
        f"{'::jsonb' if _type(tx, table, column)[0] == 'jsonb' else ''}"
    )


def _blank(tx: Transaction, table: str, column: str) -> str:
    if (table, column) in _EMPTY:
        return _EMPTY[table, column]
    return "null" if _type(tx, table, column)[1] else "''"


def _type(tx: Transaction, table: str, column: str) -> tuple[str, bool]:
    name, nullable = tx.one(
        "select data_type, is_nullable = 'YES' from information_schema.columns"
        " where table_schema = 'public' and table_name = %s and column_name = %s",
        (table, column),
    )
    return str(name), bool(nullable)
