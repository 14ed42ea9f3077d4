"""A loopback server that says what it is told to, and a log of exchanges that only remembers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.ports.exchanges import Exchange


@dataclass
class Requests:
    """What arrived: (path, headers, body); `answer` is said to everything but what `answers` has
    for its path, with `headers`."""

    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: tuple[int, str] = (200, "")
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    """The standard backlog of 5 loses connections when 32 threads knock at once."""

    request_queue_size = 128
    daemon_threads = True


@contextmanager
def saying(status: int = 200, body: str = "") -> Iterator[tuple[str, Requests]]:
    """A server at the address given that answers everything alike."""
    requests = Requests(answer=(status, body))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: the second would wait for the first's ack

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            requests.seen.append((self.path, dict(self.headers), self.rfile.read(length)))
            code, text = requests.answers.get(self.path.split("?")[0], requests.answer)
            self.send_response(code)
            for name, value in requests.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET = do_PUT = _answer  # noqa: N815 - the standard library names them

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Remembered:
    """An ExchangeLog in memory."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
