"""Card numbers and API keys are masked wherever they are typed; what looks like one is kept."""

import json

import pytest

from app.domain.unkept import unkept_masked
from providers.http_client import HttpClient, OutboundRequest
from providers.redaction import redacted
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying

CARDS = (
    "4539148803436467", "4539 1488 0343 6467", "4539-1488-0343-6467", "5555555555554444",
    "2223003122003222", "378282246310005", "6011111111111117", "5060990580000217499",
    "6250941006528599", "4222222222222",
)  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_masked_with_what_stands_round_it_kept(card: str) -> None:
    assert unkept_masked(f"said {card}, twice: {card}.") == "said ****, twice: ****."


@pytest.mark.parametrize(
    "text",
    [
        "4539148803436468", "+2348030000001", "2348030000001", "+254712345678", "20260302090000",
        "202603020900001234", "1234567890123456789012", "NGN 5,000.00", "918273645546372",
        "453914880343646712345678",
    ],
)  # fmt: skip
def test_what_is_no_card_is_kept(text: str) -> None:
    assert unkept_masked(text) == text


def test_a_key_to_our_api_is_masked() -> None:
    assert unkept_masked("with nxk_live_ab-C_9, not nxk_other") == "with ****, not nxk_other"


def test_an_exchange_is_recorded_without_secrets_however_they_are_written() -> None:
    holder = 'ADA "A" OBI/1'
    body = json.dumps({"holder": holder}) + "&holder=ADA+%22A%22+OBI%2F1&h=ADA%20%22A%22%20OBI/1"
    assert "OBI" not in redacted(body.encode(), (holder,))


@pytest.mark.parametrize(
    "body",
    [
        '{"access_token": "Qm2vX9sL", "x": 1}', '{"password":"Qm2v\\"X9sL"}', "pin=Qm2vX9sL&x=1",
        "Authorization: Qm2vX9sL", '{"otp": 2207519, "x": 1}', "apiKey=Qm2vX9sL",
        "{'pin': 'Qm2vX9sL'}",
    ],
)  # fmt: skip
def test_what_is_named_like_a_secret_is_cut_out(body: str) -> None:
    kept = redacted(body.encode(), ())
    assert "X9sL" not in kept
    assert "2207519" not in kept
    assert "x" not in body or "1" in kept


def test_no_half_of_a_secret_is_kept_where_a_record_is_cut_off() -> None:
    log, secret = Remembered(), "Qm2vX9sLr4TzK8w"
    client = HttpClient(FixedClock(), log)
    with saying() as (address, _):
        body = b"a" * 1_995 + secret.encode()
        client.send(OutboundRequest("peer", "POST", f"{address}/t/{secret}/x", body=body,
                                    secrets=(secret,)))  # fmt: skip
    client.close()
    [kept] = log.exchanges
    assert kept.request_body == "a" * 1_995 + "***"
    assert kept.path == "/t/***/x"
