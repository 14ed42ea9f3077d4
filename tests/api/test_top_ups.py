"""Adding money by the REST API: what is offered, an account, and charges that start once."""

from typing import Any

from app.ports.payments import AccountReady, VirtualAccount
from tests.api.client import Service, next_key

BY_CODE: dict[str, Any] = {
    "method": "bank_ussd", "amount_minor": 500_000, "currency": "NGN", "bank": "gtb",
}  # fmt: skip
PROMPT = {"method": "prompt", "amount_minor": 500_000, "currency": "NGN"}


def test_what_is_offered_and_an_account_of_ones_own(service: Service) -> None:
    opened = AccountReady(VirtualAccount("paystack", "9900000077", "Wema Bank", "NexusTop"))
    service.world.payments.accounts = [opened]
    app = service.signed_in(service.world.subscriber())
    ways = app.get("/api/top-ups/ways").json
    assert (ways["account"], ways["methods"]) == (True, ["bank_ussd", "prompt"])
    assert {"code": "gtb", "name": "GTBank"} in ways["banks"]
    assert (ways["least_minor"], ways["currency"]) == (10_000, "NGN")
    assert app.post("/api/top-ups/account").status_code == 202
    service.world.look()
    account = app.post("/api/top-ups/account")
    assert account.status_code == 200
    assert app.get("/api/wallet").json["accounts"] == [account.json]
    assert app.post("/api/top-ups/account/paid").status_code == 202


def test_a_charge_starts_once_and_shows_the_code_to_dial(service: Service) -> None:
    world, key = service.world, next_key()
    app = service.signed_in(world.subscriber())
    first = app.post("/api/top-ups", BY_CODE, key=key)
    assert (first.status_code, first.json["state"], first.json["dial"]) == (202, "asked", None)
    world.look()
    assert app.post("/api/top-ups", BY_CODE, key=key).json == first.json
    assert len(world.payments.started) == 1
    shown = app.get(first.headers["Location"]).json
    assert (shown["state"], shown["dial"]) == ("started", "*737*33*4*18791#")
    assert app.get("/api/top-ups").json["items"] == [shown]
    other = service.signed_in(world.subscriber())
    assert other.get(first.headers["Location"]).status_code == 404


def test_one_prompt_waits_at_a_time_and_what_cannot_be_is_said(service: Service) -> None:
    app = service.signed_in(service.world.subscriber())
    first = app.post("/api/top-ups", PROMPT, key=next_key())
    second = app.post("/api/top-ups", PROMPT, key=next_key())
    assert (second.status_code, second.json["code"]) == (409, "prompt_open")
    assert second.json["id"] == first.json["id"]
    wanted: list[tuple[str, dict[str, Any]]] = [
        ("no_money_in_here", {**BY_CODE, "amount_minor": 150}),
        ("no_money_in_here", {**BY_CODE, "currency": "KES"}),
        ("no_money_in_here", {**BY_CODE, "bank": "lotus"}),
        ("invalid_body", {**PROMPT, "bank": "gtb"}),
        ("invalid_body", {k: v for k, v in BY_CODE.items() if k != "bank"}),
    ]
    for code, body in wanted:
        assert app.post("/api/top-ups", body, key=next_key()).json["code"] == code
    assert app.post("/api/top-ups", BY_CODE).json["code"] == "idempotency_key_missing"
