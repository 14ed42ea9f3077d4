"""Parts of pages that many people look at: made by one request, shown to all.

A part is fresh for a few seconds. Whoever first asks after that makes it anew, while the others get
the last one: fifty viewers cost what one costs, and nobody waits for somebody else's query unless
there is nothing to show yet.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

import redis

_RELEASE = """
if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
return 0
"""
_LOOK_AGAIN = 0.025


class Fragments:
    """`fresh` seconds a part counts as new, `kept` seconds it is shown while another is made; a
    maker that died is given up after `making` seconds."""

    def __init__(
        self, client: "redis.Redis", *, fresh: float = 3, kept: float = 60, making: float = 15
    ) -> None:
        self._client = client
        self._fresh, self._kept, self._making = (int(s * 1000) for s in (fresh, kept, making))
        self._release = client.register_script(_RELEASE)

    def get(self, name: str, make: Callable[[], str]) -> str:
        """The part, not much older than `fresh` while somebody looks. Without Redis it is made for
        each who asks."""
        try:
            return self._shared(f"fragment:{name}", make)
        except redis.RedisError:
            return make()

    def _shared(self, key: str, make: Callable[[], str]) -> str:
        deadline = time.monotonic() + self._making / 1000
        while time.monotonic() < deadline:
            last, is_fresh = self._last(key)
            if last is not None and is_fresh:
                return last
            made = self._made_by_me(key, make)
            if made is not None:
                return made
            if last is not None:
                return last
            time.sleep(_LOOK_AGAIN)
        return make()

    def _last(self, key: str) -> tuple[str | None, bool]:
        """What was made last, and is it fresh?"""
        found: Any = self._client.mget(key, f"{key}:fresh")
        made, fresh = found
        return (None if made is None else bytes(made).decode()), fresh is not None

    def _made_by_me(self, key: str, make: Callable[[], str]) -> str | None:
        """None while somebody else is making it."""
        lock, mine = f"{key}:making", secrets.token_hex(8)
        if not self._client.set(lock, mine, nx=True, px=self._making):
            return None
        try:
            last, is_fresh = self._last(key)
            if last is not None and is_fresh:
                return last
            made = make()
            with self._client.pipeline() as both:
                both.set(key, made, px=self._kept)
                both.set(f"{key}:fresh", 1, px=self._fresh)
                both.execute()
            return made
        finally:
            self._release(keys=[lock], args=[mine])
