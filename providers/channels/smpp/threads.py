"""Blocking work beside the link: it goes on in threads while the link goes on listening."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """`most` at work and twice as many waiting are what `busy` means."""

    def __init__(self, name: str, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._most = most
        self._given = 0

    @property
    def busy(self) -> bool:
        return self._given >= 3 * self._most

    async def run(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `act` returns or raises, from a thread."""
        self._given += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, lambda: act(*args, **kwargs)
            )
        finally:
            self._given -= 1

    def close(self) -> None:
        """Let what runs end."""
        self._pool.shutdown(wait=True, cancel_futures=True)
