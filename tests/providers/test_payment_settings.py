"""Settings of payment providers: what is missing is said before anything starts."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.factories import gateway

TOKEN = "t" * 20


def settings(**more: Any) -> Any:
    return gateway.settings("postgresql://nowhere/x", "redis://nowhere", **more)


FLUTTERWAVE = {
    "flutterwave_base_url": "https://api.flutterwave.test", "flutterwave_secret_key": "sk",
    "flutterwave_webhook_hash": "hash",
}  # fmt: skip
LIVE = {
    "nexustop_mode": "live", "secret_key": "key", "pin_peppers": "p1:" + "p" * 20,
    "field_encryption_keys": "f1:" + "f" * 20, "api_signing_keys": "a1:" + "a" * 32,
    "africastalking_base_url": "https://at.test",
    "africastalking_api_key": "at", "africastalking_sender": "NEXUSTOP",
    "africastalking_inbound_tokens": TOKEN, "vtpass_base_url": "https://vtpass.test",
    "vtpass_api_key": "vt", "vtpass_public_key": "vp", "vtpass_secret_key": "vs",
    "vtpass_inbound_tokens": TOKEN, "paystack_base_url": "", "paystack_secret_key": "",
    "funding_providers": "flutterwave", "flutterwave_inbound_tokens": TOKEN,
    "identity_base_url": "", "identity_api_key": "",
}  # fmt: skip


def problems(**more: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        settings(**more)
    return str(refused.value)


@pytest.mark.parametrize("missing", FLUTTERWAVE)
def test_a_provider_that_is_used_is_complete(missing: str) -> None:
    known = {name: value for name, value in FLUTTERWAVE.items() if name != missing}
    said = problems(funding_providers="paystack,flutterwave", **known)
    assert f"{missing.upper()} is missing" in said
    assert said.count("is missing") == 1


def test_every_missing_setting_is_named_at_once() -> None:
    said = problems(funding_providers="paystack,flutterwave", paystack_secret_key="")
    for name in ("PAYSTACK_SECRET_KEY", *(name.upper() for name in FLUTTERWAVE)):
        assert f"{name} is missing" in said


def test_a_provider_that_is_not_used_needs_nothing() -> None:
    assert settings(funding_providers="paystack").flutterwave_secret_key.get_secret_value() == ""


def test_an_unknown_provider_is_refused() -> None:
    assert "unknown provider nobody" in problems(funding_providers="paystack,nobody")


def test_live_mode_wants_real_addresses_secrets_and_tokens() -> None:
    assert settings(**LIVE, **FLUTTERWAVE).funding_providers == ("flutterwave",)
    for change, said in (
        ({"flutterwave_base_url": "http://127.0.0.1:8001/flutterwave"}, "_BASE_URL points at this"),
        ({"flutterwave_secret_key": "demo-flutterwave"}, "_SECRET_KEY is a demo secret"),
        ({"flutterwave_webhook_hash": "demo-hash"}, "_WEBHOOK_HASH is a demo secret"),
        ({"flutterwave_inbound_tokens": ""}, "_INBOUND_TOKENS must have"),
        ({"flutterwave_inbound_tokens": "short"}, "_INBOUND_TOKENS must have"),
    ):
        assert f"FLUTTERWAVE{said}" in problems(**{**LIVE, **FLUTTERWAVE, **change})
