"""Comviva doesn't say where a session begins: the dialled code does, and people may type one."""

from collections.abc import Iterator

import pytest

from providers.sandbox.phones import PHONES, Call
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings

SHORT_CODE = "*384#"


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, redis_url, short_code=SHORT_CODE)) as made:
        yield made


def last(gateway: Gateway, call: Call, *typed: str) -> str:
    """The screen after dialling and typing all of it."""
    screen = ""
    for step in range(len(typed) + 1):
        sent = PHONES["comviva"].hop(call, typed[:step])
        screen = gateway.show("comviva", sent).text
    return screen


def call(session: str, dialled: str = SHORT_CODE) -> Call:
    return Call(session, SUBSCRIBER, dialled, SHORT_CODE, "")


def test_an_amount_that_is_the_short_codes_number_can_be_bought(gateway: Gateway) -> None:
    screen = last(gateway, call("amount"), "1", "1", "5", "384")
    assert "NGN 384.00" in screen


def test_the_first_hop_sent_again_gets_the_first_screen(gateway: Gateway) -> None:
    first = last(gateway, call("again"))
    assert first.startswith("Balance")
    assert last(gateway, call("again")) == first
    assert last(gateway, call("again"), "1").startswith("Airtime for")


def test_a_code_with_more_behind_it_was_dialled_and_a_late_copy_changes_nothing(
    gateway: Gateway,
) -> None:
    deep = call("deep", "*384*1*1#")
    assert last(gateway, deep).startswith("Amount?")
    confirm = last(gateway, deep, "1")
    assert gateway.show("comviva", PHONES["comviva"].hop(deep, ())).text == confirm


def test_a_key_of_a_session_that_is_lost_opens_the_menu(gateway: Gateway) -> None:
    lost = PHONES["comviva"].hop(call("lost"), ("1",))
    assert gateway.show("comviva", lost).text.startswith("Balance")
