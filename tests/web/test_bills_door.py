"""Flutterwave's door for bills, beside the one for payments; settings that the billers need."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.providers.test_payment_settings import LIVE, TOKEN

BILL = json.dumps(
    {"event": "singlebillpayment.status", "data": {"customer_reference": "X", "status": "success"}}
).encode()
NOWHERE = "http://127.0.0.1:1"
FLUTTERWAVE = {"flutterwave_base_url": NOWHERE, "flutterwave_secret_key": "demo-fs"}
BAXI = {"baxi_base_url": NOWHERE, "baxi_api_key": "demo-bx", "baxi_agent_id": "1999"}
TOKENS = "one-unguessable-token-1,one-unguessable-token-2"


def gateway_of(urls: Urls, redis_url: str, **more: str) -> Gateway:
    wanted = {"vending_order": "flutterwave,baxi", **FLUTTERWAVE, **BAXI, **more}
    return Gateway.to(settings(urls.program, redis_url, **wanted))


def test_bills_and_payments_of_the_same_vendor_come_in_by_doors_of_their_own(
    urls: Urls, redis_url: str
) -> None:
    with gateway_of(
        urls, redis_url, funding_providers="paystack,flutterwave",
        flutterwave_webhook_hash="demo-fh",
    ) as gateway:  # fmt: skip
        for body in (BILL, b"", b"nonsense", b"[" * 60_000):
            assert gateway.call("/webhooks/flutterwave/bills", body)[0] == "200 OK"
        assert gateway.call("/webhooks/flutterwave", BILL)[0].startswith("401")


def test_with_tokens_only_their_paths_answer_and_the_first_is_told_to_the_vendor(
    urls: Urls, redis_url: str
) -> None:
    with gateway_of(
        urls, redis_url, flutterwave_inbound_tokens=TOKENS, public_url="https://our.test/"
    ) as gateway:  # fmt: skip
        assert gateway.call("/webhooks/flutterwave/bills", BILL)[0].startswith("404")
        assert gateway.call("/webhooks/flutterwave/bills/guessed", BILL)[0].startswith("404")
        for token in TOKENS.split(","):
            assert gateway.call(f"/webhooks/flutterwave/bills/{token}", BILL)[0] == "200 OK"
        biller: Any = gateway.parts.providers["flutterwave"]
        told = biller._inside._settings.callback_url
    assert told == "https://our.test/webhooks/flutterwave/bills/one-unguessable-token-1"


def test_where_bills_are_not_bought_there_is_no_door(urls: Urls, redis_url: str) -> None:
    with Gateway.to(settings(urls.program, redis_url)) as gateway:
        assert gateway.call("/webhooks/flutterwave/bills", BILL)[0].startswith("404")


@pytest.mark.parametrize("name", [*FLUTTERWAVE, *BAXI])
def test_a_biller_that_is_used_is_complete(name: str) -> None:
    wanted = {"vending_order": "vtpass,flutterwave,baxi", **FLUTTERWAVE, **BAXI, name: ""}
    with pytest.raises(ValidationError) as refused:
        settings("postgresql://x", "redis://x", **wanted)
    assert str(refused.value).count("is missing") == 1
    assert f"{name.upper()} is missing" in str(refused.value)


def test_what_both_adapters_of_a_vendor_lack_is_said_once() -> None:
    with pytest.raises(ValidationError) as refused:
        settings("postgresql://x", "redis://x", vending_order="flutterwave",
                 funding_providers="flutterwave")  # fmt: skip
    assert str(refused.value).count("FLUTTERWAVE_SECRET_KEY is missing") == 1


def test_a_biller_that_is_not_used_needs_nothing() -> None:
    assert settings("postgresql://x", "redis://x", vending_order="vtpass").baxi_base_url == ""


def test_a_wrong_requery_path_is_named() -> None:
    with pytest.raises(ValidationError, match="baxi_requery_path"):
        settings("postgresql://x", "redis://x", baxi_requery_path="requery")


def test_live_mode_wants_tokens_only_of_a_biller_that_calls_back() -> None:
    real = {
        "flutterwave_base_url": "https://api.flutterwave.test", "flutterwave_secret_key": "sk",
        "flutterwave_inbound_tokens": TOKEN, "baxi_base_url": "https://baxi.test",
        "baxi_api_key": "key", "baxi_agent_id": "1999", "vending_order": "flutterwave,baxi",
    }  # fmt: skip
    live = {**LIVE, "funding_providers": "", **real}
    assert settings("postgresql://x", "redis://x", **live).vending_order == ("flutterwave", "baxi")
    for change, said in (
        ({"flutterwave_inbound_tokens": ""}, "FLUTTERWAVE_INBOUND_TOKENS must have"),
        ({"baxi_base_url": NOWHERE}, "BAXI_BASE_URL points at this machine"),
        ({"baxi_api_key": "demo-bx"}, "BAXI_API_KEY is a demo secret"),
    ):
        with pytest.raises(ValidationError, match=said):
            settings("postgresql://x", "redis://x", **{**live, **change})
