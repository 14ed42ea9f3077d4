"""Exports: who took which rows of which list, and the file while it is kept."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.db.engine import Transaction

Format = Literal["csv", "xlsx"]
State = Literal["waiting", "running", "done", "failed", "cut"]


@dataclass(frozen=True, slots=True)
class NewExport:
    """`asked` is the list's address, as a mapping; `within` says whose rows, where the list is
    somebody's."""

    reference: str
    list: str
    format: Format
    person: str
    zone: str
    within: int | None
    asked: Mapping[str, str]
    unmasked: bool
    state: State
    asked_at: datetime
    due_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as it stands."""

    id: int
    reference: str
    list: str
    format: Format
    person: str
    zone: str
    within: int | None
    asked: Mapping[str, str]
    unmasked: bool
    state: State
    rows: int
    asked_at: datetime
    ended_at: datetime | None
    expires_at: datetime


_ROW = """
select id, reference, list, format, person, zone, within, asked, unmasked, state, rows, asked_at,
       ended_at, expires_at from exports
"""


def add(tx: Transaction, new: NewExport) -> int:
    """Its id."""
    row = tx.one(
        "insert into exports (reference, list, format, person, zone, within, asked, unmasked,"
        " state, asked_at, due_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s) returning id",
        (
            new.reference, new.list, new.format, new.person, new.zone, new.within,
            json.dumps(dict(new.asked)), new.unmasked, new.state, new.asked_at, new.due_at,
            new.expires_at,
        ),
    )  # fmt: skip
    return int(row[0])


def of_person(tx: Transaction, person: str, reference: str) -> ExportRow | None:
    """This person's export with the reference; another's is None."""
    row = tx.maybe(f"{_ROW} where reference = %s and person = %s", (reference, person))
    return ExportRow(*row) if row else None


def latest_of(tx: Transaction, person: str, limit: int) -> list[ExportRow]:
    """This person's latest, newest first."""
    rows = tx.all(
        f"{_ROW} where person = %s order by asked_at desc, id desc limit %s", (person, limit)
    )
    return [ExportRow(*row) for row in rows]


def take_up(tx: Transaction, export_id: int, due_at: datetime) -> ExportRow | None:
    """Begin it, unless it is over or somebody has it; it comes due again in case whoever has it
    dies."""
    row = tx.maybe(
        "update exports set state = 'running', due_at = %s, rows = 0"
        " where id = %s and state = 'waiting'"
        " returning id, reference, list, format, person, zone, within, asked, unmasked, state,"
        " rows, asked_at, ended_at, expires_at",
        (due_at, export_id),
    )
    return ExportRow(*row) if row else None


def progress(tx: Transaction, export_id: int, rows: int, due_at: datetime) -> None:
    """How many rows are written; it isn't dead."""
    tx.run(
        "update exports set rows = %s, due_at = %s where id = %s and state = 'running'",
        (rows, due_at, export_id),
    )


def end(tx: Transaction, export_id: int, state: State, rows: int, now: datetime) -> bool:
    """It is over; False when somebody else has ended it."""
    changed = tx.run(
        "update exports set state = %s, rows = %s, ended_at = %s, due_at = null"
        " where id = %s and state = 'running'",
        (state, rows, now, export_id),
    )
    return changed == 1


def keep(tx: Transaction, export_id: int, number: int, content: bytes) -> None:
    """One piece of its file."""
    tx.run(
        "insert into export_pieces (export_id, number, content) values (%s, %s, %s)",
        (export_id, number, content),
    )


def pieces(tx: Transaction, export_id: int) -> Iterator[bytes]:
    """Its file, a piece at a time."""
    for row in tx.stream(
        "select content from export_pieces where export_id = %s order by number", (export_id,), 1
    ):
        yield bytes(row[0])


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 50) -> list[int]:
    """Ids of exports that nobody has begun in time, or whose maker has died."""
    rows = tx.all(
        """
        update exports set state = 'waiting', due_at = %s where id in (
            select id from exports where due_at <= %s and expires_at > %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, now, limit),
    )
    return [int(row[0]) for row in rows]


def forget(tx: Transaction, now: datetime) -> None:
    """Files that have expired, and exports that never came about; that they were asked for stays
    known."""
    tx.run(
        "delete from export_pieces p using exports e"
        " where e.id = p.export_id and e.expires_at < %s",
        (now,),
    )
    tx.run(
        "update exports set state = 'failed', due_at = null, ended_at = %s"
        " where due_at is not null and expires_at < %s",
        (now, now),
    )
