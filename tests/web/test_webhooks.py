"""The door of payment webhooks: signed, small, stored before it is answered."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

PATH = "/webhooks/paystack"
BODY = json.dumps({"event": "charge.success", "data": {"reference": "door-1"}}).encode()


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, redis_url)) as made:
        yield made


def post(gateway: Gateway, body: bytes, signature: str | None = None, path: str = PATH) -> str:
    made = hmac.new(b"demo-ps", body, hashlib.sha512).hexdigest()
    given = made if signature is None else signature
    return gateway.call(
        path, body, kind="application/json", headers={"X-Paystack-Signature": given}
    )[0]


def stored(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from payment_events")[0])


def test_a_signed_webhook_is_stored_once(gateway: Gateway) -> None:
    before = stored(gateway)
    assert [post(gateway, BODY) for _ in range(3)] == ["200 OK"] * 3
    assert stored(gateway) == before + 1


def test_what_was_told_and_not_dealt_with_is_counted(gateway: Gateway) -> None:
    post(gateway, BODY)
    scraped = gateway.call("/metrics", method="GET")[1]
    assert f"nexustop_payment_events_waiting {float(stored(gateway))}" in scraped
    assert "nexustop_transfers_waiting 0.0" in scraped
    assert "nexustop_open_charges 0.0" in scraped


def test_what_is_forged_too_large_or_elsewhere_is_stored_nowhere(gateway: Gateway) -> None:
    before = stored(gateway)
    assert post(gateway, BODY + b" ", signature="0" * 128).startswith("401")
    assert post(gateway, BODY + b" ", signature="").startswith("401")
    assert post(gateway, b"x" * 1_000_000).startswith("413")
    assert post(gateway, BODY + b" ", path="/webhooks/nobody").startswith("404")
    assert stored(gateway) == before


def test_a_truncated_body_that_is_signed_all_the_same_is_kept_for_a_look(
    gateway: Gateway,
) -> None:
    before = stored(gateway)
    assert post(gateway, BODY[:20]) == "200 OK"
    assert stored(gateway) == before + 1


def test_flutterwaves_webhooks_come_in_by_either_signature(urls: Urls, redis_url: str) -> None:
    wanted = settings(
        urls.program, redis_url, funding_providers="paystack,flutterwave",
        flutterwave_base_url="http://127.0.0.1:1", flutterwave_secret_key="demo-fs",
        flutterwave_webhook_hash="demo-fh",
    )  # fmt: skip
    gateway = Gateway.to(wanted)
    before = stored(gateway)
    for number, name in enumerate(("Verif-Hash", "Flutterwave-Signature")):
        body = json.dumps({"event": "charge.completed", "data": {"id": number}}).encode()
        digest = base64.b64encode(hmac.new(b"demo-fh", body, hashlib.sha256).digest()).decode()
        for given, status in (("wrong", "401"), ({0: "demo-fh", 1: digest}[number], "200")):
            answer, _ = gateway.call(
                "/webhooks/flutterwave", body, kind="application/json", headers={name: given}
            )
            assert answer.startswith(status)
    assert stored(gateway) == before + 2
