"""The audit chain: each entry's digest covers its content and the entry before it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction

_FIRST = b"\0" * 32
_CHAIN_LOCK = 7_001


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to whom, and what else matters; never a secret."""

    at: datetime
    actor: str
    act: str
    subject: str
    detail: dict[str, str]

    def digest(self, previous: bytes) -> bytes:
        content = [self.at.isoformat(), self.actor, self.act, self.subject, self.detail]
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(previous + canonical.encode()).digest()


def append(tx: Transaction, entry: Entry) -> None:
    """Add an entry; entries are written one after another, so that there is one chain."""
    tx.run("select pg_advisory_xact_lock(%s)", (_CHAIN_LOCK,))
    row = tx.maybe("select digest from audit order by id desc limit 1")
    previous = bytes(row[0]) if row else _FIRST
    tx.run(
        "insert into audit (at, actor, act, subject, detail, previous, digest)"
        " values (%s, %s, %s, %s, %s::jsonb, %s, %s)",
        (
            entry.at, entry.actor, entry.act, entry.subject, json.dumps(entry.detail), previous,
            entry.digest(previous),
        ),
    )  # fmt: skip


def broken_entries(tx: Transaction) -> list[int]:
    """Ids of entries that were changed, or that follow one which was removed."""
    broken, previous = [], _FIRST
    for id_, at, actor, act, subject, detail, before, digest in tx.all(
        "select id, at, actor, act, subject, detail, previous, digest from audit order by id"
    ):
        expected = Entry(at, actor, act, subject, detail).digest(previous)
        if bytes(before) != previous or bytes(digest) != expected:
            broken.append(int(id_))
        previous = bytes(digest)
    return broken


def count_entries(tx: Transaction) -> int:
    """How long the chain is."""
    return int(tx.one("select count(*) from audit")[0])
