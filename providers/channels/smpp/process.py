"""The SMPP process's life: bind, feed, listen, say how it stands; on a stop, unbind cleanly."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.ports.smpp import DeskAway, LinkState, SmppDesk
from providers.channels.smpp.alphabets import DefaultAlphabet
from providers.channels.smpp.client import SmppClient, SmscAddress
from providers.channels.smpp.incoming import Incoming
from providers.channels.smpp.link import Times
from providers.channels.smpp.outgoing import Outgoing, OutgoingRules
from providers.channels.smpp.pdu import Login
from providers.channels.smpp.receipts import AnswerIds
from providers.channels.smpp.recorder import Recorder
from providers.channels.smpp.threads import Threads
from providers.channels.smpp.window import Pace

__all__ = ["LEASE_SECONDS", "Login", "SmppProcess", "SmppSettings", "SmscAddress", "Times"]

LEASE_SECONDS = 90
"""How long a claim holds: longer than any answer is waited for."""
_DESK_THREADS, _PEOPLE_THREADS = 3, 16
_STANDS_EVERY, _TIDY_EVERY = 5.0, 60.0
_SETTLE_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """`window`: short messages without an answer at once; `per_second`: most that leave in one;
    `name` tells this process from others."""

    address: SmscAddress
    login: Login
    window: int
    per_second: int
    short_code: str
    alphabet: DefaultAlphabet
    answer_ids: AnswerIds
    name: str
    times: Times


class SmppProcess:
    """`say` gets an event's name and facts for the log, `count` an event and its outcome."""

    def __init__(
        self, settings: SmppSettings, desk: SmppDesk, say: Callable[..., None],
        count: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self._settings = settings
        self._desk = desk
        self._say = say
        self._count = count

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`; what was claimed is answered for before it returns."""
        wanted = self._settings
        desk_threads = Threads("desk", _DESK_THREADS)
        people = Threads("people", _PEOPLE_THREADS)
        pace = Pace(wanted.per_second, asyncio.get_running_loop().time)
        recorder = Recorder(self._desk, desk_threads)
        incoming = Incoming(
            self._desk, recorder.receive, people, wanted.short_code, wanted.alphabet,
            wanted.answer_ids, self._say, self._count,
        )  # fmt: skip
        client = SmppClient(
            wanted.address, wanted.login, wanted.window, incoming, self._say, wanted.times
        )
        rules = OutgoingRules(wanted.answer_ids, LEASE_SECONDS / 3, wanted.window // 10)
        outgoing = Outgoing(self._desk, client, recorder, pace, rules, desk_threads, self._count)
        ends = [
            asyncio.create_task(work)
            for work in (client.keep_bound(), outgoing.feed(), self._tidy(desk_threads))
        ]
        goes_on = [
            asyncio.create_task(recorder.run()),
            asyncio.create_task(self._stand(client, pace, desk_threads)),
        ]
        broken = await _first(stopping, [*ends, *goes_on])
        for task in ends:
            task.cancel()
        await _within(incoming.settle())
        await client.unbind()
        await _within(outgoing.settle())
        for task in goes_on:
            task.cancel()
        await asyncio.gather(*ends, *goes_on, return_exceptions=True)
        try:
            await recorder.flush()
            await desk_threads.run(self._desk.stands, self._state(None, pace))
        except DeskAway:
            self._say("smpp_answers_lost")
        desk_threads.close()
        people.close()
        if broken is not None:
            raise broken

    async def _stand(self, client: SmppClient, pace: Pace, threads: Threads) -> None:
        while True:
            try:
                await threads.run(self._desk.stands, self._state(client, pace))
            except DeskAway:
                pass
            await asyncio.sleep(_STANDS_EVERY)

    def _state(self, client: SmppClient | None, pace: Pace) -> LinkState:
        link = client.link if client else None
        return LinkState(
            self._settings.name, link is not None, self._settings.window,
            link.window.taken if link else 0, pace.pause_left > 0,
        )  # fmt: skip

    async def _tidy(self, threads: Threads) -> None:
        while True:
            await asyncio.sleep(_TIDY_EVERY)
            try:
                await threads.run(self._desk.tidy)
            except DeskAway:
                pass


async def _first(stopping: asyncio.Event, work: list["asyncio.Task[None]"]) -> BaseException | None:
    """Until the stop, or until one of the endless tasks breaks: the error it broke with."""
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait([stop, *work], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    return next((task.exception() for task in work if task.done()), None)


async def _within(work: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(_SETTLE_SECONDS):
            await work
    except TimeoutError:
        pass
