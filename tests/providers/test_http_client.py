"""What peers can do to the one outbound HTTP client, and what it makes of it."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from providers.http_client import (
    LONGEST_ANSWER,
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
)
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered(), read_seconds=0.5)
    yield client
    client.close()


def _request(url: str) -> OutboundRequest:
    return OutboundRequest("vendor", "POST", f"{url}/pay", {}, b"{}", "order-1")


@contextmanager
def _peer(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A peer that reads a request and then does what it likes, until the test is over."""
    over = threading.Event()

    def serve() -> None:
        line, _ = server.accept()
        with line:
            line.recv(65_536)
            try:
                talk(line, over)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def _drip(head: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """A byte at a time, each well within the time one read may take."""

    def talk(line: socket.socket, over: threading.Event) -> None:
        line.sendall(head)
        while not over.wait(0.05):
            line.sendall(b"x")

    return talk


@pytest.mark.parametrize(
    "head",
    [HEAD + b"Content-Length: 5000\r\n\r\n", HEAD + b"X-Never-Ends: ", b""],
    ids=["in the body", "in a header", "in the first line"],
)
def test_an_answer_that_comes_drop_by_drop_is_given_up(head: bytes, http: HttpClient) -> None:
    with _peer(_drip(head)) as base, pytest.raises(AnswerLostError):
        http.send(_request(base))


def test_an_answer_of_a_hundred_megabytes_is_given_up_after_the_first_of_them(
    http: HttpClient,
) -> None:
    sent = []

    def talk(line: socket.socket, _: threading.Event) -> None:
        line.sendall(HEAD + b"Content-Length: 100000000\r\n\r\n")
        for _part in range(100):
            line.sendall(b"x" * 1_000_000)
            sent.append(1_000_000)

    with _peer(talk) as base, pytest.raises(AnswerLostError):
        http.send(_request(base))
    assert LONGEST_ANSWER <= sum(sent) + 1_000_000 < 50_000_000


def test_a_body_shorter_than_it_says_is_lost(http: HttpClient) -> None:
    def talk(line: socket.socket, _: threading.Event) -> None:
        line.sendall(HEAD + b"Content-Length: 50\r\n\r\nhalf")

    with _peer(talk) as base, pytest.raises(AnswerLostError):
        http.send(_request(base))


def test_a_certificate_nobody_vouches_for_gets_no_byte_of_the_request(
    http: HttpClient, tmp_path: Path
) -> None:
    heard = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))

    def serve() -> None:
        line, _ = server.accept()
        try:
            with context.wrap_socket(line, server_side=True) as secured:
                heard.append(secured.recv(1_000))
        except OSError:
            line.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(NotSentError):
            http.send(_request(f"https://127.0.0.1:{server.getsockname()[1]}"))
        thread.join()
    assert not any(heard)


def test_a_redirect_is_an_answer_like_any_other(http: HttpClient) -> None:
    def talk(line: socket.socket, _: threading.Event) -> None:
        line.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )

    with _peer(talk) as base:
        assert http.send(_request(base)).status == 302


def _self_signed(folder: Path) -> Path:
    """A certificate for this address and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1)).add_extension(address, False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "peer.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    return file
