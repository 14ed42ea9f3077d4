"""Settings of SMPP: what live mode and the choice of gateways ask for."""

import pytest
from pydantic import ValidationError

from tests.factories.gateway import settings

_TOKENS = ",".join(["t" * 20, "u" * 20])
_URL = "https://vendor.example"
_LIVE = {
    "nexustop_mode": "live", "secret_key": "k" * 40, "pin_peppers": "p1:" + "x" * 20,
    "field_encryption_keys": "f1:" + "x" * 20, "api_signing_keys": "a1:" + "x" * 32,
    "africastalking_base_url": _URL,
    "africastalking_api_key": "key", "vtpass_base_url": _URL, "vtpass_api_key": "key",
    "vtpass_public_key": "key", "vtpass_secret_key": "key", "paystack_base_url": _URL,
    "paystack_secret_key": "key", "identity_base_url": _URL, "identity_api_key": "key",
    "africastalking_sender": "NexusTop", "africastalking_inbound_tokens": _TOKENS,
    "vtpass_inbound_tokens": _TOKENS, "paystack_inbound_tokens": _TOKENS,
}  # fmt: skip
_SMSC = {"smpp_host": "smsc.operator.example", "smpp_system_id": "us", "smpp_password": "pass"}


def test_a_gateway_without_a_host_is_refused() -> None:
    with pytest.raises(ValidationError, match="SMPP_HOST is missing"):
        settings("postgresql://x", "redis://x", sms_gateways="smpp")


def test_live_mode_takes_an_operators_smsc() -> None:
    assert settings("postgresql://x", "redis://x", **_LIVE, **_SMSC).smpp_host


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"smpp_host": "127.0.0.1"}, "SMPP_HOST points at this machine"),
        ({"smpp_system_id": ""}, "SMPP_SYSTEM_ID is missing"),
        ({"smpp_password": ""}, "SMPP_PASSWORD is missing"),
    ],
)
def test_live_mode_lists_what_is_wrong(changed: dict[str, str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        settings("postgresql://x", "redis://x", **(_LIVE | _SMSC | changed))
