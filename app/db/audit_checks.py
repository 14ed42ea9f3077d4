"""Queries on one audit entry, and on when the chain was verified and anchored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.db.engine import Transaction

What = Literal["verified", "anchored"]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """`entries`: how many there were; `first`: the first difference that was found."""

    what: What
    at: datetime
    entries: int
    differences: int
    first: str


def note(tx: Transaction, row: CheckRow) -> None:
    tx.run(
        "insert into audit_checks (what, at, entries, differences, first)"
        " values (%s, %s, %s, %s, %s)",
        (row.what, row.at, row.entries, row.differences, row.first),
    )


def latest(tx: Transaction, what: What) -> CheckRow | None:
    row = tx.maybe(
        "select what, at, entries, differences, first from audit_checks where what = %s"
        " order by id desc limit 1",
        (what,),
    )
    return CheckRow(*row) if row else None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry with its place in the chain; `older` and `newer` are its neighbours' ids."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Mapping[str, str]
    address: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    previous: bytes
    digest: bytes
    older: int | None
    newer: int | None


def entry(tx: Transaction, number: int) -> EntryRow | None:
    row = tx.maybe(
        """
        select id, at, actor, act, subject, detail, address, before, after, previous, digest,
               (select max(o.id) from audit o where o.id < a.id),
               (select min(n.id) from audit n where n.id > a.id)
        from audit a where id = %s
        """,
        (number,),
    )
    if row is None:
        return None
    (id_, at, actor, act, subject, detail, address, before, after, previous, digest, older,
     newer) = row  # fmt: skip
    return EntryRow(
        id_, at, actor, act, subject, detail, address, before, after, bytes(previous),
        bytes(digest), older, newer,
    )  # fmt: skip
