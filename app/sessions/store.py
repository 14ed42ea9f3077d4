"""Session records in Redis: read, then compare-and-set. Two trips a hop, no locks.

A record holds where the menu stands and the last answer; never a PIN, never money. Redis may lose
it: the session then starts again and nothing else is lost.

What a session leaves behind if it drops is kept beside it, by MSISDN, in the same trip: a later
session of any gateway finds it with its own record.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson
import redis

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
if ARGV[6] == '' then
    redis.call('DEL', KEYS[3])
elseif ARGV[6] ~= '-' then
    redis.call('SET', KEYS[3], ARGV[6], 'EX', ARGV[7])
end
return 1
"""
_SAVE_SHA = hashlib.sha1(_SAVE.encode(), usedforsecurity=False).hexdigest()


class SessionsUnavailable(Exception):
    """Redis can't be reached; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Record:
    """One session: `version` counts its saves, `inputs` how many inputs it has answered,
    `digest` the keyed digest of that history. `menu` is the menu engine's own record. `name` is
    what the session is called where hops and money are kept; records of before have none."""

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
class Dropped:
    """What a session left behind when its gateway or its user let it go: `session` is its name
    (Record.name), `left` the menu engine's own record of it, which holds no secret and no
    screen."""

    channel: str
    session: str
    left: list[Any]


class Keep(Enum):
    """What a save does about what a session leaves behind, when it leaves nothing itself."""

    CLEAR = b""
    AS_IS = b"-"


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop for the funnel and the timeline: ids and outcome, never input. `network` is the SIM's
    network code; it and `language` are empty where nobody knows. `msisdn` is for the log, which
    masks it, and isn't stored: `number` is (app.services.hop_number)."""

    channel: str
    session: str
    hop: int
    msisdn: str
    label: str
    outcome: str
    milliseconds: float
    at: float
    language: str = ""
    network: str = ""
    number: str = ""


class SessionStore:
    """Sessions of every channel. Raises SessionsUnavailable within about a second."""

    def __init__(self, client: LeanRedis, seconds: int, resume_seconds: int = 600) -> None:
        self._client = client
        self._seconds = seconds
        self._resume_seconds = resume_seconds

    def begin(
        self, channel: str, session: str, msisdn: str
    ) -> tuple[Record | None, Dropped | None]:
        """The record of a session that may have begun, and what this MSISDN's last one left behind
        lately."""
        try:
            raw, left = self._client.run("MGET", _key(channel, session), _left_key(msisdn))
        except redis.RedisError as error:
            raise SessionsUnavailable from error
        record = Record(*orjson.loads(raw)) if raw else None
        return record, Dropped(*orjson.loads(left)) if left else None

    def load(self, channel: str, session: str) -> Record | None:
        """The session's record, None when there is none (any more)."""
        try:
            raw = self._client.run("GET", _key(channel, session))
        except redis.RedisError as error:
            raise SessionsUnavailable from error
        return Record(*orjson.loads(raw)) if raw else None

    def name(self, channel: str, session: str) -> str:
        """What a session is called where hops and money are kept; its own id when nobody knows."""
        try:
            record = self.load(channel, session)
        except SessionsUnavailable:
            record = None
        return (record.name if record else "") or session

    def save(self, channel: str, session: str, before: Record | None, record: Record,
             line: HopLine, left: list[Any] | Keep = Keep.CLEAR) -> bool:  # fmt: skip
        """Store `record` if the stored one is still `before`, and what it leaves behind; False when
        another copy was first."""
        body = orjson.dumps(
            [record.version, record.msisdn, record.inputs, record.digest, record.text,
             record.close, record.label, record.menu, record.name]
        )  # fmt: skip
        hop = orjson.dumps(
            [line.channel, line.session, line.hop, line.number, line.label, line.outcome,
             round(line.milliseconds, 2), line.at, line.language, line.network]
        )  # fmt: skip
        arguments = (
            3, _key(channel, session), STREAM, _left_key(record.msisdn),
            str(before.version) if before else "", body, self._seconds, STREAM_LENGTH, hop,
            *self._kept(channel, record.name or session, left),
        )  # fmt: skip
        try:
            return bool(self._save(arguments))
        except redis.RedisError as error:
            raise SessionsUnavailable from error

    def _kept(self, channel: str, name: str, left: list[Any] | Keep) -> tuple[bytes, int]:
        if not self._resume_seconds:
            left = Keep.CLEAR
        kept = left.value if isinstance(left, Keep) else orjson.dumps([channel, name, left])
        return kept, self._resume_seconds

    def _save(self, arguments: tuple[Any, ...]) -> Any:
        try:
            return self._client.run("EVALSHA", _SAVE_SHA, *arguments)
        except redis.exceptions.NoScriptError:
            return self._client.run("EVAL", _SAVE, *arguments)


def _left_key(msisdn: str) -> str:
    return f"ussd:left:{msisdn}"


def _key(channel: str, session: str) -> str:
    return f"ussd:{channel}:{session}"
