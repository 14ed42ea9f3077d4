"""A load generator in one thread: raw sockets, keep-alive, as little work per request as possible,
because it shares two cores with what it measures."""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = Callable[[int], bytes]
"""Number of a connection -> the bytes of its next request."""


@dataclass
class Result:
    """What was answered in `seconds`, and how long each took in milliseconds."""

    seconds: float
    milliseconds: list[float] = field(default_factory=list)
    bad: int = 0

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds


FORM = "Content-Type: application/x-www-form-urlencoded"


def post(path: str, body: bytes, *headers: str) -> bytes:
    """The bytes of a POST, of a form unless its headers say otherwise."""
    lines = [f"POST {path} HTTP/1.1", "Host: bench", *(headers or (FORM,))]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def closed(port: int, request: Request, connections: int, *, seconds: float = 0,
           requests: int = 0) -> Result:  # fmt: skip
    """Each connection sends its next request as soon as it has an answer, for `seconds` or until
    `requests` are answered."""
    lines = [_Line(port, number) for number in range(connections)]
    selector = selectors.DefaultSelector()
    began = time.perf_counter()
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
        line.send(request(line.number))
    result = Result(seconds)
    until = began + seconds if seconds else float("inf")
    sent = connections
    while time.perf_counter() < until and (not requests or len(result.milliseconds) < requests):
        for key, _ in selector.select(0.5):
            line = key.data
            took = line.receive(result)
            if took is not None:
                result.milliseconds.append(took)
                if not requests or sent < requests:
                    sent += 1
                    line.send(request(line.number))
    result.seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return result


def paced(port: int, request: Request, connections: int, rate: float, seconds: float) -> Result:
    """Requests leave at a fixed rate; each is timed from when it was due, so that a stall counts
    against everything that waited behind it. Connections take turns: gunicorn has a thread wait up
    to five seconds for the first bytes of a new one."""
    free = [_Line(port, number) for number in range(connections)]
    selector = selectors.DefaultSelector()
    for line in free:
        selector.register(line.socket, selectors.EVENT_READ, line)
    result = Result(seconds)
    began, due, total = time.perf_counter(), 0, int(rate * seconds)
    while len(result.milliseconds) < total and time.perf_counter() < began + seconds + 10:
        now = time.perf_counter()
        while due < total and free and began + due / rate <= now:
            line = free.pop(0)
            line.send(request(line.number))
            line.sent_at = began + due / rate
            due += 1
        wait = max(0.0, began + due / rate - time.perf_counter()) if due < total and free else 0.05
        for key, _ in selector.select(wait):
            took = key.data.receive(result)
            if took is not None:
                result.milliseconds.append(took)
                free.append(key.data)
    result.seconds = time.perf_counter() - began
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return result


class _Line:
    """One keep-alive connection."""

    def __init__(self, port: int, number: int) -> None:
        self.number = number
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._buffer = b""

    def send(self, data: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self, result: Result) -> float | None:
        """Milliseconds when the answer is whole, else None."""
        data = self.socket.recv(65_536)
        if not data:
            raise ConnectionError("the server closed a connection")
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        if head[9:10] != b"2" or body[:4] == b"END ":
            result.bad += 1
        self._buffer = b""
        return (time.perf_counter() - self.sent_at) * 1000


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    end = lower.find(b"\r\n", start)
    return int(lower[start : end if end >= 0 else None])
