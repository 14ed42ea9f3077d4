"""Queries on requests that came with an Idempotency-Key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class Claimed:
    """The request is ours to work on. `tries`: how often it was refused before; `again`: it came
    before."""

    tries: int
    again: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """`status` and `answer` are None while it isn't answered."""

    body: bytes
    status: int | None
    answer: Any


def claim(
    tx: Transaction, caller: str, key: bytes, body: bytes, claim_id: str, now: datetime,
    stale_before: datetime,
) -> Claimed | None:  # fmt: skip
    """Take the request on, unless it has another body, is answered, or somebody works on it who
    began after `stale_before`."""
    row = tx.maybe(
        """
        insert into api_requests as r (caller, key, body, claim, claimed_at)
        values (%s, %s, %s, %s::uuid, %s)
        on conflict (caller, key) do update set claim = excluded.claim,
            claimed_at = excluded.claimed_at
        where r.body = excluded.body and r.status is null
          and (r.claim is null or r.claimed_at <= %s)
        returning r.tries, r.xmax <> 0
        """,
        (caller, key, body, claim_id, now, stale_before),
    )
    return Claimed(*row) if row else None


def find(tx: Transaction, caller: str, key: bytes) -> RequestRow | None:
    row = tx.maybe(
        "select body, status, answer from api_requests where caller = %s and key = %s",
        (caller, key),
    )
    return RequestRow(bytes(row[0]), row[1], row[2]) if row else None


def answered(
    tx: Transaction, caller: str, key: bytes, claim_id: str, status: int, answer: str
) -> None:
    """Keep the answer (JSON), if the request is still ours."""
    tx.run(
        "update api_requests set status = %s, answer = %s::jsonb, claim = null"
        " where caller = %s and key = %s and claim = %s::uuid",
        (status, answer, caller, key, claim_id),
    )


def released(tx: Transaction, caller: str, key: bytes, claim_id: str, *, refused: bool) -> None:
    """It may come again, if it is still ours; `refused`: nothing was done, and it was a try."""
    tx.run(
        "update api_requests set claim = null, tries = tries + %s::integer"
        " where caller = %s and key = %s and claim = %s::uuid",
        (refused, caller, key, claim_id),
    )


def forget(tx: Transaction, before: datetime) -> None:
    """Requests that nobody will repeat any more."""
    tx.run("delete from api_requests where claimed_at < %s", (before,))
