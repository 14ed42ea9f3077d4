"""The stream of hops: each session save adds a line, a job takes batches out for PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import orjson
import redis

from app.sessions.store import STREAM

HopRow = tuple[
    str, str, int, str | None, bytes | None, str | None, str, str, float, datetime, str, str
]
"""channel, session, hop, MSISDN, its index, its ciphertext, label, outcome, milliseconds, at,
language, network. The MSISDN itself is there only where a program of before wrote the line."""


def take(client: "redis.Redis", limit: int = 1_000) -> list[HopRow]:
    """The oldest lines, taken out. Losing a batch is tolerable; counting one twice isn't."""
    entries: list[Any] = client.xrange(STREAM, count=limit)  # type: ignore[assignment]
    if not entries:
        return []
    client.xdel(STREAM, *[entry_id for entry_id, _ in entries])
    return [_row(fields[b"hop"]) for _, fields in entries]


def _row(line: bytes) -> HopRow:
    channel, session, hop, number, label, outcome, milliseconds, at, *more = orjson.loads(line)
    # A program of before, which still runs beside this one, tells neither.
    language, network = more or ("", "")
    at_utc = datetime.fromtimestamp(at, UTC)
    return (
        channel, session, hop, *_whose(number), label, outcome, milliseconds, at_utc, language,
        network,
    )  # fmt: skip


def _whose(number: str) -> tuple[str | None, bytes | None, str | None]:
    index, sealed, ciphertext = number.partition(":")
    return (None, bytes.fromhex(index), ciphertext) if sealed else (number, None, None)
