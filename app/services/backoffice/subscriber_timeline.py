"""One line of time for a subscriber: every source merged, a page at a time, newest first."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from app.db import subscriber_trail as trail
from app.db.subscriber_trail import LAST_ID, SOURCES, Beyond, Owner, Seen
from app.domain.roles import Right
from app.services.backoffice.listing import EPOCH, midnight
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.hop_number import indexes

PAGE_SIZE = 50
KINDS = tuple(SOURCES)
_NEEDS = {
    "money": Right.SEE_ORDERS, "order": Right.SEE_ORDERS, "case": Right.SEE_CASES,
    "identity": Right.SEE_KYC,
}  # fmt: skip
_NEWEST = (datetime(9999, 1, 1, tzinfo=UTC), 0, LAST_ID)
"""The place before everything."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A row and which source it is of."""

    kind: str
    row: Seen


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. `kinds` are those ticked, empty for all; `before` is the place
    where the page begins; `problems` are beside the filters they are of."""

    typed: Mapping[str, Sequence[str]]
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    place: tuple[datetime, int, int] | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """`next_key` goes on where this page ends; empty at the end."""

    asked: Asked
    rows: Sequence[Happened] = ()
    next_key: str = ""


def read_address(asked: Mapping[str, Sequence[str]], zone: str) -> Asked:
    """`kind` (any number of them), `from` and `to` (days of `zone`), `after` (a key)."""
    kinds = tuple(dict.fromkeys(asked.get("kind", ())))
    problems: dict[str, str] = {}
    typed = {
        name: tuple(asked[name]) for name in ("kind", "from", "to") if any(asked.get(name, ()))
    }
    if not set(kinds) <= set(KINDS):
        problems["kind"] = "Choose of the list."
        kinds = ()
    since, until = (
        _day(asked, name, days, zone, problems) for name, days in (("from", 0), ("to", 1))
    )
    place = None
    try:
        place = _place(next(iter(asked.get("after", ())), ""))
    except ValueError as problem:
        problems["after"] = str(problem)
    return Asked(typed, kinds, since, until, place, problems)


def timeline(ctx: Context, person: Person, owner: Owner, asked: Asked) -> Timeline:
    """A page of what this person may see."""
    if asked.problems:
        return Timeline(asked)
    beyond = [
        (rank, kind, _beyond(asked, rank))
        for rank, kind in enumerate(KINDS)
        if (not asked.kinds or kind in asked.kinds)
        and (kind not in _NEEDS or person.may(_NEEDS[kind]))
    ]
    owner = replace(owner, hop_indexes=indexes(ctx.fields, owner.msisdn))
    with ctx.db.transaction() as tx:
        trail.patient(tx)
        sources = [
            [
                (rank, Happened(kind, row))
                for row in trail.read(tx, kind, owner, place, PAGE_SIZE + 1)
            ]
            for rank, kind, place in beyond
        ]
    merged = heapq.merge(*sources, key=lambda one: _order(one[0], one[1].row))
    page = list(islice(merged, PAGE_SIZE + 1))
    more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    return Timeline(
        asked, [happened for _, happened in page],
        key_of(page[-1][0], page[-1][1].row) if more else "",
    )  # fmt: skip


def key_of(rank: int, row: Seen) -> str:
    """Microseconds since 1970, the source's rank, and the id: a page that goes on behind it."""
    return f"{(row.at - EPOCH) // timedelta(microseconds=1)}-{rank}-{row.id}"


def key_at(moment: datetime) -> str:
    """A page that begins with what happened at this moment or before."""
    return f"{(moment - EPOCH) // timedelta(microseconds=1)}-0-{LAST_ID}"


def _order(rank: int, row: Seen) -> tuple[float, int, int]:
    return (-((row.at - EPOCH) // timedelta(microseconds=1)), rank, -row.id)


def _beyond(asked: Asked, rank: int) -> Beyond:
    """Where this source goes on: of the moment at which the page before ended, sources above have
    been shown wholly, those below not at all."""
    at, of, id_ = asked.place or _NEWEST
    if asked.until is not None and asked.until <= at:
        return Beyond(asked.until, 0, asked.since)
    last = id_ if rank == of else 0 if rank < of else LAST_ID
    return Beyond(at, last, asked.since)


def _day(
    asked: Mapping[str, Sequence[str]], name: str, days: int, zone: str, problems: dict[str, str]
) -> datetime | None:
    text = next(iter(asked.get(name, ())), "").strip()
    if not text:
        return None
    try:
        return midnight(text, ZoneInfo(zone), days)
    except ValueError as problem:
        problems[name] = str(problem)
        return None


def _place(key: str) -> tuple[datetime, int, int] | None:
    if not key:
        return None
    parts = key.split("-")
    fits = len(parts) == 3 and all(
        part.isascii() and part.isdigit() and len(part) <= most
        for part, most in zip(parts, (16, 2, 19), strict=True)
    )
    if not fits or int(parts[1]) >= len(KINDS) or int(parts[2]) > LAST_ID:
        raise ValueError("This page doesn't exist; begin at the newest.")
    return EPOCH + timedelta(microseconds=int(parts[0])), int(parts[1]), int(parts[2])
