"""An answer has to be whole within the read timeout, however it drips.

A timeout of httpx is one read's: a peer that sends a byte now and then holds a worker, and an
attempt's takeover, for as long as it likes. Here the time runs from the last byte written.
"""

import ssl
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpcore
import httpx


class WholeAnswers(httpx.HTTPTransport):
    """The usual transport, over connections that count their time. `address_of` says which IP
    address is connected to for a host and port, whose name TLS still checks; without it the system
    finds one."""

    def __init__(
        self, limits: httpx.Limits, address_of: Callable[[str, int], str] | None = None
    ) -> None:
        super().__init__(verify=_trusted(), limits=limits, trust_env=False)
        # httpcore takes a backend of one's own; httpx has no argument to hand one on.
        self._pool._network_backend = _Backend(address_of)  # noqa: SLF001


@cache
def _trusted() -> ssl.SSLContext:
    """Who is believed to be whom: the same for all clients, and 40 ms of reading certificates."""
    return httpx.create_ssl_context(trust_env=False)


class _Backend(httpcore.SyncBackend):
    def __init__(self, address_of: Callable[[str, int], str] | None) -> None:
        self._address_of = address_of

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        to = self._address_of(host, port) if self._address_of else host
        return _Stream(super().connect_tcp(to, port, timeout, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    """A connection whose reads share one timeout from write to write."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._written_at = time.monotonic()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if timeout is None:
            return self._stream.read(max_bytes)
        left = self._written_at + timeout - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer isn't whole in time")
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)
        self._written_at = time.monotonic()

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
