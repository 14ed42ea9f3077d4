"""Clients that are slow, silent or wrong, in front of the real server with its three threads:
nobody else waits for them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.launcher.web_servers import gunicorn_settings
from app.launcher.whole_requests import COLLECTED, Arrival
from tests.security.served import AT_ONCE

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
QUICK = HEAD + b"Content-Length: 3\r\n\r\nabc"
MANY = 40


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of a server that soon loses patience."""
    with served(tmp_path_factory.mktemp("home"), patience=0.6) as number:
        yield number


@contextmanager
def served(home: Path, patience: float) -> Iterator[int]:
    """The port of gunicorn with one process; its home is an empty folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.security.served", str(number), str(patience)],
        env=environment, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    try:
        _wait_for(number)
        yield number
        assert list(home.rglob("*")) == [], "a control socket, or anything else, was left"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(2_000):
        try:
            line(port).close()
        except ConnectionRefusedError:
            os.sched_yield()
            _pause()
        else:
            return
    raise AssertionError("the server didn't start")


def _pause() -> None:
    """A refused connection costs nothing, so let the server have the core."""
    with socket.socket() as nobody:
        nobody.settimeout(0.02)
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        try:
            nobody.accept()
        except TimeoutError:
            return


def line(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=15)


def answer_of(sock: socket.socket) -> bytes:
    """One whole answer; what came until the end when there is none."""
    got = b""
    while not _ends(got) and (more := sock.recv(65_536)):
        got += more
    return got


def _ends(got: bytes) -> bool:
    head, ended, body = got.partition(b"\r\n\r\n")
    told = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
    return bool(ended) and len(body) >= int(told)


def asked(port: int, request: bytes = QUICK) -> bytes:
    with line(port) as sock:
        sock.sendall(request)
        return answer_of(sock)


SLOW = {
    "silent": b"",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 500\r\n\r\nabc",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    "no last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    "a chunk that looks like the last": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n500\r\n0\r\n\r\n",
    "more than is collected, unread": HEAD.replace(b" / ", b" /unread ")
    + b"Content-Length: 9000000\r\n\r\nabc",
    "one request and half of another": QUICK + HEAD,
    "answered, and never closed": QUICK.replace(b"Host: x", b"Host: x\r\nConnection: close"),
    "refused, and never closed": b"nonsense\r\n\r\n",
}


@pytest.mark.parametrize("kind", SLOW)
def test_others_are_answered_while_many_are_slow(port: int, kind: str) -> None:
    with ExitStack() as held:
        slow = [held.enter_context(line(port)) for _ in range(MANY)]
        for one in slow:
            one.sendall(SLOW[kind])
        for _ in range(5):
            assert b"3 abc" in asked(port), "within the fifteen seconds of its own line"
        answered = [answer_of(one) for one in slow]
    if "answered" not in kind and "refused" not in kind and "one request" not in kind:
        heads = {got.split(b"\r\n")[0] for got in answered}
        assert heads <= {b"", b"HTTP/1.1 408 Request Timeout", b"HTTP/1.1 200 OK"}, heads


def test_more_silent_clients_than_there_are_connections_shut_nobody_out(tmp_path: Path) -> None:
    with served(tmp_path, patience=600) as port, ExitStack() as held:
        for _ in range(3 * AT_ONCE):
            held.enter_context(line(port))
        assert b"3 abc" in asked(port)


def test_whoever_takes_too_long_is_told_so_and_let_go(port: int) -> None:
    with line(port) as sock:
        sock.sendall(SLOW["half a body"])
        assert answer_of(sock).startswith(b"HTTP/1.1 408 ")
        assert sock.recv(1) == b""
    with line(port) as sock:
        assert sock.recv(1) == b"", "who says nothing is told nothing"


def test_a_body_longer_than_is_collected_is_read_by_its_thread(port: int) -> None:
    long = b"x" * (COLLECTED * 3)
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(long)
    assert b"%d xxx" % len(long) in asked(port, head + long)


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: +3\r\n\r\nabc",
        HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        HEAD + b"Content-Length: 99999999999999999999999\r\nX: y\r\n bad\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 3\n\nabc",
        HEAD + b"X: " + b"y" * 9_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X%d: y\r\n" % number for number in range(80)) + b"\r\n",
        b"POST /" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/9.9\r\nHost: x\r\n\r\n",
    ],
)
def test_what_two_servers_could_read_in_two_ways_is_refused(port: int, request_: bytes) -> None:
    with line(port) as sock:
        sock.sendall(request_ + QUICK)
        got = b""
        while more := sock.recv(65_536):
            got += more
    assert got.split(b" ")[1][:1] in {b"4", b"5"} or got == b"", got[:200]
    assert b"200 OK" not in got, "nothing hides in the body of what is refused"


def test_the_server_does_not_say_what_it_is(port: int) -> None:
    for request in (QUICK, QUICK.replace(b"POST", b"GET"), b"nonsense\r\n\r\n"):
        assert b"\r\nserver:" not in asked(port, request).lower()


def test_two_requests_at_once_and_in_pieces_are_both_answered(port: int) -> None:
    with line(port) as sock:
        sock.sendall(QUICK + QUICK)
        got = sock.recv(65_536)
        while got.count(b"3 abc") < 2:
            more = sock.recv(65_536)
            assert more
            got += more
        for piece in (QUICK[:9], QUICK[9:40], QUICK[40:]):
            sock.sendall(piece)
        assert b"3 abc" in answer_of(sock)


def test_only_the_program_itself_speaks_for_others_and_there_is_no_control_socket() -> None:
    wanted = gunicorn_settings("127.0.0.1", 1, 1, 1)
    assert wanted["control_socket_disable"] is True
    assert wanted["forwarded_allow_ips"] == ""


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "whole"),
    [
        (QUICK, True),
        (QUICK[:-1], False),
        (HEAD, False),
        (HEAD + b"\r\n", True),
        (HEAD + b"CONTENT-LENGTH:\t3 \r\n\r\nabc", True),
        (HEAD + b"content-length: 3\r\n\r\nab", False),
        (CHUNKED, False),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", True),
        (CHUNKED + b"3;x=y\r\nabc\r\n0\r\nTrailer: y\r\n\r\n", True),
        (CHUNKED + b"3\r\nabc\r\n0\r\nTrailer: y\r\n", False),
        (CHUNKED + b"5\r\n0\r\n\r\n\r\n", False),
        (CHUNKED + b"zz\r\n", True),
        (CHUNKED + b"ffffffff\r\n" + b"a" * COLLECTED, True),
        (b"a" * 70_000, True),
        (HEAD + b"Content-Length: 99999999\r\n\r\n", True),
    ],
)
def test_a_request_is_whole_however_it_comes_in_pieces(request_: bytes, whole: bool) -> None:
    assert Arrival().is_whole(request_) is whole
    if len(request_) < 200:
        arrival = Arrival()
        found = [arrival.is_whole(request_[:end]) for end in range(1, len(request_) + 1)]
        assert found[-1] is whole
        assert not whole or found.index(True) >= len(request_.rstrip(b"\r\n")) - 12
