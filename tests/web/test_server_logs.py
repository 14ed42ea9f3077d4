"""What the web server itself writes when a request is wrong: never what was asked."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.harness import free_port

PIN = b"864297"
SERVE = """
import sys
from app.launcher.web_servers import _Gunicorn, gunicorn_settings

def broken(environ, start_response):
    raise KeyError(environ["QUERY_STRING"])

class Broken(_Gunicorn):
    def load(self):
        print("serving", flush=True)
        return broken

Broken(gunicorn_settings("127.0.0.1", int(sys.argv[1]), 1, 2)).run()
"""


@pytest.fixture
def said(tmp_path: Path) -> Iterator[Callable[[bytes], bytes]]:
    """Sends lines to gunicorn, with our settings and an application that fails; all of its log."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port)], stdout=subprocess.PIPE, stderr=written
        )
    assert server.stdout is not None
    assert server.stdout.readline() == b"serving\n"

    def ask(first_line: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), 30) as line:
            line.sendall(first_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
            while line.recv(4096):
                pass
        return log.read_bytes()

    yield ask
    server.terminate()
    server.wait(30)
    server.stdout.close()


@pytest.mark.parametrize(
    ("first_line", "word"),
    [
        (b"GET /ussd/comviva?input=" + PIN + b" HTTP/1.1", b"KeyError"),
        (b"GET /ussd/safaricom?USSD_PARAMS=Ada B*" + PIN + b" HTTP/1.1", b"InvalidHTTPVersion"),
        (b"GET /ussd/safaricom?USSD_PARAMS=it's " + PIN + b" HTTP/1.1", b"InvalidHTTPVersion"),
        (b"GET/ussd/comviva?input=" + PIN, b"InvalidRequestLine"),
    ],
)
def test_a_request_that_fails_is_logged_without_what_was_asked(
    said: Callable[[bytes], bytes], first_line: bytes, word: bytes
) -> None:
    log = said(first_line)
    assert word in log, json.dumps(log.decode())
    assert PIN not in log
