"""Session records in Redis: read, then compare-and-set. Two trips a hop, no locks.

A record holds where the menu stands and the last answer; never a PIN, never money. Redis may lose
it: the session then starts again and nothing else is lost.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
import redis

from app.domain.msisdn import masked
from app.sessions.lean import LeanRedis

STREAM = "hops"
STREAM_LENGTH = 100_000

_SAVE = """
local current = redis.call('GET', KEYS[1])
if ARGV[1] == '' then
    if current then return 0 end
elseif not current or string.sub(current, 2, #ARGV[1] + 2) ~= ARGV[1] .. ',' then
    return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'hop', ARGV[5])
return 1
"""
_SAVE_SHA = hashlib.sha1(_SAVE.encode(), usedforsecurity=False).hexdigest()


class SessionsUnavailable(Exception):
    """Redis can't be reached; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Record:
    """One session: `version` counts its saves, `inputs` how many inputs it has answered,
    `digest` the keyed digest of that history. `menu` is the menu engine's own record. `name` is
    what the session is called where money is kept; records of before have none."""

    version: int
    msisdn: str
    inputs: int
    digest: str
    text: str
    close: bool
    label: str
    menu: list[Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop for the funnel and the timeline: ids and outcome, never input."""

    channel: str
    session: str
    hop: int
    msisdn: str
    label: str
    outcome: str
    milliseconds: float
    at: float


class SessionStore:
    """Sessions of every channel. Raises SessionsUnavailable within about a second."""

    def __init__(self, client: LeanRedis, seconds: int) -> None:
        self._client = client
        self._seconds = seconds

    def load(self, channel: str, session: str) -> Record | None:
        """The session's record, None when there is none (any more)."""
        try:
            raw = self._client.run("GET", _key(channel, session))
        except redis.RedisError as error:
            raise SessionsUnavailable from error
        return Record(*orjson.loads(raw)) if raw else None

    def named(self, channel: str, session: str, message: str, *, begins: bool) -> str:
        """The name of a session whose id comes back: the message that began it. One that isn't
        known (any more) begins with this."""
        key = f"ussd-began:{channel}:{session}"
        try:
            began = None if begins else self._client.run("GETEX", key, "EX", self._seconds)
            if began is None:
                began = message.encode()
                self._client.run("SET", key, began, "EX", self._seconds)
        except redis.RedisError as error:
            raise SessionsUnavailable from error
        name: str = began.decode()
        return name

    def save(self, channel: str, session: str, before: Record | None, record: Record,
             line: HopLine) -> bool:  # fmt: skip
        """Store `record` if the stored one is still `before`; False when another copy was first."""
        body = orjson.dumps(
            [record.version, record.msisdn, record.inputs, record.digest, record.text,
             record.close, record.label, record.menu, record.name]
        )  # fmt: skip
        hop = orjson.dumps(
            [line.channel, line.session, line.hop, masked(line.msisdn), line.label, line.outcome,
             round(line.milliseconds, 2), line.at]
        )  # fmt: skip
        arguments = (
            2, _key(channel, session), STREAM, str(before.version) if before else "", body,
            self._seconds, STREAM_LENGTH, hop,
        )  # fmt: skip
        try:
            return bool(self._save(arguments))
        except redis.RedisError as error:
            raise SessionsUnavailable from error

    def _save(self, arguments: tuple[Any, ...]) -> Any:
        try:
            return self._client.run("EVALSHA", _SAVE_SHA, *arguments)
        except redis.exceptions.NoScriptError:
            return self._client.run("EVAL", _SAVE, *arguments)


def _key(channel: str, session: str) -> str:
    return f"ussd:{channel}:{session}"
