"""The doors of mobile money callbacks, which nobody signs, and the settings they need."""

import json

import pytest
from pydantic import ValidationError

from app.config import Settings
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

MPESA = json.dumps({"Body": {"stkCallback": {"CheckoutRequestID": "ws_CO_1"}}}).encode()
MOMO = json.dumps({"externalId": "7K3F9Q", "status": "SUCCESSFUL"}).encode()
NOWHERE = "http://127.0.0.1:1"
WANTED = {
    "funding_providers": "paystack,mpesa,momo", "mpesa_base_url": NOWHERE,
    "mpesa_consumer_key": "demo-key", "mpesa_consumer_secret": "demo-secret",
    "mpesa_short_code": "174379", "mpesa_passkey": "demo-passkey", "mpesa_callback_base": NOWHERE,
    "momo_base_url": NOWHERE, "momo_user": "user", "momo_api_key": "demo-key",
    "momo_subscription_key": "demo-subscription", "momo_target_environment": "sandbox",
    "momo_currencies": "GHS,UGX,RWF", "momo_callback_base": NOWHERE,
}  # fmt: skip
TOKENS = "one-unguessable-token-1,one-unguessable-token-2"


def gateway_of(urls: Urls, redis_url: str, **more: str) -> Gateway:
    return Gateway.to(settings(urls.program, redis_url, **(WANTED | more)))


def stored(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from payment_events")[0])


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(("name", "body"), [("mpesa", MPESA), ("momo", MOMO)])
def test_what_looks_like_a_callback_is_stored_and_rubbish_is_not(
    method: str, name: str, body: bytes, urls: Urls, redis_url: str
) -> None:
    gateway = gateway_of(urls, redis_url)
    before, path = stored(gateway), f"/webhooks/{name}"
    fresh = body.replace(b"}", f', "by": "{method}"}}'.encode(), 1)
    assert gateway.call(path, fresh, method, "application/json")[0] == "200 OK"
    assert stored(gateway) == before + 1
    other = MOMO if name == "mpesa" else MPESA
    for rubbish in (b"", b"{", b"[]", other, fresh[:20], b"[" * 60_000):
        assert gateway.call(path, rubbish, method, "application/json")[0].startswith("401")
    assert gateway.call(path, b"x" * 1_000_000, method)[0].startswith("413")
    assert stored(gateway) == before + 1


def test_with_tokens_only_their_paths_answer_and_the_first_is_told_to_the_provider(
    urls: Urls, redis_url: str
) -> None:
    gateway = gateway_of(urls, redis_url, mpesa_inbound_tokens=TOKENS)
    assert gateway.call("/webhooks/mpesa", MPESA)[0].startswith("404")
    assert gateway.call("/webhooks/mpesa/guessed", MPESA)[0].startswith("404")
    for token in TOKENS.split(","):
        assert gateway.call(f"/webhooks/mpesa/{token}", MPESA)[0] == "200 OK"
    told = gateway.parts.funding.readers["mpesa"]._settings.callback_url  # type: ignore[attr-defined]
    assert told == f"{NOWHERE}/webhooks/mpesa/one-unguessable-token-1"


@pytest.mark.parametrize("name", [n for n in WANTED if n != "funding_providers"])
def test_a_provider_without_one_of_its_settings_stops_the_start(name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name.upper()} is missing"):
        settings("postgresql://x", "redis://x", **(WANTED | {name: ""}))


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("momo_currencies", "UGX,KES", "unknown currency KES"),
        ("mpesa_short_code", "abc", "should match pattern"),
        ("mpesa_callback_base", "nexustop.example", "must begin with http"),
        ("funding_providers", "mpesa,nobody", "unknown provider nobody"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        settings("postgresql://x", "redis://x", **(WANTED | {name: value}))


def test_live_mode_takes_no_sandbox_no_demo_secret_and_no_door_without_a_token() -> None:
    with pytest.raises(ValidationError) as refused:
        live("demo-secret", NOWHERE, "")
    for name in ("MPESA", "MOMO"):
        assert f"{name}_BASE_URL points at this machine" in str(refused.value)
        assert f"{name}_CALLBACK_BASE points at this machine" in str(refused.value)
        assert f"{name}_INBOUND_TOKENS must have one or two" in str(refused.value)
    for secret in ("MPESA_PASSKEY", "MPESA_CONSUMER_SECRET", "MOMO_API_KEY"):
        assert f"{secret} is a demo secret" in str(refused.value)
    assert live("a-real-one", "https://vendor.example", TOKENS).nexustop_mode == "live"


def live(secret: str, address: str, tokens: str) -> Settings:
    """Live settings with these for everything of that kind."""
    names = Settings.model_fields
    kinds = {
        "_base_url": address, "_callback_base": address, "_inbound_tokens": tokens,
        "_key": secret, "_secret": secret, "_passkey": secret,
    }  # fmt: skip
    all_of_them = {
        name: value for name in names for end, value in kinds.items() if name.endswith(end)
    }
    keyed = f"k1:{secret}-of-a-length"
    return settings(
        "postgresql://x", "redis://x",
        **(WANTED | all_of_them | {
            "nexustop_mode": "live", "pin_peppers": keyed, "field_encryption_keys": keyed,
            "api_signing_keys": "a1:" + "k" * 32,
            "africastalking_sender": "NexusTop",
        }),
    )  # fmt: skip
