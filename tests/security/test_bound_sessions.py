"""A USSD session belongs to one number behind one gateway, whatever another caller sends."""

from collections.abc import Iterator

import pytest

from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings

OTHER = "+2348039998888"
OVER = "END This session is over. Please dial again."


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, redis_url)) as made:
        yield made


def hop_of_arkesel(gateway: Gateway, session: str, typed: str, *, new: bool) -> str:
    """One hop of another gateway, which says itself whether the session is new."""
    flag = "true" if new else "false"
    body = (
        f'{{"sessionID":"{session}","userID":"u","newSession":{flag},"msisdn":"{SUBSCRIBER[1:]}",'
        f'"userData":"{typed}","network":"MTN"}}'
    )
    status, answer = gateway.call(
        "/ussd/arkesel", body.encode(), kind="application/json"
    )  # fmt: skip
    assert status == "200 OK"
    return answer


def test_another_number_goes_on_with_nobodys_session_at_any_step(gateway: Gateway) -> None:
    inputs = ("", "1", "1*1", "1*1*2")
    for step, text in enumerate(inputs):
        screen = gateway.hop("bound", text)
        assert screen.startswith("CON ")
        for taken in (*inputs[: step + 1], f"{text}*1".lstrip("*")):
            answer = gateway.hop("bound", taken, OTHER)
            assert answer == OVER, "neither the screen that stands nor a step further"
        assert gateway.hop("bound", text) == screen, "its owner goes on as if nothing had been"


def test_another_gateway_goes_on_with_nobodys_session(gateway: Gateway) -> None:
    for text in ("", "1", "1*1", "1*1*2"):
        gateway.hop("same-id", text)
    before = gateway.hop("same-id", "1*1*2")
    assert "Confirm" in before
    answer = hop_of_arkesel(gateway, "same-id", "1", new=False)
    assert "Enter PIN" not in answer
    assert "Enter PIN" not in hop_of_arkesel(gateway, "same-id", "1", new=False)
    assert gateway.hop("same-id", "1*1*2") == before


def test_an_id_that_looks_like_another_gateways_session_is_its_own(gateway: Gateway) -> None:
    gateway.hop("x", "")
    before = gateway.hop("x", "1")
    for session in ("africastalking:x", "ussd:africastalking:x", "../africastalking/x"):
        hop_of_arkesel(gateway, session, "*384*123#", new=True)
    assert gateway.hop("x", "1") == before


def test_hops_that_go_back_are_answered_from_the_store_and_press_no_key(gateway: Gateway) -> None:
    for text in ("", "1", "1*1", "1*1*2"):
        stands = gateway.hop("back", text)
    for text in ("1*1", "1", "", "1*1*2", "2", "1*2"):
        assert gateway.hop("back", text) == stands, "the screen that stands, whatever is repeated"
    assert "Enter PIN" in gateway.hop("back", "1*1*2*1")
