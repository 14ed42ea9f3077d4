"""Doors of vending callbacks that settle nothing: what comes in is answered and recorded."""

import json

import pytest

from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

DATA = "/webhooks/africastalking/data/status"
TOKENS = "one-unguessable-token-1,one-unguessable-token-2"
FORM = "application/x-www-form-urlencoded"


def test_a_word_about_mobile_data_is_answered_whatever_it_is_about(
    urls: Urls, redis_url: str
) -> None:
    gateway = Gateway.to(settings(urls.program, redis_url))
    told = json.dumps({"transactionId": "ATPid_nobodys", "status": "Success"}).encode()
    for body, kind in (
        (told, "application/json"), (b"transactionId=ATPid_nobodys", FORM), (b"", FORM),
        (b"{", "application/json"), (b"[" * 60_000, "application/json"), (b"\xff", FORM),
    ):  # fmt: skip
        assert gateway.call(DATA, body, kind=kind) == ("200 OK", "OK")
    with gateway.parts.db.statement() as tx:
        kept = tx.one("select count(*) from vendor_words where external_id = 'ATPid_nobodys'")
    assert kept[0] == 0


def test_mobile_data_is_told_behind_africa_s_talking_s_tokens(urls: Urls, redis_url: str) -> None:
    gateway = Gateway.to(
        settings(urls.program, redis_url, africastalking_inbound_tokens=TOKENS)
    )  # fmt: skip
    assert gateway.call(DATA, b"transactionId=x")[0].startswith("404")
    assert gateway.call(f"{DATA}/guessed", b"transactionId=x")[0].startswith("404")
    for token in TOKENS.split(","):
        assert gateway.call(f"{DATA}/{token}", b"transactionId=x")[0] == "200 OK"


def test_an_update_of_vtpass_s_variations_is_answered_and_logged(
    urls: Urls, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without this answer it comes five times (callback-api-integration)."""
    gateway = Gateway.to(settings(urls.program, redis_url))
    told = json.dumps({"type": "variations-update", "serviceID": "mtn-data", "data": {}}).encode()
    status, body = gateway.call("/webhooks/vtpass", told, kind="application/json")
    assert (status, json.loads(body)) == ("200 OK", {"response": "success"})
    assert "variations of mtn-data have changed" in "".join(capsys.readouterr())
