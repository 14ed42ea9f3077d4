"""An SMS from a handset reaches the program as its gateway brings it."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.cli import main
from app.ports.channels import GatewayRequest
from providers import registry
from providers.sandbox.application import create_sandbox
from providers.sandbox.phones import TEXTS, Text
from providers.sandbox.settings import SandboxSettings
from tests.conftest import Servers, Urls
from tests.factories.handsets import Town, town

SUBSCRIBER = "+2348030000001"
SENT_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def here(urls: Urls, servers: Servers) -> Iterator[Town]:
    with town(urls.program, servers.redis_url) as made:
        yield made


def received(here: Town, gateway_id: str) -> tuple[Any, ...]:
    """Gateway, sender, text as stored, and whether it was handled."""
    with here.gateway.parts.db.statement() as tx:
        return tuple(
            tx.one(
                "select channel, msisdn, redacted, handled_at is not null from mo_sms"
                " where gateway_id = %s",
                (gateway_id,),
            )
        )


def written(here: Town, body: dict[str, str]) -> str:
    """Its id at the gateway, once the program has it."""
    request = urllib.request.Request(
        f"{here.sandbox}/control/mo-sms", json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=5) as answer:
        gateway_id: str = json.load(answer)["id"]
    deadline = time.monotonic() + 30
    while not here.count(f"mo_sms where gateway_id = '{gateway_id}' and handled_at is not null"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return gateway_id


@pytest.mark.parametrize("gateway", TEXTS)
@pytest.mark.parametrize("text", ["BAL", "AIR 200 7392", "ọ̀rẹ́ ₦5", "£5 & 10%?"])
def test_it_is_read_as_it_was_written(gateway: str, text: str) -> None:
    wire = TEXTS[gateway](Text("m-1", SUBSCRIBER, "20880", text, "62150", SENT_AT))
    assert (wire.method, wire.tail) == ("POST", "/inbound")
    asked = GatewayRequest("POST", "", wire.query, wire.headers["Content-Type"], wire.body)
    sms = registry.SMS_DIALECTS[gateway].parse_inbound(asked)
    assert (sms.channel, sms.gateway_id, sms.sender, sms.to) == (
        gateway, "m-1", SUBSCRIBER, "20880",
    )  # fmt: skip
    assert (sms.text, sms.network_code, sms.sent_at) == (text, "62150", SENT_AT)


@pytest.mark.parametrize("gateway", TEXTS)
def test_a_network_that_is_unknown_is_left_out(gateway: str) -> None:
    wire = TEXTS[gateway](Text("m-1", SUBSCRIBER, "20880", "BAL", "", SENT_AT))
    asked = GatewayRequest("POST", "", wire.query, wire.headers["Content-Type"], wire.body)
    assert registry.SMS_DIALECTS[gateway].parse_inbound(asked).network_code is None


@pytest.mark.parametrize("gateway", TEXTS)
def test_it_comes_through_the_gateway_that_is_chosen(here: Town, gateway: str) -> None:
    name = written(here, {"from": SUBSCRIBER, "text": "BAL", "gateway": gateway})
    assert received(here, name) == (gateway, SUBSCRIBER, "BAL", True)
    assert here.count(f"mt_sms where dedupe_key = 'mo:{gateway}:{name}'") == 1


def test_it_comes_through_the_first_gateway_where_none_is_chosen(here: Town) -> None:
    name = written(here, {"from": SUBSCRIBER, "text": "BAL"})
    assert received(here, name)[0] == "africastalking"


@pytest.mark.parametrize("gateway", TEXTS)
def test_the_terminal_sends_it_through_any_gateway(here: Town, gateway: str) -> None:
    before = here.count(f"mo_sms where channel = '{gateway}'")
    # Nothing answers: no worker runs here.
    words = ["sms", "BAL", "--as", SUBSCRIBER, "--wait", "0", "--gateway", gateway]
    assert main([*words, "--url", here.program, "--sandbox", here.sandbox]) == 1
    assert here.count(f"mo_sms where channel = '{gateway}'") == before + 1


def test_a_gateway_that_nobody_speaks_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["sms", "BAL", "--as", SUBSCRIBER, "--gateway", "hubtel"])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"gateway": "kannel"}, "gateway is one of africastalking"),
        ({"gateway": ["africastalking"]}, "gateway is one of africastalking"),
        ({"network": 62130}, "network is a code like 62130"),
        ({"text": None}, "from and text are wanted"),
        ({"text": "\ud800"}, "from and text are wanted, in whole letters"),
    ],
)
def test_what_no_gateway_would_bring_is_refused_and_says_why(
    wrong: dict[str, object], why: str
) -> None:
    app, floor = create_sandbox(SandboxSettings(sms_gateways=("africastalking",)))
    floor.later.stop()
    body = {"from": SUBSCRIBER, "text": "BAL"} | wrong
    answer = app.test_client().post("/control/mo-sms", json=body)
    assert (answer.status_code, answer.get_json()) == (422, {"error": why})
