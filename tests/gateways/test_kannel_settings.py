"""Kannel's settings: what is missing is named; it may run on this machine, in live mode too."""

import pytest
from pydantic import ValidationError

from app.bootstrap import Settings
from tests.factories.gateway import settings

KANNEL = {
    "sms_gateways": "kannel", "kannel_base_url": "http://127.0.0.1:13013",
    "kannel_username": "us", "kannel_password": "a-password",
    "kannel_callback_base": "http://127.0.0.1:8000",
}  # fmt: skip


def made(**more: str) -> Settings:
    return settings("postgresql://x", "redis://x", **{**KANNEL, **more})


def problems(**more: str) -> str:
    with pytest.raises(ValidationError) as found:
        made(**more)
    return str(found.value)


def test_settings_that_are_complete() -> None:
    assert made().sms_gateways == ("kannel",)


@pytest.mark.parametrize("name", ["kannel_base_url", "kannel_username", "kannel_password"])
def test_what_is_missing_is_named(name: str) -> None:
    assert f"{name.upper()} is missing" in problems(**{name: ""})


def test_an_address_must_be_one() -> None:
    assert "must begin with http://" in problems(kannel_base_url="127.0.0.1:13013")


def test_a_gateway_nobody_knows() -> None:
    assert "unknown gateway pigeons" in problems(sms_gateways="pigeons")


def test_live_mode_wants_tokens_and_takes_a_kannel_on_this_machine() -> None:
    said = problems(nexustop_mode="live")
    assert "KANNEL_INBOUND_TOKENS must have" in said
    assert "KANNEL_BASE_URL" not in said
    assert "KANNEL_CALLBACK_BASE" not in said
    assert "KANNEL_PASSWORD is a demo secret" in problems(
        nexustop_mode="live", kannel_password="demo-kannel"
    )
