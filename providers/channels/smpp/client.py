"""The SMPP client: keeps one link bound, and binds again, with a growing pause, when it ends."""

import asyncio
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from providers.channels.smpp.link import Deliver, Link, LinkLost, NotBound, Times
from providers.channels.smpp.pdu import Login

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SmscAddress:
    """Where the SMSC is. `ca_file`: whose certificates count with TLS, the system's when None."""

    host: str
    port: int
    tls: bool = False
    ca_file: Path | None = None


class SmppClient:
    """`say` gets an event's name and facts for the log."""

    def __init__(
        self, address: SmscAddress, login: Login, window: int, deliver: Deliver,
        say: Callable[..., None], times: Times | None = None,
    ) -> None:  # fmt: skip
        self._address = address
        self._login = login
        self._window = window
        self._deliver = deliver
        self._say = say
        self._times = times or Times()
        self._link: Link | None = None
        self._bound = asyncio.Event()

    @property
    def link(self) -> Link | None:
        """The bound link; None while there is none."""
        return self._link if self._link and not self._link.ended.is_set() else None

    async def bound(self) -> Link:
        """The bound link, once there is one."""
        while True:
            link = self.link
            if link is not None:
                return link
            self._bound.clear()
            await self._bound.wait()

    async def keep_bound(self) -> None:
        """Bind, and again whenever the link ends, until cancelled."""
        pause = _FIRST_PAUSE
        while True:
            try:
                link = await self._bind()
            except (OSError, TimeoutError, ssl.SSLError, NotBound, LinkLost) as error:
                why = str(error) if isinstance(error, NotBound) else type(error).__name__
                self._say("smpp_not_bound", reason=why, again_in=round(pause, 1))
            else:
                pause = _FIRST_PAUSE
                await link.ended.wait()
                self._say("smpp_link_ended")
            # Not all of an operator's clients at once.
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def unbind(self) -> None:
        """End the link cleanly; `keep_bound` was cancelled before."""
        if self.link is not None:
            await self.link.unbind()

    async def _bind(self) -> Link:
        where = self._address
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, link = await loop.create_connection(
                lambda: Link(self._deliver, self._window, self._times, self._nacked),
                where.host, where.port, ssl=self._tls(),
            )  # fmt: skip
            try:
                await link.bind(self._login)
            except BaseException:
                link.cut()
                raise
        self._link = link
        self._bound.set()
        self._say("smpp_bound", host=where.host, port=where.port)
        return link

    def _tls(self) -> ssl.SSLContext | None:
        if not self._address.tls:
            return None
        return ssl.create_default_context(cafile=self._address.ca_file)

    def _nacked(self, what: str) -> None:
        self._say("smpp_unreadable", what=what)
