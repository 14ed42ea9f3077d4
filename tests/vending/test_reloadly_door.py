"""Reloadly's webhook at the program's door."""

import pytest

from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

NOWHERE = "http://127.0.0.1:1"
RELOADLY = {
    "vending_order": "vtpass,reloadly", "reloadly_base_url": NOWHERE, "reloadly_auth_url": NOWHERE,
    "reloadly_client_id": "demo-id", "reloadly_client_secret": "demo-secret",
}  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"data": {"customIdentifier": "nobody\'s"}}',
     b'{"data": {"customIdentifier": "a\\u0000b"}}', b'{"data": {"transactionId": 4602843}}'],
)  # fmt: skip
def test_a_callback_is_heard_whatever_it_says(urls: Urls, redis_url: str, body: bytes) -> None:
    with Gateway.to(settings(urls.program, redis_url, **RELOADLY)) as gateway:
        status, _ = gateway.call("/webhooks/reloadly", body, kind="application/json")
    assert status == "200 OK"


def test_the_door_is_there_only_where_reloadly_is_used_and_behind_its_token(
    urls: Urls, redis_url: str
) -> None:
    with Gateway.to(settings(urls.program, redis_url)) as gateway:
        assert gateway.call("/webhooks/reloadly", b"{}")[0].startswith("404")
    guarded = {**RELOADLY, "reloadly_inbound_tokens": "t" * 20}
    with Gateway.to(settings(urls.program, redis_url, **guarded)) as gateway:
        assert gateway.call("/webhooks/reloadly", b"{}")[0].startswith("404")
        assert gateway.call(f"/webhooks/reloadly/{'t' * 20}", b"{}")[0] == "200 OK"
