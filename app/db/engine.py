"""The way to PostgreSQL: a pool, single statements, and transactions owned by services.

Hot paths are one statement in autocommit (one round trip); everything else is a transaction that
its service opens and closes. Leaf functions take a Transaction and never commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import IO, Any

import psycopg2
from psycopg2.extras import execute_values, register_default_jsonb
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db.errors import DAILY_LIMIT, REFUSALS, AnswerLost, DailyLimit, DatabaseUnavailable

Params = Sequence[object] | Mapping[str, object]
Row = tuple[Any, ...]
_streams = count(1)


class Transaction:
    """One open transaction (or one autocommit statement) on one connection."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def all(self, sql: str, params: Params = ()) -> list[Row]:
        """Every row of a query."""
        self._cursor.execute(sql, params or None)
        return list(self._cursor.fetchall())

    def maybe(self, sql: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        self._cursor.execute(sql, params or None)
        row: Row | None = self._cursor.fetchone()
        return row

    def one(self, sql: str, params: Params = ()) -> Row:
        """The row of a query that always has one."""
        row = self.maybe(sql, params)
        if row is None:
            raise LookupError(sql.split("\n", 1)[0])
        return row

    def run(self, sql: str, params: Params = ()) -> int:
        """Execute a statement; the number of rows it touched."""
        self._cursor.execute(sql, params or None)
        count: int = self._cursor.rowcount
        return count

    def stream(self, sql: str, params: Params = (), batch: int = 2_000) -> Iterator[Row]:
        """The rows of a query of any length, `batch` of them in memory; other queries of the
        transaction may run in between."""
        with self._cursor.connection.cursor(name=f"stream_{next(_streams)}") as cursor:
            cursor.itersize = batch
            cursor.execute(sql, params or None)
            yield from cursor

    def copy(self, sql: str, lines: IO[str]) -> None:
        """`copy ... from stdin` of a file, a piece at a time."""
        self._cursor.copy_expert(sql, lines)

    def insert_many(self, sql: str, rows: Sequence[Row]) -> None:
        """One insert of many rows; `sql` has a single `values %s`."""
        execute_values(self._cursor, sql, rows)


class Database:
    """A pool of connections to one PostgreSQL.

    Raises DatabaseUnavailable when it can't be reached in two seconds or no connection is free
    for `wait_seconds`, AnswerLost when it went away in the middle or a statement took longer than
    `statement_seconds`, and the domain's own errors where it refused (see REFUSALS).
    """

    def __init__(
        self, url: str, *, pool_size: int = 8, wait_seconds: float = 2,
        statement_seconds: float = 15, application: str = "nexustop",
    ) -> None:  # fmt: skip
        milliseconds = int(statement_seconds * 1000)
        self._engine = create_engine(
            _psycopg2_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=wait_seconds,
            use_native_hstore=False,  # asks each new connection about a type that isn't used here
            connect_args={
                "connect_timeout": 2,
                "application_name": application,
                "options": f"-c statement_timeout={milliseconds} -c timezone=UTC"
                f" -c lock_timeout={milliseconds * 3 // 4}",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything inside commits together, or nothing does."""
        with self._cursor(autocommit=False) as (connection, cursor):
            yield Transaction(cursor)
            connection.commit()

    @contextmanager
    def statement(self) -> Iterator[Transaction]:
        """Each statement commits by itself: one round trip for one statement."""
        with self._cursor(autocommit=True) as (_, cursor):
            yield Transaction(cursor)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    @contextmanager
    def _cursor(self, *, autocommit: bool) -> Iterator[tuple[Any, Any]]:
        try:
            pooled = self._engine.raw_connection()
        except (DBAPIError, psycopg2.Error, PoolTimeout) as error:
            raise DatabaseUnavailable from error
        connection: Any = pooled.driver_connection
        try:
            connection.autocommit = autocommit
            with connection.cursor() as cursor:
                yield connection, cursor
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            pooled.invalidate()
            raise AnswerLost from error
        except psycopg2.Error as error:
            raise _refusal(error) or error from error
        finally:
            _give_back(pooled)


def _give_back(pooled: Any) -> None:
    if pooled.is_valid:
        connection = pooled.driver_connection
        if not connection.closed and not connection.autocommit:
            connection.rollback()
    pooled.close()


def _refusal(error: psycopg2.Error) -> Exception | None:
    state = error.pgcode or ""
    if state == DAILY_LIMIT:
        return DailyLimit(int(error.diag.message_detail or 0))
    kind = REFUSALS.get(state) or REFUSALS.get(error.diag.constraint_name or "")
    return kind() if kind else None


def _psycopg2_url(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg2://{rest}" if scheme in {"postgres", "postgresql"} else url


register_default_jsonb(globally=True)
