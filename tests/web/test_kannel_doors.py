"""Kannel's doors: it posts again what it got no answer to, for minutes; its dialogues' numbers come
back; what an MO is answered it would send on."""

import time
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlencode

import pytest

from tests.conftest import Urls
from tests.factories.gateway import KANNEL, SUBSCRIBER, Gateway, settings

DIALS, TYPES = "%01", "%12"
TEXT = 'text/plain; charset="UTF-8"'
_messages = count(1)


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    wanted = settings(urls.program, redis_url, sms_gateways="kannel", **KANNEL)
    with Gateway.to(wanted) as made:
        yield made


def hop(
    gateway: Gateway, operation: str, text: str, *, dialogue: int, message: str = "",
    seconds_ago: int = 0,
) -> str:  # fmt: skip
    info = "".join(f"%{octet:02x}" for octet in (dialogue << 1).to_bytes(2, "big"))
    query = {
        "id": message or f"m-{next(_messages)}", "from": SUBSCRIBER, "to": "384",
        "at": str(int(time.time()) - seconds_ago), "network": "62130",
        "meta": f"?smpp?ussd_service_op={operation}&its_session_info={info}&",
    }  # fmt: skip
    path = f"/ussd/kannel?{urlencode(query)}"
    status, body = gateway.call(path, text.encode(), kind=TEXT)
    assert status == "200 OK"
    return body


def buy(gateway: Gateway, recipient: str, *, dialogue: int) -> str:
    hop(gateway, DIALS, "*384*123#", dialogue=dialogue)
    typed = ("1", "2", recipient, "2", "1", "7392")
    return [hop(gateway, TYPES, text, dialogue=dialogue) for text in typed][-1]


def orders(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from orders")[0])


def test_a_key_that_is_brought_again_is_pressed_once(gateway: Gateway) -> None:
    hop(gateway, DIALS, "*384*123#", dialogue=1)
    first = hop(gateway, TYPES, "1", dialogue=1, message="again")
    assert "My number" in first
    assert hop(gateway, TYPES, "1", dialogue=1, message="again") == first
    assert hop(gateway, TYPES, "1", dialogue=1) != first


def test_a_beginning_that_is_brought_again_begins_nothing_anew(gateway: Gateway) -> None:
    home = hop(gateway, DIALS, "*384*123#", dialogue=4, message="begins")
    shown = hop(gateway, TYPES, "1", dialogue=4)
    assert hop(gateway, DIALS, "*384*123#", dialogue=4, message="begins") == shown
    assert hop(gateway, DIALS, "*384*123#", dialogue=4) == home


def test_a_hop_that_comes_late_presses_no_key(gateway: Gateway) -> None:
    before = orders(gateway)
    hop(gateway, DIALS, "*384*123#", dialogue=2)
    for text in ("1", "2", "08031110011", "2", "1"):
        asked = hop(gateway, TYPES, text, dialogue=2)
    assert "Enter PIN" in asked
    assert "over" in hop(gateway, TYPES, "7392", dialogue=2, seconds_ago=40)
    assert orders(gateway) == before


def test_a_dialogue_number_that_comes_back_sells_again(gateway: Gateway) -> None:
    before = orders(gateway)
    assert "Request received" in buy(gateway, "08031110012", dialogue=3)
    assert "Request received" in buy(gateway, "08031110013", dialogue=3)
    assert orders(gateway) == before + 2


def test_an_mo_sms_is_handled_once_and_answered_with_nothing(gateway: Gateway) -> None:
    path = f"/sms/kannel/inbound?{urlencode({'id': 'mo-1', 'from': SUBSCRIBER, 'at': '1'})}"
    for _ in range(2):
        assert gateway.call(path, b"BAL", kind=TEXT) == ("200 OK", "")
    with gateway.parts.db.statement() as tx:
        assert tx.one("select count(*) from mt_sms where dedupe_key = 'mo:kannel:mo-1'")[0] == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/sms/kannel/inbound?id=x"),
        ("GET", "/sms/kannel/inbound?id=x&text=BAL"),
        ("GET", "/sms/kannel/delivery?id=sms-999999&type=1&said="),
        ("GET", "/sms/kannel/delivery?type=1"),
        ("POST", "/sms/kannel/inbound?id=%00&from=%2B2348030000001&at=1"),
    ],
)
def test_what_cannot_be_used_is_answered_with_nothing(
    gateway: Gateway, method: str, path: str
) -> None:
    assert gateway.call(path, b"", method, TEXT) == ("200 OK", "")


def test_a_gateway_that_is_not_in_use_has_no_door(gateway: Gateway) -> None:
    assert gateway.call("/sms/africastalking/inbound", b"")[0].startswith("404")
