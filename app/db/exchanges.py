"""Queries on exchanges with vendors. Their bodies are encrypted, or plain in rows from before
migration 0039; no money depends on any of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Row, Transaction
from app.ports.exchanges import Exchange


def new_ids(tx: Transaction, count: int) -> list[int]:
    rows = tx.all(
        "select nextval(pg_get_serial_sequence('exchanges', 'id')) from generate_series(1, %s)",
        (count,),
    )
    return [int(row[0]) for row in rows]


def add(tx: Transaction, sealed: Sequence[tuple[int, Exchange, str]]) -> None:
    """Each with its id from `new_ids` and its bodies as they are stored there."""
    tx.insert_many(
        "insert into exchanges (id, peer, subject, method, path, status, fault, started_at,"
        " duration_ms, bodies_ciphertext) overriding system value values %s",
        [
            (
                id_, e.peer, e.subject, e.method, e.path, e.status, e.fault, e.started_at,
                e.duration_ms, bodies,
            )
            for id_, e, bodies in sealed
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One request to a vendor and its answer, as it is stored: bodies are either plain or one
    ciphertext. `asked` is method and path."""

    id: int
    started_at: datetime
    peer: str
    asked: str
    request_body: str | None
    status: int | None
    response_body: str | None
    fault: str
    duration_ms: int
    ciphertext: str | None


_COLUMNS = (
    "id, started_at, peer, method || ' ' || path, request_body, status, response_body, fault,"
    " duration_ms, bodies_ciphertext"
)


def about(tx: Transaction, subjects: list[str]) -> list[ExchangeRow]:
    """Those about any of these, oldest first."""
    rows = tx.all(
        f"select {_COLUMNS} from exchanges where subject = any(%s) order by id",  # noqa: S608 - our own names
        (subjects,),
    )
    return [ExchangeRow(*row) for row in rows]


def plain(tx: Transaction, _: str, after_id: int, limit: int) -> list[ExchangeRow]:
    """Those that were never encrypted, by id."""
    return _found(tx, "request_body is not null", (after_id, limit))


def not_under(tx: Transaction, prefix: str, after_id: int, limit: int) -> list[ExchangeRow]:
    """Those that are under another key, by id."""
    return _found(tx, "not starts_with(bodies_ciphertext, %s)", (prefix, after_id, limit))


def _found(tx: Transaction, which: str, params: Row) -> list[ExchangeRow]:
    rows = tx.all(
        f"select {_COLUMNS} from exchanges where {which} and id > %s order by id limit %s",  # noqa: S608 - our own words
        params,
    )
    return [ExchangeRow(*row) for row in rows]


def renew(tx: Transaction, exchange_id: int, ciphertext: str) -> None:
    """Its bodies are stored so from now on, and plain no more."""
    tx.run(
        "update exchanges set request_body = null, response_body = null, bodies_ciphertext = %s"
        " where id = %s",
        (ciphertext, exchange_id),
    )
