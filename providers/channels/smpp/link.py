"""One bound connection to an SMSC: requests with their answers, a window, a steady heartbeat.

The link knows no texts and no tables. Whatever was submitted and not answered when it ends is given
back as lost. Sources: SMPP specification v3.4, 2.7 (asynchronous windows), 2.9 (timers), 3.3
(generic_nack for what can't be read).
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from providers.channels.smpp.codes import ANSWER, Command, Status
from providers.channels.smpp.pdu import (
    BadBody,
    BadLength,
    Frames,
    Login,
    Pdu,
    ShortMessage,
    decode_message,
    decode_message_id,
    deliver_answer,
    encode_bind,
    encode_message,
)
from providers.channels.smpp.window import Window

_LAST_SEQUENCE = 0x7FFFFFFF


class NotBound(Exception):
    """The SMSC doesn't let us in; the text is its status. Nothing was sent."""


class LinkLost(Exception):
    """The connection ended before the answer came: the SMSC may have what was sent."""


class NotSent(LinkLost):
    """The connection had ended before: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: between heartbeats, and until something unanswered means that the link is dead."""

    heartbeat: float = 20
    answer: float = 30
    unbind: float = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """A submit_sm_resp: its status, and the SMSC's id of the message when it took it."""

    status: int
    message_id: str


Deliver = Callable[[ShortMessage, "Link"], Awaitable[int]]
"""Takes a deliver_sm and its link; the status to answer with, once it is safe to say so."""


class Link(asyncio.Protocol):
    """Made by asyncio's create_connection, then `bind`. `window` bounds what waits for an answer.

    `nacked` hears of each PDU that couldn't be read, by a word for the log.
    """

    def __init__(
        self, deliver: Deliver, window: int, times: Times, nacked: Callable[[str], None]
    ) -> None:
        self.window = Window(window)
        self.name = secrets.token_hex(6)
        self.ended = asyncio.Event()
        self._deliver = deliver
        self._times = times
        self._nacked = nacked
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._sequence = 0
        self._waiting: dict[int, tuple[asyncio.Future[Pdu], float]] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._heard_at = 0.0
        self._loop = asyncio.get_running_loop()

    # --- what it is asked to do ----------------------------------------------------------------

    async def bind(self, login: Login) -> None:
        """Raises NotBound, LinkLost."""
        answer = await self._ask(Command.BIND_TRANSCEIVER, encode_bind(login))
        if answer.command != Command.BIND_TRANSCEIVER_RESP or answer.status != Status.OK:
            self.cut()
            raise NotBound(f"{answer.status:#06x}")
        self._start(self._watch())

    async def submit(self, message: ShortMessage, *, urgent: bool = False) -> Answer:
        """Hand a short message over, once the window has room; what is `urgent` goes first.

        Raises NotSent, LinkLost.
        """
        await self.window.enter(urgent=urgent)
        try:
            answer = await self._ask(Command.SUBMIT_SM, encode_message(message))
        finally:
            self.window.leave()
        return _answer(answer)

    async def unbind(self) -> None:
        """Say goodbye once what waits for an answer has one, then end the connection."""
        try:
            async with asyncio.timeout(self._times.unbind):
                await self.window.empty()
                await asyncio.gather(*self._delivering())
                await self._ask(Command.UNBIND, b"")
        except (TimeoutError, LinkLost):
            pass
        self.cut()

    def cut(self) -> None:
        """End the connection; everything unanswered is lost."""
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - create_connection makes no other
        self._transport = transport
        self._heard_at = self._loop.time()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio gives it
        self.ended.set()
        waiting, self._waiting = self._waiting, {}
        for answer, _ in waiting.values():
            if not answer.done():
                answer.set_exception(LinkLost())
        for task in self._work:
            if task.get_name() == "watch":
                task.cancel()

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        try:
            pdus = self._frames.feed(data)
            while pdus:
                for pdu in pdus:
                    self._hear(pdu)
                pdus = self._frames.feed(b"")
        except BadLength as error:
            # Nothing says where the next PDU begins: the stream is of no more use.
            self._nack(error.sequence, Status.INVALID_LENGTH, "length")
            if self._transport is not None:
                self._transport.close()

    # --- what comes in -------------------------------------------------------------------------

    def _hear(self, pdu: Pdu) -> None:
        if pdu.command & ANSWER:
            answer, _ = self._waiting.pop(pdu.sequence, (None, 0.0))
            if answer is not None and not answer.done():
                answer.set_result(pdu)
            return
        match pdu.command:
            case Command.ENQUIRE_LINK:
                self._say(Pdu(Command.ENQUIRE_LINK_RESP, Status.OK, pdu.sequence))
            case Command.DELIVER_SM:
                self._take(pdu)
            case Command.UNBIND:
                self._say(Pdu(Command.UNBIND_RESP, Status.OK, pdu.sequence))
                if self._transport is not None:
                    self._transport.close()
            case _:
                self._nack(pdu.sequence, Status.INVALID_COMMAND, "command")

    def _take(self, pdu: Pdu) -> None:
        try:
            message = decode_message(pdu.body)
        except BadBody:
            self._nack(pdu.sequence, Status.INVALID_LENGTH, "body")
            return
        self._start(self._hand_on(pdu, message), "deliver")

    async def _hand_on(self, pdu: Pdu, message: ShortMessage) -> None:
        self._say(deliver_answer(pdu, await self._deliver(message, self)))

    def _nack(self, sequence: int, status: int, why: str) -> None:
        self._say(Pdu(Command.GENERIC_NACK, status, sequence))
        self._nacked(why)

    # --- what goes out -------------------------------------------------------------------------

    async def _ask(self, command: Command, body: bytes) -> Pdu:
        if self._transport is None or self.ended.is_set():
            raise NotSent
        self._sequence = self._sequence % _LAST_SEQUENCE + 1
        answer: asyncio.Future[Pdu] = self._loop.create_future()
        self._waiting[self._sequence] = (answer, self._loop.time() + self._times.answer)
        self._say(Pdu(command, 0, self._sequence, body))
        return await answer

    def _say(self, pdu: Pdu) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(pdu.encode())

    # --- heartbeat -----------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Ask whether the SMSC is there when it has been silent; cut the link when it isn't."""
        step = min(1.0, self._times.heartbeat / 2, self._times.answer / 2)
        while True:
            await asyncio.sleep(step)
            now = self._loop.time()
            oldest = next(iter(self._waiting.values()), None)
            if oldest is not None and oldest[1] < now:
                self.cut()
                return
            if now - self._heard_at >= self._times.heartbeat and not self._waiting:
                self._start(self._beat())

    async def _beat(self) -> None:
        try:
            await self._ask(Command.ENQUIRE_LINK, b"")
        except LinkLost:
            pass

    def _start(self, work: "Awaitable[None]", name: str = "watch") -> None:
        task = asyncio.ensure_future(work)
        task.set_name(name)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def _delivering(self) -> list["asyncio.Task[None]"]:
        return [task for task in self._work if task.get_name() == "deliver"]


def _answer(pdu: Pdu) -> Answer:
    if pdu.command != Command.SUBMIT_SM_RESP:
        return Answer(pdu.status or Status.INVALID_COMMAND, "")
    try:
        return Answer(pdu.status, decode_message_id(pdu.body) if pdu.status == Status.OK else "")
    except BadBody:
        return Answer(pdu.status, "")
