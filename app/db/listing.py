"""Lists as data: what columns and filters a list has, and how a page of it is read.

Newest first, by keyset on (time, id): the tenth thousandth page costs what the first does, and rows
that come meanwhile shift nothing. All SQL here is a specification's; what people type are values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.roles import Right

_PATIENCE = "set local statement_timeout = '10s'"


class Kind(StrEnum):
    """How a cell is shown. `MIXED` is text in which phone numbers may stand."""

    TEXT = "text"
    MIXED = "mixed"
    NUMBER = "number"
    MONEY = "money"
    WHEN = "when"
    STATE = "state"
    MSISDN = "msisdn"


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` gives the cell; of money the minor units, and `currency` gives its currency. `chosen`:
    shown unless columns are chosen."""

    name: str
    label: str
    kind: Kind
    sql: str
    currency: str = ""
    chosen: bool = True


class Asks(StrEnum):
    """What is typed into a filter."""

    WORD = "word"
    TEXT = "text"
    MSISDN = "msisdn"
    FROM_DAY = "from_day"
    TO_DAY = "to_day"


@dataclass(frozen=True, slots=True)
class Filter:
    """`sql` is a condition with one %s; `words` are what a WORD may be. `indexed`: an index finds
    its rows, however few they are, unless the word is one of the `common`."""

    name: str
    label: str
    asks: Asks
    sql: str
    words: tuple[str, ...] = ()
    indexed: bool = False
    common: tuple[str, ...] = ()

    def finds(self, word: str) -> bool:
        """Are the rows with this word found without looking at all others?"""
        return self.indexed and word not in self.common


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list. `rows` names what its rows are, `source` is what stands behind `from`; `at` and `id`
    are its order, or with `by_id` the id alone, where only that is indexed and newer rows have
    higher ones. They are columns of `table`, which is named where the list grows without end: a
    page of it looks through so many rows at most. `scope` is a condition with one %s for lists that
    are somebody's: they can't be read without saying whose. `empty` says how rows would get here.
    """

    name: str
    title: str
    rows: str
    right: Right
    source: str
    at: str
    id: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    scope: str = ""
    empty: str = ""
    by_id: bool = False
    table: str = ""


Condition = tuple[str, object]
"""SQL with one %s, and its value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: `before` or after the row of this time and id."""

    at: datetime
    id: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `cells` by the name of the column: Money, datetime, Msisdn, int, str or None."""

    at: datetime
    id: int
    cells: Mapping[str, Any]


def read(
    tx: Transaction, spec: ListSpec, columns: Sequence[Column], conditions: Sequence[Condition],
    place: Place | None, most: int, until: Place | None = None,
) -> list[Row]:  # fmt: skip
    """Up to `most` rows beside `place`, the newest first; none beyond the row at `until`."""
    backwards = place is not None and place.before
    conditions = [*conditions, *_beside(spec, place)]
    if until is not None:
        conditions.append(_compared(spec, "<=" if backwards else ">=", until))
    sql, params = _query(spec, columns, conditions, "asc" if backwards else "desc")
    tx.run(_PATIENCE)
    rows = [_row(columns, raw) for raw in tx.all(f"{sql} limit %s", [*params, most])]
    return rows[::-1] if backwards else rows


def reach(
    tx: Transaction, spec: ListSpec, among: Sequence[Condition], place: Place | None, most: int
) -> Place | None:
    """The row at which `most` rows of the list's table have been looked through from `place` on;
    None when its end is nearer. `among`: conditions that its order's index knows."""
    backwards = place is not None and place.before
    where, params = _where([*among, *_beside(spec, place)])
    at = "to_timestamp(0)" if spec.by_id else spec.at
    tx.run(_PATIENCE)
    row = tx.maybe(
        f"select {at}, {spec.id} from {spec.table} where {where}"  # noqa: S608 - a spec's own
        f" order by {_order(spec, 'asc' if backwards else 'desc')} offset %s limit 1",
        [*params, most - 1],
    )
    return Place(row[0], row[1], before=backwards) if row else None


def stream(
    tx: Transaction, spec: ListSpec, columns: Sequence[Column], conditions: Sequence[Condition]
) -> Iterator[Row]:
    """Every row, some at a time in memory."""
    sql, params = _query(spec, columns, conditions, "desc")
    tx.run(_PATIENCE)
    for raw in tx.stream(sql, params):
        yield _row(columns, raw)


def _beside(spec: ListSpec, place: Place | None) -> list[Condition]:
    """Rows older than `place`, or newer."""
    return [] if place is None else [_compared(spec, ">" if place.before else "<", place)]


def _compared(spec: ListSpec, sign: str, with_: Place) -> Condition:
    """Rows on one side of a place. PostgreSQL can't guess how many that are from two columns
    compared at once, so the time is compared by itself as well."""
    if spec.by_id:
        return f"{spec.id} {sign} %s", with_.id
    return (
        f"({spec.at}, {spec.id}) {sign} (%s, %s) and {spec.at} {sign[0]}= %s",
        (with_.at, with_.id, with_.at),
    )


def _where(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    params: list[object] = []
    for _, value in conditions:
        params += value if isinstance(value, tuple) else [value]
    return " and ".join(f"({sql})" for sql, _ in conditions) or "true", params


def _query(
    spec: ListSpec, columns: Sequence[Column], conditions: Sequence[Condition], order: str
) -> tuple[str, list[object]]:
    cells = [spec.at, spec.id]
    for column in columns:
        cells += [column.sql, column.currency] if column.currency else [column.sql]
    where, params = _where(conditions)
    sql = (
        f"select {', '.join(cells)} from {spec.source} where {where}"  # noqa: S608 - a spec's own
        f" order by {_order(spec, order)}"
    )
    return sql, params


def _order(spec: ListSpec, way: str) -> str:
    keys = (spec.id,) if spec.by_id else (spec.at, spec.id)
    return ", ".join(f"{key} {way}" for key in keys)


def _row(columns: Sequence[Column], raw: Sequence[Any]) -> Row:
    at, id_, *rest = raw
    given = iter(rest)
    cells: dict[str, Any] = {}
    for column in columns:
        value = next(given)
        if column.currency:
            currency = next(given)
            value = None if value is None else Money(value, currency)
        elif column.kind is Kind.MSISDN:
            value = Msisdn(value) if value else None
        cells[column.name] = value
    return Row(at, id_, cells)
