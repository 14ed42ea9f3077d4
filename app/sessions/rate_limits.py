"""Limits on how often something may be asked, all of a request's in one Redis trip.

Each limit is a bucket that holds `most` askings and fills again evenly over `seconds` (the generic
cell rate algorithm: one number a key, no window whose edge lets twice as much through). A request
is allowed when each of its buckets has one left, and takes one from each; a refused one takes from
none, so hammering at a closed door doesn't keep it closed.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import redis

from app.sessions.lean import LeanRedis

_TAKE = """
local clock = redis.call('time')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local due, tightest, left, wait, refused = {}, 0, math.huge, 0, 0
for i, key in ipairs(KEYS) do
  local most, span = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local step = span / most
  local full = math.max(tonumber(redis.call('get', key) or '0'), now)
  due[i] = full + step
  local over = due[i] - now - span
  if over > 0 then
    if over > wait then wait, refused = over, i end
  else
    local rest = math.floor(-over / step)
    if rest < left then left, tightest = rest, i end
  end
end
if refused > 0 then
  return {0, refused, 0, math.ceil(wait)}
end
for i, key in ipairs(KEYS) do
  redis.call('set', key, due[i], 'px', math.ceil(due[i] - now))
end
return {1, tightest, left, math.ceil(due[tightest] - now)}
"""
_PREFIX = "limit:"


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` askings in `seconds` of whoever `key` names; `name` says which rule it is."""

    name: str
    key: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the asking. `limit` is the one that refused, or else the one with least left;
    `remaining` askings are left of it; after `reset_seconds` it is full again, or, refused, one
    more is allowed."""

    allowed: bool
    limit: Limit
    remaining: int
    reset_seconds: int


class RateLimits:
    """Counts under `secret`'s HMAC of each key, so that Redis holds no number and no address."""

    def __init__(self, lean: LeanRedis, secret: bytes) -> None:
        self._lean = lean
        self._secret = secret

    def take(self, limits: Sequence[Limit]) -> Taken:
        """One asking of each of `limits` (one at least) or of none. Raises redis.RedisError."""
        keys = [self._key(limit) for limit in limits]
        sizes = [size for limit in limits for size in (limit.most, limit.seconds * 1000)]
        # EVAL is repeated by the connection when it broke: at worst an asking counts twice.
        reply: Any = self._lean.run("EVAL", _TAKE, len(keys), *keys, *sizes)
        allowed, which, remaining, wait_ms = (int(number) for number in reply)
        return Taken(bool(allowed), limits[which - 1], remaining, -(-wait_ms // 1000))

    def take_if_counted(self, limits: Sequence[Limit]) -> Taken | None:
        """As `take`; None when Redis doesn't answer, and nothing was counted."""
        try:
            return self.take(limits)
        except redis.RedisError:
            return None

    def _key(self, limit: Limit) -> str:
        digest = hmac.digest(self._secret, f"{limit.name}\0{limit.key}".encode(), sha256)
        return f"{_PREFIX}{limit.name}:{digest[:16].hex()}"
