"""Where webhooks may go: addresses as they are typed, as they resolve, and as they redirect."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.webhook_addresses import BadAddress, checked, is_public
from app.ports.webhooks import WebhookAnswer
from providers.webhook_client import LONGEST_READ, WebhookClient
from tests.fakes.http import saying

GOOD = (
    "https://hooks.example.com", "https://hooks.example.com/a/b?c=d", "https://a.b.example:8443/x",
    "https://hooks.example.com:443/", "https://xn--bcher-kva.example/hook", "HTTPS://Hooks.Example/",
)  # fmt: skip
BAD = (
    "", "hooks.example.com", "//hooks.example.com", "http://hooks.example.com/",
    "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://hooks.example.com/",
    "javascript:alert(1)", "https://", "https:///path", "https://localhost/",
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
    "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.1.",
    "https://0/", "https://0.0.0.0/", "https://10.0.0.1/", "https://169.254.169.254/latest/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[fe80::1%25eth0]/", "https://[fd00:ec2::254]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://user@hooks.example.com/",
    "https://user:pass@hooks.example.com/", "https://hooks.example.com@127.0.0.1/",
    "https://@hooks.example.com/", "https://hooks.example.com:80/", "https://hooks.example.com:22/",
    "https://hooks.example.com:6379/", "https://hooks.example.com:99999/",
    "https://hooks.example.com:/", "https://hooks.example.com:0/", "https://hooks.example.com#@a",
    "https://hooks.example.com\\@127.0.0.1/", "https://hooks.example.com /",
    "https://hooks.example.com/\r\nHost: x", "https://hooks.example.com/\t", "\thttps://a.example/",
    "https://hooks..example.com/", "https://-a.example/", "https://a.example-/",
    "https://bücher.example/", "https://hooks。example。com/", "https://ⓔxample.com/",
    "https://127。0。0。1/", "https://１２７.0.0.1/", "https://hooks.example.com/ü",
    "https://a%2eexample.com/", "https://exa%00mple.com/", "https://a.1/", "https://a.0x1/",
    "https://single/", "https://[::1", "https://" + "a" * 500 + ".example/",
)  # fmt: skip
NOT_PUBLIC = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.1.2.3",  # noqa: S104 - refused here
    "172.16.0.1", "172.31.255.1",
    "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "", "nonsense",
    "2130706433", "0x7f.1",
)  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_a_name_on_the_internet_may_be_told(url: str) -> None:
    assert checked(url, loopback=False) == url


@pytest.mark.parametrize("url", BAD)
def test_any_other_address_is_refused_when_it_is_typed_and_when_it_is_sent_to(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _never)
    with pytest.raises(BadAddress):
        checked(url, loopback=False)
    answer = WebhookClient().post(url, {}, b"{}")
    assert answer == WebhookAnswer(None, fault="refused_address")


def _never(*_: object, **__: object) -> Any:
    raise AssertionError("nothing is looked up")


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_anybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "41.58.0.1"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def _resolving(*answers: list[str]) -> Callable[..., Any]:
    """A resolver that gives each of these in turn, and the last one ever after."""
    left = list(answers)

    def look_up(host: str, port: int, *_: object, **__: object) -> Any:
        found = left.pop(0) if len(left) > 1 else left[0]
        if not found:
            raise socket.gaierror(host)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "",
             (one, port))
            for one in found
        ]  # fmt: skip

    return look_up


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.5"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"],
     ["8.8.8.8", "127.0.0.1"], ["8.8.8.8", "fd00::1"]],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolving(addresses))
    monkeypatch.setattr(socket, "create_connection", _never)
    answer = WebhookClient().post("https://hooks.example.com/", {}, b"{}")
    assert answer == WebhookAnswer(None, fault="refused_address")


def test_a_name_that_leads_nowhere_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolving([]))
    answer = WebhookClient().post("https://hooks.example.com/", {}, b"{}")
    assert answer == WebhookAnswer(None, fault="no_such_name")


def test_the_address_that_was_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that leads elsewhere a moment later changes nothing: it isn't asked again."""
    connected = []

    def connect(address: tuple[str, int], *_: object, **__: object) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", _resolving(["93.184.215.14"], ["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", connect)
    answer = WebhookClient().post("https://hooks.example.com/", {}, b"{}")
    assert (answer.fault, connected) == ("connect", [("93.184.215.14", 443)])


def test_tls_checks_the_name_whatever_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server on the other side is told the host's name, and its certificate is none of ours."""
    names: list[str | None] = []

    def serve(server: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = lambda _, name, __: names.append(name)
        made, _ = server.accept()
        with made, contextlib.suppress(OSError):
            context.wrap_socket(made, server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        monkeypatch.setattr(socket, "getaddrinfo", _resolving(["93.184.215.14"]))
        ours = socket.socket()
        ours.connect(server.getsockname())
        monkeypatch.setattr(socket, "create_connection", lambda *_, **__: ours)
        answer = WebhookClient().post("https://hooks.example.com/", {}, b"{}")
        thread.join()
    assert answer.status is None
    assert names == ["hooks.example.com"]


def test_in_demo_mode_this_machine_may_be_told() -> None:
    with saying(200, "thanks") as (base, requests):
        client = WebhookClient(loopback=True)
        answer = client.post(f"{base}/hook", {"X-One": "1"}, b'{"a":1}')
        assert answer == WebhookAnswer(200, "thanks")
        ((path, headers, body),) = requests.seen
        assert (path, headers["X-One"], body) == ("/hook", "1", b'{"a":1}')
        assert WebhookClient().post(f"{base}/hook", {}, b"{}").fault == "refused_address"
        for inside in ("http://10.0.0.1/", "http://169.254.169.254/", "http://hooks.example/"):
            assert client.post(inside, {}, b"{}").fault == "refused_address"


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with saying(302, "") as (base, requests):
        requests.headers["Location"] = f"{base}/elsewhere"
        answer = WebhookClient(loopback=True).post(f"{base}/hook", {}, b"{}")
        assert answer.status == 302
        assert not answer.well
        assert [path for path, _, _ in requests.seen] == ["/hook"]


def test_an_answer_is_read_to_a_bound() -> None:
    with saying(200, "x" * 1_000_000) as (base, _):
        answer = WebhookClient(loopback=True).post(base, {}, b"{}")
        assert answer.well
        assert len(answer.said) == LONGEST_READ


def test_an_answer_that_drips_or_never_comes_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = WebhookClient(0.2, loopback=True)
        answer = client.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        assert answer == WebhookAnswer(None, fault="read_timeout")
