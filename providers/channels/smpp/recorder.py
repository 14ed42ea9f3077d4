"""What came of submissions and what receipts say, stored in batches."""

import asyncio

from app.ports.smpp import DeskAway, PartAnswer, Receipt, SmppDesk
from providers.channels.smpp.threads import Threads

_GATHER, _AWAY = 0.02, 1.0
"""Seconds in which a batch gathers, and before another try while the desk is away."""
_MOST_AT_ONCE = 500


class Recorder:
    """Stores answers before receipts: a receipt may follow its message's answer at once."""

    def __init__(self, desk: SmppDesk, threads: Threads) -> None:
        self._desk = desk
        self._threads = threads
        self._answers: list[PartAnswer] = []
        self._receipts: list[tuple[Receipt, asyncio.Future[None]]] = []
        self._something = asyncio.Event()

    @property
    def behind(self) -> bool:
        """So much waits that nothing more should be claimed."""
        return len(self._answers) > _MOST_AT_ONCE

    def answer(self, answer: PartAnswer) -> None:
        """To be stored soon."""
        self._answers.append(answer)
        self._something.set()

    async def receive(self, receipt: Receipt) -> None:
        """Until the receipt is stored."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._receipts.append((receipt, stored))
        self._something.set()
        await stored

    async def run(self) -> None:
        """Store what comes, until cancelled."""
        while True:
            await self._something.wait()
            await asyncio.sleep(_GATHER)
            self._something.clear()
            try:
                await self.flush()
            except DeskAway:
                self._something.set()
                await asyncio.sleep(_AWAY)

    async def flush(self) -> None:
        """Store what has gathered. Raises DeskAway; nothing is lost then."""
        while self._answers:
            batch = self._answers[:_MOST_AT_ONCE]
            await self._threads.run(self._desk.record, batch)
            del self._answers[: len(batch)]
        while self._receipts:
            heard = self._receipts[:_MOST_AT_ONCE]
            await self._threads.run(self._desk.receive, [receipt for receipt, _ in heard])
            del self._receipts[: len(heard)]
            for _, stored in heard:
                if not stored.done():
                    stored.set_result(None)
