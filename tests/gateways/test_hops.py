"""What every gateway's hops do at the program's own doors, as its handsets send them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from app.ports.channels import UssdHop
from app.sessions.hop_stream import take
from providers import registry
from providers.sandbox.phones import PHONES, Call, Screen
from tests.conftest import Servers, Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings
from tests.gateways.golden import exchanges

_calls = count(1)


def _reply(name: str) -> UssdHop:
    """A hop that goes on, from the gateway's golden files."""
    [reply] = [each.request for each in exchanges(name) if each.name == "reply"]
    hop = registry.USSD_GATEWAYS[name]("*384*123#").read(reply)
    assert isinstance(hop, UssdHop)
    return hop


_TELL_HISTORIES = {name for name in registry.USSD_GATEWAYS if _reply(name).newest is None}
_COUNT = {
    name for name in registry.USSD_GATEWAYS
    if (newest := _reply(name).newest) is not None and newest.number is not None
}  # fmt: skip


@pytest.fixture(scope="module")
def program(urls: Urls, servers: Servers) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, servers.redis_url)) as made:
        yield made


@pytest.fixture
def gateway(program: Gateway, redis_url: str) -> Gateway:
    """In front of the program, which knows no session; whoever was locked isn't."""
    assert program.parts.settings.redis_url == redis_url
    with program.parts.db.statement() as tx:
        tx.run("update subscribers set failures = 0, locked_until = null, guesses = 0")
    return program


def call(dialled: str = "*384*123#") -> Call:
    return Call(f"call-{next(_calls)}", SUBSCRIBER, dialled, "*384*123#", "62130")


def show(gateway: Gateway, name: str, made: Call, *typed: str) -> Screen:
    return gateway.show(name, PHONES[name].hop(made, typed))


def orders(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from orders")[0])


def buy(gateway: Gateway, name: str, made: Call, number: str) -> Screen:
    """Airtime of NGN 200 for another number, input by input; the last screen."""
    keys = ("1", "2", number, "2", "1", "7392")
    return [show(gateway, name, made, *keys[:step]) for step in range(len(keys) + 1)][-1]


@pytest.mark.parametrize("name", registry.USSD_GATEWAYS)
def test_every_gateway_has_a_handset(name: str) -> None:
    assert name in PHONES


@pytest.mark.parametrize("name", sorted(_COUNT | _TELL_HISTORIES))
def test_a_repeated_hop_gets_the_first_answer(gateway: Gateway, name: str) -> None:
    made = call()
    show(gateway, name, made)
    show(gateway, name, made, "1")
    amounts = show(gateway, name, made, "1", "1")
    assert amounts.text.startswith("Amount?")
    assert show(gateway, name, made, "1", "1") == amounts
    assert show(gateway, name, made, "1", "1", "1").text.startswith("MTN airtime NGN 100.00")


@pytest.mark.parametrize("name", registry.USSD_GATEWAYS)
def test_a_repeated_end_is_said_again_and_buys_once(gateway: Gateway, name: str) -> None:
    made, before = call(), orders(gateway)
    number = f"0803115{next(_calls):04d}"
    last = buy(gateway, name, made, number)
    assert last.close
    assert last.text.startswith("Request received.")
    assert show(gateway, name, made, "1", "2", number, "2", "1", "7392") == last
    assert orders(gateway) == before + 1


@pytest.mark.parametrize("name", registry.USSD_GATEWAYS)
def test_an_unknown_session_that_does_not_begin_is_not_walked(gateway: Gateway, name: str) -> None:
    home = show(gateway, name, call())
    keys = ("1", "1", "2", "1", "7392")
    before = orders(gateway)
    lost = show(gateway, name, call(), *keys)
    assert not lost.close
    assert orders(gateway) == before
    if name not in _TELL_HISTORIES:
        assert lost == home, "one key of a lost screen presses nothing"


@pytest.mark.parametrize("name", registry.USSD_GATEWAYS)
def test_a_deep_dial_walks_fixed_options(gateway: Gateway, name: str) -> None:
    assert show(gateway, name, call("*384*123*1*1#")).text.startswith("Amount?")


@pytest.mark.parametrize("name", registry.USSD_GATEWAYS)
@pytest.mark.parametrize("hung_up", [True, False], ids=["hung_up", "timed_out"])
def test_the_notice_of_an_end_is_kept(gateway: Gateway, name: str, hung_up: bool) -> None:
    made = call()
    take(gateway.parts.redis)
    show(gateway, name, made)
    [hop] = take(gateway.parts.redis)
    notice = PHONES[name].ended(made, (), hung_up=hung_up)
    if notice is None:
        return
    kind = notice.headers.get("Content-Type", "")
    path = f"/ussd/{name}{notice.tail}" + (f"?{notice.query}" if notice.query else "")
    ends = "select count(*) from ussd_session_ends where channel = %s"
    with gateway.parts.db.statement() as tx:
        before = tx.one(ends, (name,))[0]
    status, _ = gateway.call(path, notice.body, notice.method, kind, notice.headers)
    assert status == "200 OK"
    with gateway.parts.db.statement() as tx:
        assert tx.one(ends, (name,))[0] == before + 1
        assert tx.one(f"{ends} and session = %s", (name, hop[1]))[0] == 1, "its hops' own name"


def test_a_session_id_that_returns_buys_again_and_its_copies_do_not(gateway: Gateway) -> None:
    made = replace(call(), session="01235")
    before = orders(gateway)
    first = buy(gateway, "madapi", made, "08031160001")
    assert first.text.startswith("Request received.")
    gateway.parts.redis.flushall()
    with gateway.parts.db.statement() as tx:
        # As if the first had begun at another time.
        tx.run("update orders set session = replace(session, '@', '@1') where channel = 'madapi'")
    again = buy(gateway, "madapi", made, "08031160002")
    assert again.text.startswith("Request received.")
    assert orders(gateway) == before + 2


def test_a_session_without_an_id_is_its_subscribers_newest(gateway: Gateway) -> None:
    """Nalo, without SESSIONID: who dials again within the time of a session begins anew."""

    def hop(text: str, *, first: bool) -> Screen:
        said = (
            '{"USERID":"N","MSISDN":"2348030000001","USERDATA":"%s","MSGTYPE":%s,"NETWORK":"MTN"}'
        )
        body = (said % (text, str(first).lower())).encode()
        status, answer = gateway.call("/ussd/nalo", body, kind="application/json")
        return PHONES["nalo"].read(int(status.split()[0]), {}, answer.encode())

    home = hop("*384*123#", first=True)
    assert hop("*384*123#", first=True) == home
    assert hop("1", first=False) != home
    assert hop("*384*123#", first=True) == home
    assert hop("*384*123*1*1#", first=True).text.startswith("Amount?")


def test_infobips_token_stands_in_front_of_the_session(urls: Urls, redis_url: str) -> None:
    token = "i" * 24
    wanted = settings(urls.program, redis_url, infobip_inbound_tokens=(token,))
    with Gateway.to(wanted) as gateway:
        made = PHONES["infobip"].hop(call(), ())
        assert gateway.call(f"/ussd/infobip{made.tail}", made.body)[0] == "404 NOT FOUND"
        status, answer = gateway.call(f"/ussd/infobip/{token}{made.tail}", made.body)
        assert status == "200 OK"
        assert not PHONES["infobip"].read(200, {}, answer.encode()).close
