"""How much may wait for the SMSC's answer at once, and how fast we may send."""

import asyncio
from collections import deque
from collections.abc import Callable


class Window:
    """`size` places; whoever is urgent gets the next free one first."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.taken = 0
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._changed = asyncio.Event()

    @property
    def free(self) -> int:
        """Places that nobody has or waits for."""
        return max(0, self.size - self.taken - len(self._urgent) - len(self._others))

    async def enter(self, *, urgent: bool) -> None:
        """Take a place, waiting for one."""
        if self.taken < self.size:
            self.taken += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to whoever waits for one."""
        self._changed.set()
        for line in (self._urgent, self._others):
            while line:
                turn = line.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self.taken -= 1

    async def room(self) -> None:
        """Until a place is free."""
        while not self.free:
            self._changed.clear()
            await self._changed.wait()

    async def empty(self) -> None:
        """Until nothing waits for an answer."""
        while self.taken:
            self._changed.clear()
            await self._changed.wait()


class Pace:
    """At most `per_second` messages; after the SMSC says that it is too much, nothing for a while.

    The pause doubles with each complaint up to half a minute, until a message is taken again.
    `now` tells seconds.
    """

    FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

    def __init__(self, per_second: float, now: Callable[[], float]) -> None:
        self._per_second = per_second
        self._now = now
        self._filled_at = now()
        self._allowed = 0.0
        self._pause = self.FIRST_PAUSE
        self._silent_until = 0.0

    @property
    def pause_left(self) -> float:
        """Seconds until something may be sent after a complaint."""
        return max(0.0, self._silent_until - self._now())

    def allowance(self) -> int:
        """How many may leave now; a tenth of a second's worth gathers at most, or one."""
        now = self._now()
        if now < self._silent_until:
            return 0
        most = max(1.0, self._per_second / 10)
        gained = (now - self._filled_at) * self._per_second
        self._filled_at, self._allowed = now, min(most, self._allowed + gained)
        return int(self._allowed)

    def spend(self, count: int) -> None:
        """So many leave."""
        self._allowed -= count

    def complained(self) -> None:
        """The SMSC said that it is too much; once per pause counts, not once per message."""
        if self._now() >= self._silent_until:
            self._silent_until = self._now() + self._pause
            self._pause = min(self._pause * 2, self.LONGEST_PAUSE)

    def taken(self) -> None:
        """The SMSC took a message."""
        if not self.pause_left:
            self._pause = self.FIRST_PAUSE
