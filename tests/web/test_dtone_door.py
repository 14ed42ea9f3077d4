"""The door of DT One's callbacks, which nobody signs, and the settings it needs."""

import json

import pytest
from pydantic import ValidationError

from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

HEARD = json.dumps({"external_id": "nx20260302ABCDEF", "id": 1, "status": {}}).encode()
NOWHERE = "http://127.0.0.1:1"
DTONE = {"dtone_base_url": NOWHERE, "dtone_api_key": "demo-k", "dtone_api_secret": "demo-s"}
WANTED = DTONE | {"vending_order": "vtpass,dtone", "dtone_callback_base": NOWHERE}
TOKENS = "one-unguessable-token-1,one-unguessable-token-2"


def test_a_callback_about_nothing_we_know_is_heard_and_rubbish_is_not_a_crash(
    urls: Urls, redis_url: str
) -> None:
    gateway = Gateway.to(settings(urls.program, redis_url, **WANTED))
    for body in (HEARD, HEARD, b"", b"{", b"[]", b"[" * 60_000, b"\xff\x00"):
        assert gateway.call("/webhooks/dtone", body, kind="application/json") == ("200 OK", "OK")
    assert gateway.call("/webhooks/dtone", b"x" * 1_000_000)[0].startswith("413")


def test_with_tokens_only_their_paths_answer_and_the_first_is_told_to_the_vendor(
    urls: Urls, redis_url: str
) -> None:
    wanted = WANTED | {"dtone_inbound_tokens": TOKENS}
    gateway = Gateway.to(settings(urls.program, redis_url, **wanted))
    assert gateway.call("/webhooks/dtone", HEARD)[0].startswith("404")
    assert gateway.call("/webhooks/dtone/guessed", HEARD)[0].startswith("404")
    for token in TOKENS.split(","):
        assert gateway.call(f"/webhooks/dtone/{token}", HEARD)[0] == "200 OK"
    told = gateway.parts.providers["dtone"]._inside._callback_url  # type: ignore[attr-defined]
    assert told == f"{NOWHERE}/webhooks/dtone/one-unguessable-token-1"


def test_without_a_callback_address_there_is_no_door(urls: Urls, redis_url: str) -> None:
    wanted = WANTED | {"dtone_callback_base": ""}
    gateway = Gateway.to(settings(urls.program, redis_url, **wanted))
    assert gateway.call("/webhooks/dtone", HEARD)[0].startswith("404")


@pytest.mark.parametrize("name", DTONE)
def test_it_is_complete_where_it_is_used(name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name.upper()} is missing"):
        settings("postgresql://x", "redis://x", **(WANTED | {name: ""}))


def test_where_it_is_not_used_it_needs_nothing() -> None:
    assert settings("postgresql://x", "redis://x").dtone_base_url == ""
