"""Settings of vending providers that aren't wanted always."""

from typing import Any

import pytest

from tests.providers.test_payment_settings import FLUTTERWAVE, LIVE, TOKEN, problems, settings

RELOADLY = {
    "reloadly_base_url": "https://topups.reloadly.test",
    "reloadly_auth_url": "https://auth.reloadly.test", "reloadly_client_id": "id",
    "reloadly_client_secret": "secret",
}  # fmt: skip
LIVE_RELOADLY: dict[str, Any] = {
    **LIVE, **FLUTTERWAVE, **RELOADLY, "vending_order": "vtpass,reloadly",
    "reloadly_inbound_tokens": TOKEN,
}  # fmt: skip


def test_a_provider_that_is_not_used_needs_nothing() -> None:
    assert settings(vending_order="vtpass").reloadly_base_url == ""


@pytest.mark.parametrize("missing", RELOADLY)
def test_a_provider_that_is_used_is_complete(missing: str) -> None:
    known = {name: value for name, value in RELOADLY.items() if name != missing}
    said = problems(vending_order="vtpass,reloadly", **known)
    assert f"{missing.upper()} is missing" in said
    assert said.count("is missing") == 1


def test_an_unknown_provider_is_refused() -> None:
    assert "unknown provider nobody" in problems(vending_order="vtpass,nobody")


def test_live_mode_wants_real_addresses_secrets_and_tokens() -> None:
    assert settings(**LIVE_RELOADLY).vending_order == ("vtpass", "reloadly")
    for change, said in (
        ({"reloadly_base_url": "http://127.0.0.1:8001/reloadly"}, "_BASE_URL points at this"),
        ({"reloadly_auth_url": "http://localhost:8001/reloadly"}, "_AUTH_URL points at this"),
        ({"reloadly_auth_url": "ftp://auth.test"}, "must begin with http"),
        ({"reloadly_client_secret": "demo-secret"}, "_CLIENT_SECRET is a demo secret"),
        ({"reloadly_inbound_tokens": ""}, "_INBOUND_TOKENS must have"),
        ({"reloadly_inbound_tokens": "short"}, "_INBOUND_TOKENS must have"),
    ):
        told = problems(**{**LIVE_RELOADLY, **change})
        assert (f"RELOADLY{said}" if said.startswith("_") else said) in told


def test_in_live_mode_an_unused_provider_needs_no_token() -> None:
    unused = {**LIVE_RELOADLY, "vending_order": "vtpass", "reloadly_inbound_tokens": ""}
    assert settings(**unused).vending_order == ("vtpass",)
