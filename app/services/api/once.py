"""A request with an Idempotency-Key counts once: its answer is kept and given again.

Only what was done is final. What was refused (a wrong PIN, too little money) did nothing, so the
same key may come again; it is counted as a try. What was done is known by the session the turn
gives, so even when the answer was lost on the way a repeat finds it.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.db import api_requests
from app.services.context import Context

GIVEN_UP_AFTER = timedelta(seconds=30)
"""Whoever claimed it that long ago died; no request is worked on half as long."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """Who sent which key with which body: `key` and `body` are digests, and `session` is a digest
    of all of it, by which what comes of it is known."""

    caller: str
    key: bytes
    body: bytes
    session: str


@dataclass(frozen=True, slots=True)
class Turn:
    """It is ours to do. `attempt` numbers its tries; `again`: look whether it was done."""

    claim_id: str
    attempt: int
    again: bool


@dataclass(frozen=True, slots=True)
class Before:
    """It was answered."""

    status: int
    answer: Any


class OtherBody:
    """The key came with another body."""


class AtWork:
    """Somebody works on it."""


def begin(ctx: Context, keyed: Keyed) -> Turn | Before | OtherBody | AtWork:
    """Whether to do it."""
    claim_id, now = str(uuid.uuid4()), ctx.clock.now()
    with ctx.db.statement() as tx:
        claimed = api_requests.claim(
            tx, keyed.caller, keyed.key, keyed.body, claim_id, now, now - GIVEN_UP_AFTER
        )
        if claimed is not None:
            return Turn(claim_id, claimed.tries, claimed.again)
        row = api_requests.find(tx, keyed.caller, keyed.key)
    if row is None or (row.status is None and row.body == keyed.body):
        return AtWork()
    if row.body != keyed.body:
        return OtherBody()
    return Before(row.status or 0, row.answer)


def keep(ctx: Context, keyed: Keyed, turn: Turn, status: int, answer: str) -> None:
    """It was done, and this (JSON) is the answer for ever."""
    with ctx.db.statement() as tx:
        api_requests.answered(tx, keyed.caller, keyed.key, turn.claim_id, status, answer)


def release(ctx: Context, keyed: Keyed, turn: Turn, *, refused: bool) -> None:
    """It may come again; `refused`: nothing was done, for certain."""
    with ctx.db.statement() as tx:
        api_requests.released(tx, keyed.caller, keyed.key, turn.claim_id, refused=refused)
