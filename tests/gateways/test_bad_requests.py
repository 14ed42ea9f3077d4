"""What strangers and broken gateways send to each door: a refusal in the gateway's form, nothing
lost, nothing charged, and what was typed is in no log."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.observability.lines import BufferedLines
from app.ports.channels import GatewayRequest, SessionEnd, UssdHop
from app.web.doors import UNLOCKED
from app.web.ussd import UNREADABLE, UssdDoor
from providers import registry
from providers.channels.africastalking.ussd import AfricasTalkingUssd
from providers.sandbox.phones import PHONES, Call, Screen, Wire
from tests.conftest import Servers, Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings
from tests.gateways.bad_requests import PIN, fields, spoilt, without

CODE = "*384*123#"
METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"})
SPOILT = spoilt()


@pytest.fixture(scope="module")
def program(urls: Urls, servers: Servers) -> Iterator[Gateway]:
    """One for all tests: no bad request may change what the next one meets."""
    with Gateway.to(settings(urls.program, servers.redis_url)) as made:
        yield made


@pytest.fixture
def gateway(program: Gateway, redis_url: str) -> Gateway:
    """In front of the program, which knows no session yet."""
    assert program.parts.settings.redis_url == redis_url
    return program


DOORS = [name for name in registry.USSD_GATEWAYS if name != "kannel"]
"""Kannel's headers tell which dialogue an answer is for: without them there is nobody to show a
refusal. What it sends is in tests/web/test_kannel_doors.py."""


@pytest.fixture(params=DOORS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def call(name: str, session: str) -> Call:
    return Call(f"{session}-{name}", SUBSCRIBER, CODE, CODE, "62130")


def hop(gateway: Gateway, name: str, of: Call, *typed: str) -> Screen:
    return gateway.show(name, PHONES[name].hop(of, typed))


NOT_BAD_THERE = {
    ("nalo", "no session"),  # the subscriber's number stands in for it
    ("infobip", "a session in another script"),  # it stands in the path, where it is encoded
}


def orders(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from orders")[0])


def test_what_is_no_hop_is_refused_in_the_gateways_own_form(gateway: Gateway, name: str) -> None:
    of = call(name, "bad")
    good = PHONES[name].hop(of, ("1", PIN))
    bad = [spoil for spoil in SPOILT if (name, spoil) not in NOT_BAD_THERE]
    shown = {spoil: gateway.show(name, SPOILT[spoil](good, of)) for spoil in bad}
    assert shown == dict.fromkeys(bad, Screen(UNREADABLE.text, close=True))


def test_a_hop_that_lacks_a_field_is_answered_or_refused(gateway: Gateway, name: str) -> None:
    wire = PHONES[name].hop(call(name, "lacks"), ("1",))
    screens = [gateway.show(name, without(wire, one)) for one in fields(wire)]
    assert Screen(UNREADABLE.text, close=True) in screens
    assert all(screen.text for screen in screens)


def test_no_bad_request_disturbs_the_session_it_names(gateway: Gateway, name: str) -> None:
    of, before = call(name, "stands"), orders(gateway)
    hop(gateway, name, of)
    assert hop(gateway, name, of, "1").text.startswith("Airtime for")
    good = PHONES[name].hop(of, ("1", PIN))
    for spoil in SPOILT.values():
        gateway.show(name, spoil(good, of))
    assert hop(gateway, name, of, "1", "1").text.startswith("Amount?")
    assert orders(gateway) == before


def test_another_content_type_is_no_reason_to_refuse(gateway: Gateway, name: str) -> None:
    of = call(name, "kind")
    first = PHONES[name].hop(of, ())
    for kind in ("", "text/plain", "application/octet-stream", "multipart/form-data"):
        screen = gateway.show(name, replace(first, headers={"Content-Type": kind}))
        assert screen.text.startswith("Balance NGN"), kind


def test_a_method_that_the_gateway_does_not_use_is_not_allowed(gateway: Gateway, name: str) -> None:
    wire = PHONES[name].hop(call(name, "method"), ())
    path = f"/ussd/{name}{wire.tail}?{wire.query}"
    for method in METHODS - registry.USSD_GATEWAYS[name](CODE).methods:
        assert gateway.call(path, wire.body, method)[0] == "405 Method Not Allowed"


def test_a_notice_of_an_end_that_cannot_be_read_is_answered(gateway: Gateway, name: str) -> None:
    of = call(name, "ends")
    notice = PHONES[name].ended(of, ("1",), hung_up=True)
    if notice is None:
        return
    for bad in (replace(notice, query="", body=b"\xff"), replace(notice, query="x=%FF", body=b"")):
        assert answered(gateway, name, bad) == "200 OK"


def test_no_log_line_and_nothing_in_redis_holds_what_was_typed(
    urls: Urls, redis_url: str, name: str, monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    written = io.BytesIO()
    buffered = BufferedLines(written)
    monkeypatch.setattr("app.bootstrap.BufferedLines", lambda: buffered)
    with Gateway.to(settings(urls.program, redis_url)) as gateway:
        _type_a_pin_and_worse(gateway, name)
        redis = gateway.parts.redis
        for key in redis.scan_iter():
            value = redis.get(key) if redis.type(key) == b"string" else redis.xrange(key)
            assert PIN.encode() not in repr(value).encode()
    buffered.flush()
    out, err = capfdbinary.readouterr()
    lines = out + err + caplog.text.encode() + written.getvalue()
    assert b"bad_hop" in lines
    assert b"buy.pin" in lines
    assert PIN.encode() not in lines


def _type_a_pin_and_worse(gateway: Gateway, name: str) -> None:
    with gateway.parts.db.statement() as tx:
        tx.run("update subscribers set failures = 0, locked_until = null, guesses = 0")
    of = call(name, "secret")
    for step in range(5):
        hop(gateway, name, of, *"1111"[:step])
    good = PHONES[name].hop(of, (*"1111", PIN))
    assert gateway.show(name, good).text.startswith("Wrong PIN")
    for spoil in SPOILT.values():
        gateway.show(name, spoil(good, of))


class BrokenUssd(AfricasTalkingUssd):
    """A dialect with a fault of its own."""

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        raise KeyError(request.body)


def test_a_fault_in_a_dialect_is_answered_and_tells_nothing(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    door = UssdDoor(BrokenUssd(CODE), UNLOCKED, lambda _: UNREADABLE, lambda _: None)
    answer = door(GatewayRequest("POST", "", "", "", PIN.encode()))
    assert (answer.status, answer.body) == (200, f"END {UNREADABLE.text}".encode())
    out, err = capfdbinary.readouterr()
    assert b"KeyError" in out + err
    assert PIN.encode() not in out + err


def answered(gateway: Gateway, name: str, wire: Wire) -> str:
    """The status line."""
    path = f"/ussd/{name}{wire.tail}?{wire.query}"
    return gateway.call(path, wire.body, wire.method, wire.headers.get("Content-Type", ""))[0]
