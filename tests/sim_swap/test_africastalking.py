"""Africa's Talking's SIM swap check: what leaves, what is read, and the door it comes back by."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.msisdn import Msisdn
from app.ports.sim_swap import Answered, Asked, SwapCallback, SwapUnknown
from providers.http_client import HttpClient
from providers.registry import SIM_SWAP, SIM_SWAP_CALLBACKS, AfricasTalkingInsights
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.fakes.http import Remembered, Requests, saying

DOOR = "/webhooks/africastalking/sim-swap"
ADA = Msisdn("+2348031234567")
parse = SIM_SWAP_CALLBACKS["africastalking"].parse
BadCallback = SIM_SWAP_CALLBACKS["africastalking"].BadCallback


@pytest.fixture
def http() -> Iterator[HttpClient]:
    client = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=1)
    yield client
    client.close()


def provider(base: str, http: HttpClient) -> Any:
    return SIM_SWAP["africastalking"](AfricasTalkingInsights(base, "demo", "key-of-ours"), http)


# --- what is sent and read -------------------------------------------------------------------


def test_it_sends_what_the_official_sdk_sends(http: HttpClient) -> None:
    answer = json.dumps({"status": "Queued", "responses": [{"requestId": "ATSwpid_1"}]})
    with saying(200, answer) as (base, requests):
        assert provider(base, http).ask(ADA) == Asked("ATSwpid_1")
    [(path, headers, body)] = requests.seen
    assert path == "/v1/sim-swap"
    assert json.loads(body) == {"username": "demo", "phoneNumbers": [ADA]}
    sent = {name.lower(): value for name, value in headers.items()}
    assert (sent["apikey"], sent["content-type"]) == ("key-of-ours", "application/json")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, "The supplied authentication is invalid"), (500, "oops"), (200, "<html>"),
        (200, "[]"), (200, "{}"), (200, '{"responses": []}'), (200, '{"responses": [{}]}'),
        (200, '{"responses": [{"requestId": 7}]}'), (200, '{"responses": [{"requestId": ""}]}'),
        (200, '{"responses": [{"requestId": "None"}]}'),
    ],
)  # fmt: skip
def test_whatever_else_is_answered_is_unknown(http: HttpClient, status: int, body: str) -> None:
    with saying(status, body) as (base, _):
        assert isinstance(provider(base, http).ask(ADA), SwapUnknown)


def test_nobody_there_is_unknown(http: HttpClient) -> None:
    assert isinstance(provider("http://127.0.0.1:1", http).ask(ADA), SwapUnknown)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"status": "Swapped", "lastSimSwapDate": "01-03-2026"}, Answered(date(2026, 3, 1))),
        ({"status": "Swapped", "lastSimSwapDate": "01-01-1900"}, Answered(None)),
        ({"status": "NotSwapped", "lastSimSwapDate": "01-01-1900"}, Answered(None)),
        ({"status": "Swapped", "lastSimSwapDate": "2026-03-01"}, SwapUnknown("no_day")),
        ({"status": "Swapped"}, SwapUnknown("no_day")),
        ({"status": "Failed"}, SwapUnknown("status_Failed")),
        ({}, SwapUnknown("status_None")),
    ],
)
def test_a_callback_is_read(fields: dict[str, str], answer: object) -> None:
    body = json.dumps({"requestId": "ATSwpid_1", **fields}).encode()
    assert parse("application/json", body) == SwapCallback("ATSwpid_1", answer)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"7", b"{}", b'{"requestId": 7}', b'{"requestId": ""}',
     b'{"requestId": "' + b"x" * 101 + b'"}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_callback_is_refused(body: bytes) -> None:
    with pytest.raises(BadCallback):
        parse("application/json", body)


# --- the door --------------------------------------------------------------------------------


def knock(gateway: Gateway, body: dict[str, Any], path: str = DOOR) -> str:
    return gateway.call(path, json.dumps(body).encode(), kind="application/json")[0]


def known(gateway: Gateway) -> list[tuple[Any, ...]]:
    with gateway.parts.db.statement() as tx:
        return tx.all("select msisdn, swapped_at is null from sim_swaps where answered_at is not"
                      " null")  # fmt: skip


def asked(gateway: Gateway, request_id: str) -> None:
    with gateway.parts.db.statement() as tx:
        tx.run("insert into sim_swap_requests values ('africastalking', %s, %s, now())",
               (request_id, ADA))  # fmt: skip


def test_only_the_first_answer_to_a_known_request_counts(urls: Urls, redis_url: str) -> None:
    gateway = Gateway.to(
        settings(
            urls.program, redis_url, sim_swap_provider="africastalking",
            africastalking_insights_base_url="http://127.0.0.1:1",
        )
    )  # fmt: skip
    word = {"status": "NotSwapped", "lastSimSwapDate": "01-01-1900"}
    assert knock(gateway, {"requestId": "ATSwpid_forged", **word}) == "200 OK"
    assert gateway.call(DOOR, b"<html>")[0] == "200 OK"
    assert known(gateway) == []
    asked(gateway, "ATSwpid_1")
    swapped = {"status": "Swapped", "lastSimSwapDate": datetime.now(UTC).strftime("%d-%m-%Y")}
    for body in (swapped, word, word):
        assert knock(gateway, {"requestId": "ATSwpid_1", **body}) == "200 OK"
    assert known(gateway) == [(ADA, False)]


def test_with_tokens_the_door_is_at_no_other_path(urls: Urls, redis_url: str) -> None:
    token = "t" * 24
    gateway = Gateway.to(
        settings(
            urls.program, redis_url, sim_swap_provider="africastalking",
            africastalking_insights_base_url="http://127.0.0.1:1",
            africastalking_inbound_tokens=token,
        )
    )  # fmt: skip
    body = {"requestId": "ATSwpid_2", "status": "NotSwapped"}
    assert knock(gateway, body).startswith("404")
    assert knock(gateway, body, f"{DOOR}/{'u' * 24}").startswith("404")
    assert knock(gateway, body, f"{DOOR}/{token}") == "200 OK"


def test_without_a_provider_there_is_no_door(urls: Urls, redis_url: str) -> None:
    gateway = Gateway.to(settings(urls.program, redis_url))
    assert knock(gateway, {"requestId": "ATSwpid_3"}).startswith("404")


# --- the sandbox -----------------------------------------------------------------------------


@pytest.fixture
def sandbox() -> Iterator[tuple[SandboxServer, str, Requests]]:
    with saying(200, "OK") as (program, requests):
        served = SandboxServer(
            SandboxSettings(callback_base=program, silence_seconds=1.5, delivery_seconds=0,
                            retry_seconds=0.05),
            "127.0.0.1", 0,
        )  # fmt: skip
        thread = threading.Thread(target=served.run)
        thread.start()
        try:
            base = f"http://127.0.0.1:{served.port}/africastalking/insights"
            yield served, base, requests
        finally:
            served.stop()
            thread.join()


def heard(requests: Requests, times: int = 1) -> list[SwapCallback]:
    for _ in range(250):
        if len(requests.seen) >= times:
            break
        threading.Event().wait(0.02)
    return [parse("application/json", body) for path, _, body in requests.seen if path == DOOR]


def test_in_the_sandbox_numbers_that_end_in_77_were_swapped_yesterday(
    sandbox: tuple[SandboxServer, str, Requests], http: HttpClient
) -> None:
    _, base, requests = sandbox
    for msisdn in (Msisdn("+2348031234577"), ADA):
        assert isinstance(provider(base, http).ask(msisdn), Asked)
    answers = [callback.answer for callback in heard(requests, 2)]
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    assert Answered(None) in answers
    assert Answered(yesterday) in answers


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("decline", SwapUnknown), ("refused", SwapUnknown), ("malformed_body", SwapUnknown),
        ("timeout_never_received", SwapUnknown), ("callback_lost", Asked),
    ],
)  # fmt: skip
def test_each_fault_gives_its_outcome(
    sandbox: tuple[SandboxServer, str, Requests], http: HttpClient, fault: str, outcome: type
) -> None:
    served, base, _ = sandbox
    served.floor.faults.add("africastalking", "sim_swap", fault, 1)
    assert isinstance(provider(base, http).ask(ADA), outcome)


def test_a_repeated_and_a_forged_callback_can_be_had(
    sandbox: tuple[SandboxServer, str, Requests], http: HttpClient
) -> None:
    served, base, requests = sandbox
    served.floor.faults.add("africastalking", "sim_swap", "duplicate_callback", 1)
    asked = provider(base, http).ask(ADA)
    assert [callback.request_id for callback in heard(requests, 3)] == [asked.request_id] * 3
    served.floor.faults.add("africastalking", "sim_swap", "forged_callback", 1)
    provider(base, http).ask(ADA)
    assert heard(requests, 4)[-1].request_id == "ATSwpid_forged"
