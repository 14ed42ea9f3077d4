"""gunicorn's threads, given a request once it has arrived whole.

A thread that waits for a slow client serves nobody else, and a process has three. gunicorn 27 waits
in them without end for the rest of a head or a body, five seconds for a client that says nothing,
and lingers in its only loop for two seconds with each client that doesn't close. Here all of that
waiting is the poller's; what a thread reads or writes, it does against a deadline
(docs/decisions/0041).
"""

import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import ThreadWorker

ARRIVES_WITHIN = 10.0
"""Seconds for a request that is collected, head and body."""
COLLECTED = 65_536
"""Bytes of a body at most that are waited for; what is longer its thread reads, if it wants to."""
PACE = 65_536
"""Bytes a second at least of a longer body, after those seconds."""
ANSWER_TAKEN_WITHIN = 30.0
"""Seconds for a client to take a piece of its answer."""
_LINGERS = 2.0
"""Seconds for a client to close after its last answer, so that it isn't cut short."""
_REST_WITHIN = 0.05
"""Seconds for the rest of a body that nobody read, where the connection is to be kept."""
_LONGEST_HEAD = 65_536
_AT_ONCE = 65_536
_LOOKS_EVERY = 0.5
_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*(?:\r\n|$)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_CHUNK = re.compile(rb"[0-9a-fA-F]{1,8}")


class Arrival:
    """Whether one request is there as a whole. gunicorn's parser reads it afterwards and has the
    last word: whatever doesn't look like HTTP is whole, so that it is refused."""

    def __init__(self) -> None:
        self.length = 0
        self._wanted = 0
        self._at: int | None = None
        self._chunked = False

    def is_whole(self, seen: bytes) -> bool:
        """`seen`: everything so far, from the request's first byte."""
        if self._at is None and not self._read_head(seen):
            return len(seen) > _LONGEST_HEAD
        if not self._chunked:
            return len(seen) >= self._wanted
        return self._has_last_chunk(seen) or len(seen) > self._wanted

    def _read_head(self, seen: bytes) -> bool:
        end = seen.find(b"\r\n\r\n", max(0, self._wanted - 3))
        if end < 0:
            self._wanted = len(seen)
            return False
        head, self._at = seen[:end], end + 4
        self._chunked = _CHUNKED.search(head) is not None
        told = _LENGTH.search(head)
        self.length = int(told[1]) if told else 0
        collected = COLLECTED if self._chunked else self.length
        self._wanted = self._at + (collected if collected <= COLLECTED else 0)
        return True

    def _has_last_chunk(self, seen: bytes) -> bool:
        """Go on where the last look ended: at the line before a chunk that isn't there yet."""
        while self._at is not None and (end := seen.find(b"\r\n", self._at)) >= 0:
            size = _CHUNK.match(seen, self._at, end)
            if size is None:
                return True
            if int(size[0], 16) == 0:
                return seen.find(b"\r\n\r\n", end) >= 0
            behind = end + 2 + int(size[0], 16) + 2
            if behind > len(seen):
                return False
            self._at = behind
        return False


class _Deadlined(SocketUnreader):  # type: ignore[misc] # gunicorn has no types
    """Reads a connection until `conn.timeout`, then raises TimeoutError."""

    def __init__(self, conn: Any) -> None:
        super().__init__(conn.sock)
        self._conn = conn

    def chunk(self, size_hint: int | None = None) -> bytes:
        left = self._conn.timeout - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request didn't arrive in time")
        self.sock.settimeout(left)
        found: bytes = super().chunk(size_hint)
        self.sock.settimeout(ANSWER_TAKEN_WITHIN)
        return found


class WholeRequests(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's threaded worker, whose connections wait in the poller alone."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting: dict[Any, None] = {}
        self._looks_at = 0.0

    def accept(self, listener: Any) -> None:
        """Take a connection; where that was the last one, whoever has waited longest goes, so that
        clients who say nothing don't shut the door."""
        super().accept(listener)
        if self.nr_conns >= self.worker_connections and len(self._waiting) > 1:
            self._give_up(min(self._waiting, key=lambda one: one.timeout))

    def enqueue_req(self, conn: Any) -> None:
        """A request begins: on a new connection, on a kept one, or behind another."""
        conn.timeout = time.monotonic() + ARRIVES_WITHIN
        conn.arrival = Arrival()
        if not conn.initialized:
            conn.init()
            conn.parser.unreader = _Deadlined(conn)
        self._collect(conn, early=conn.parser.unreader.buf.getvalue() != b"")

    def finish_request(self, conn: Any, fs: Any) -> None:
        """A connection that ends is left to its client to close, for a while."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        conn.timeout = time.monotonic() + _LINGERS
        conn.arrival = None
        conn.sock.settimeout(0)
        self._wait(conn, self._discard)

    def handle_request(self, req: Any, conn: Any) -> Any:
        conn.sock.settimeout(ANSWER_TAKEN_WITHIN)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Close what has waited too long; called by the loop whenever something happened."""
        now = time.monotonic()
        if now < self._looks_at:
            return
        self._looks_at = now + _LOOKS_EVERY
        for conn in [one for one in self._waiting if one.timeout <= now]:
            self._give_up(conn)

    def _keepalive_after(self, conn: Any, keepalive: Any) -> bool:
        """Is the connection good for another request? Not if its client still sends a body that
        nobody wanted."""
        if not keepalive:
            return False
        conn.timeout = min(conn.timeout, time.monotonic() + _REST_WITHIN)
        return bool(conn.parser.finish_body(deadline=conn.timeout))

    def _collect(self, conn: Any, *, early: bool = False) -> None:
        """Take what has come and give the request to a thread, or wait for more. `early`: some of
        it came with the request before."""
        held = conn.parser.unreader.buf
        if early and conn.arrival.is_whole(held.getvalue()):
            self._hand_over(conn)
            return
        conn.sock.settimeout(0)
        try:
            come = conn.sock.recv(_AT_ONCE)
        except BlockingIOError:
            self._wait(conn, self._collect)
            return
        except OSError:
            come = b""
        if not come:
            self._close(conn)
            return
        held.seek(0, 2)
        held.write(come)
        if conn.arrival.is_whole(held.getvalue()):
            self._hand_over(conn)
        else:
            self._wait(conn, self._collect)

    def _hand_over(self, conn: Any) -> None:
        if conn.arrival.length > COLLECTED:
            conn.timeout += conn.arrival.length / PACE
        super().enqueue_req(conn)

    def _wait(self, conn: Any, then: Callable[[Any], None]) -> None:
        self._waiting[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self._woken, conn, then))

    def _woken(self, conn: Any, then: Callable[[Any], None], _: Any) -> None:
        self._forget(conn)
        then(conn)

    def _discard(self, conn: Any) -> None:
        try:
            gone = not conn.sock.recv(_AT_ONCE)
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        if gone:
            self._close(conn)
        else:
            self._wait(conn, self._discard)

    def _give_up(self, conn: Any) -> None:
        self._forget(conn)
        if conn.arrival is not None and conn.parser.unreader.buf.getvalue():
            with suppress(OSError):
                conn.sock.send(_TIMED_OUT)
        self._close(conn)

    def _forget(self, conn: Any) -> None:
        del self._waiting[conn]
        self.poller.unregister(conn.sock)

    def _close(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()
