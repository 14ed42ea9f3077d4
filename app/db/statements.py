"""Queries on statements: runs of reconciliation, and the lines a provider's statement has."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO

import psycopg2.errors

from app.db.engine import Transaction
from app.ports.statements import StatementLine, StatementUnavailable

NO_FILE = b""
"""The digest of what the provider's API says."""

WORK_MEMORY = "64MB"
"""Of the server, for each sort and hash: a long statement needs more than a sale does."""

_COLUMNS = "kind, external_id, reference, amount_minor, fee_minor, currency, at"


@dataclass(frozen=True, slots=True)
class RunRow:
    id: int
    provider: str
    day: date


def open_run(tx: Transaction, provider: str, day: date, digest: bytes, now: datetime) -> int:
    """The run of this statement: the same file (or the API, for the same day) is the same run."""
    row = tx.one(
        """
        insert into reconciliations (provider, day, digest, tried_at) values (%s, %s, %s, %s)
        on conflict (provider, day, digest) do update set tried_at = excluded.tried_at
        returning id
        """,
        (provider, day, digest, now),
    )
    return int(row[0])


def take_run(
    tx: Transaction, provider: str, day: date, now: datetime, again_after: timedelta
) -> int | None:
    """The run of the API's statement if somebody must do it now: it is new, or it wasn't read and
    was last tried long enough ago. Whoever gets it, nobody else gets it until then."""
    row = tx.maybe(
        """
        insert into reconciliations as r (provider, day, digest, tried_at) values (%s, %s, %s, %s)
        on conflict (provider, day, digest) do update set tried_at = excluded.tried_at
            where r.state <> 'read' and r.tried_at <= %s
        returning id
        """,
        (provider, day, NO_FILE, now, now - again_after),
    )
    return int(row[0]) if row else None


def concluded(tx: Transaction, run_id: int, found: Mapping[str, object]) -> None:
    """Keep what the run found."""
    tx.run(
        "update reconciliations set found = %s::jsonb where id = %s", (json.dumps(found), run_id)
    )


# --- imported files --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run that a worker is to do: of the provider's API, or of `content`, an imported file, which
    is None once it was read."""

    of: RunRow
    by_api: bool
    content: bytes | None


def asked_run(tx: Transaction, run_id: int) -> AskedRun:
    id_, provider, day, by_api, content = tx.one(
        "select r.id, r.provider, r.day, r.digest = '', f.content from reconciliations r"
        " left join statement_files f on f.run_id = r.id where r.id = %s",
        (run_id,),
    )
    return AskedRun(RunRow(id_, provider, day), by_api, None if content is None else bytes(content))


def keep_file(tx: Transaction, run_id: int, content: bytes) -> bool:
    """Keep an imported file until it is read; False when the run has read this very file before."""
    return (
        tx.run(
            "insert into statement_files (run_id, content)"
            " select id, %s from reconciliations where id = %s and state <> 'read'"
            " on conflict (run_id) do update set content = excluded.content",
            (content, run_id),
        )
        == 1
    )


def drop_file(tx: Transaction, run_id: int) -> None:
    tx.run("delete from statement_files where run_id = %s", (run_id,))


def take_unread_files(tx: Transaction, now: datetime, again_after: timedelta) -> list[int]:
    """Runs of imported files that nobody has read for so long; whoever gets one, nobody else does
    until then."""
    rows = tx.all(
        "update reconciliations r set tried_at = %s from statement_files f"
        " where f.run_id = r.id and r.tried_at <= %s returning r.id",
        (now, now - again_after),
    )
    return [int(row[0]) for row in rows]


# --- reading ---------------------------------------------------------------------------------


def failed(tx: Transaction, run_id: int, reason: str) -> None:
    """It can't be read (now); a statement of that day that was read before still stands."""
    tx.run(
        "update reconciliations set reason = %s,"
        " state = case state when 'read' then 'read' else 'failed' end where id = %s",
        (reason, run_id),
    )


def write_lines(lines: Iterable[StatementLine], out: IO[str]) -> None:
    """Lines in the form that `replace_lines` takes. One at a time: a statement may be long."""
    for line in lines:
        out.write(
            f"{line.kind}\t{_text(line.external_id)}\t{_text(line.reference)}"
            f"\t{line.amount.amount_minor}\t{line.fee.amount_minor}\t{line.amount.currency}"
            f"\t{line.at.isoformat()}\n"
        )


def _text(value: str) -> str:
    if not value.isprintable():
        raise StatementUnavailable(f"{value[:40]!r} is no id or reference")
    return value.replace("\\", "\\\\") if "\\" in value else value


def replace_lines(tx: Transaction, of: RunRow, lines: IO[str], now: datetime) -> None:
    """What the provider says of that day is this, and nothing else. A line that is there twice is
    counted once; raises StatementUnavailable when its copies differ."""
    tx.run("set local statement_timeout = 0")
    tx.run(f"set local work_mem = '{WORK_MEMORY}'")
    tx.run("select pg_advisory_xact_lock(hashtext('reconcile ' || %s))", (of.provider,))
    tx.run(
        f"create temp table said on commit drop as"  # noqa: S608 - our own columns
        f" select {_COLUMNS} from statement_lines limit 0"
    )
    tx.copy(f"copy said ({_COLUMNS}) from stdin", lines)
    tx.run("delete from statement_lines where provider = %s and day = %s", (of.provider, of.day))
    count = tx.one("select count(*) from said")[0]
    try:
        added = tx.run(
            f"insert into statement_lines (provider, day, {_COLUMNS})"  # noqa: S608 - our own columns
            f" select distinct %s, %s::date, {_COLUMNS} from said",
            (of.provider, of.day),
        )
    except psycopg2.errors.UniqueViolation as error:
        # PostgreSQL's detail: Key (columns)=(values) already exists.
        which = (
            (error.diag.message_detail or "").rpartition("=")[2].removesuffix(" already exists.")
        )
        raise StatementUnavailable(
            f"a line is there twice, with different content: {which}"
        ) from None
    tx.run(
        "update reconciliations set state = 'read', reason = '', read_at = %s, lines = %s,"
        " duplicates = %s where id = %s",
        (now, added, count - added, of.id),
    )


def unknown_payments(
    tx: Transaction, provider: str, day: date, limit: int
) -> list[tuple[str, str]]:
    """(external id, reference) of payments in the day's statement that we have no top-up for."""
    tx.run("set local statement_timeout = 0")
    rows = tx.all(
        """
        select l.external_id, l.reference from statement_lines l
        where l.provider = %s and l.day = %s and l.kind = 'payment' and not exists (
            select from topups t
            where t.provider = l.provider and t.external_id = l.external_id)
        order by l.at, l.external_id limit %s
        """,
        (provider, day, limit),
    )
    return [(str(external_id), str(reference)) for external_id, reference in rows]
