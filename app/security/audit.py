"""The audit chain: each entry's digest covers its content and the entry before it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.db.engine import Transaction
from app.domain.anchors import Anchor
from app.domain.unkept import unkept_masked

_FIRST = b"\0" * 32
_CHAIN_LOCK = 7_001
_address: ContextVar[str | None] = ContextVar("audit_address", default=None)

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to whom, from where, and what else matters; never a secret.

    `address` is filled in by `append` inside `acting_from`; `before` and `after` say what a change
    changed.
    """

    at: datetime
    actor: str
    act: str
    subject: str
    detail: Mapping[str, str]
    address: str | None = None
    before: Said | None = None
    after: Said | None = None

    def digest(self, previous: bytes) -> bytes:
        content: list[object] = [
            self.at.isoformat(), self.actor, self.act, self.subject, dict(self.detail)
        ]  # fmt: skip
        more = [self.address, self.before, self.after]
        if any(part is not None for part in more):
            # Entries older than these three were digested without them.
            content += more
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(previous + canonical.encode()).digest()


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    """Entries that are appended inside say that they came from this address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def append(tx: Transaction, entry: Entry) -> None:
    """Add an entry, without any card's number; entries are written one after another, so that there
    is one chain."""
    detail = {name: unkept_masked(said) for name, said in entry.detail.items()}
    entry = replace(entry, detail=detail, address=entry.address or _address.get())
    tx.run("select pg_advisory_xact_lock(%s)", (_CHAIN_LOCK,))
    row = tx.maybe("select digest from audit order by id desc limit 1")
    previous = bytes(row[0]) if row else _FIRST
    tx.run(
        "insert into audit (at, actor, act, subject, detail, address, before, after, previous,"
        " digest) values (%s, %s, %s, %s, %s::jsonb, %s, %s::jsonb, %s::jsonb, %s, %s)",
        (
            entry.at, entry.actor, entry.act, entry.subject, json.dumps(dict(entry.detail)),
            entry.address, _json(entry.before), _json(entry.after), previous,
            entry.digest(previous),
        ),
    )  # fmt: skip


def _json(said: Said | None) -> str | None:
    return None if said is None else json.dumps(dict(said))


@dataclass(frozen=True, slots=True)
class Chain:
    """`broken`: ids of entries that were changed, or that follow one which was removed or put in;
    `anchored`: entries as they stand now, for those that were asked for."""

    entries: int
    broken: list[int]
    anchored: dict[int, Anchor]


def read_chain(tx: Transaction, wanted: frozenset[int] = frozenset()) -> Chain:
    """Recompute all of it, a piece in memory at a time; `wanted` are ids of anchored entries."""
    entries, broken, previous = 0, [], _FIRST
    anchored: dict[int, Anchor] = {}
    for id_, at, actor, act, subject, detail, address, said, done, before, digest in tx.stream(
        "select id, at, actor, act, subject, detail, address, before, after, previous, digest"
        " from audit order by id"
    ):
        entries += 1
        expected = Entry(at, actor, act, subject, detail, address, said, done).digest(previous)
        if bytes(before) != previous or bytes(digest) != expected:
            broken.append(int(id_))
        previous = bytes(digest)
        if id_ in wanted:
            anchored[int(id_)] = Anchor(int(id_), previous, entries, at)
    return Chain(entries, broken, anchored)


def head(tx: Transaction) -> Anchor | None:
    """The newest entry, its digest and how many there are; None before the first."""
    row = tx.maybe(
        "select id, digest, (select count(*) from audit), at from audit order by id desc limit 1"
    )
    return Anchor(int(row[0]), bytes(row[1]), int(row[2]), row[3]) if row else None
