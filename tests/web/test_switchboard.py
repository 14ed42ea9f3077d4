"""The sandbox's switchboard: a handset behind any gateway, and what goes wrong on the way."""

import urllib.request
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.ports.channels import GatewayRequest
from providers import registry
from providers.sandbox.application import create_sandbox
from providers.sandbox.phones import PHONES, Call
from providers.sandbox.settings import SandboxSettings
from tests.conftest import Servers, Urls
from tests.factories.handsets import SHORT_CODE, Town, town
from tests.fakes.http import saying

MENU, RECIPIENT = "Balance NGN ", "Airtime for"
CALL = {
    "gateway": "africastalking", "session": "s", "msisdn": "+2348030000001",
    "dialled": SHORT_CODE, "network": "62130", "typed": [],
}  # fmt: skip


def _counts(gateway: str) -> bool:
    """Does it send the history, or count the hops of a session? Where it does neither, the same key
    twice is two keys (docs/decisions/0027)."""
    sent = PHONES[gateway].hop(Call("s", "+2348030000001", SHORT_CODE, SHORT_CODE, ""), ("1",))
    asked = GatewayRequest(
        sent.method, sent.tail.strip("/"), sent.query, sent.headers.get("Content-Type", ""),
        sent.body,
    )  # fmt: skip
    newest = registry.USSD_GATEWAYS[gateway](SHORT_CODE).read(asked).newest  # type: ignore[union-attr]
    return newest is None or newest.number is not None


COUNTING = [name for name in PHONES if _counts(name)]
_recipients = count(8031110001)


@pytest.fixture(scope="module")
def here(urls: Urls, servers: Servers) -> Iterator[Town]:
    """One for all: each test makes a call of its own."""
    with town(urls.program, servers.redis_url) as made:
        yield made


@pytest.fixture
def switchboard() -> Iterator[FlaskClient]:
    """One from which no program can be reached."""
    app, floor = create_sandbox(SandboxSettings(callback_base="http://127.0.0.1:1"))
    yield app.test_client()
    floor.later.stop()


def test_the_gateways_in_use_are_named(here: Town) -> None:
    with urllib.request.urlopen(f"{here.sandbox}/control/gateways", timeout=5) as answer:
        assert answer.read().decode().split('"')[1::2] == list(PHONES)


@pytest.mark.parametrize("gateway", PHONES)
def test_a_hop_goes_through_in_its_gateways_own_form_and_comes_back_word_for_word(
    here: Town, gateway: str
) -> None:
    handset = here.handset(gateway)
    said = handset.hop()
    call = Call(handset.session, handset.msisdn, SHORT_CODE, SHORT_CODE, "62130")
    sent = PHONES[gateway].hop(call, ())
    assert said["text"].startswith(MENU)
    assert (said["close"], said["problem"]) == (False, None)
    assert said["request"]["method"] == sent.method
    assert said["request"]["path"].startswith(f"/ussd/{gateway}{sent.tail}")
    assert said["request"]["body"] == sent.body.decode()
    answered = PHONES[gateway].read(
        said["answer"]["status"], said["answer"]["headers"], said["answer"]["body"].encode()
    )
    assert (answered.text, answered.close) == (said["text"], False)


@pytest.mark.parametrize("gateway", PHONES)
def test_a_deep_dial_reaches_the_program_as_such(here: Town, gateway: str) -> None:
    assert "Amount?" in here.handset(gateway, dialled="*384*123*1*1#").hop()["text"]


@pytest.mark.parametrize("gateway", COUNTING)
def test_a_repeated_hop_presses_its_key_once(here: Town, gateway: str) -> None:
    handset = here.handset(gateway)
    handset.hop()
    assert handset.hop("1", fault="repeated")["text"].startswith(RECIPIENT)
    assert "Amount?" in handset.hop("1", "1", fault="repeated")["text"]


@pytest.mark.parametrize("gateway", PHONES)
@pytest.mark.parametrize("fault", ["repeated", "lost_answer"])
def test_a_purchase_whose_last_hop_comes_twice_is_one_purchase(
    here: Town, gateway: str, fault: str
) -> None:
    before, handset = here.count("orders"), here.handset(gateway)
    typed = ("1", "2", f"0{next(_recipients)}", "1", "1", "7392")
    for step in range(len(typed)):
        handset.hop(*typed[:step])
    handset.hop(*typed, fault=fault)
    again = handset.hop(*typed)
    assert again["text"].startswith("Request received. NGN 100.00 MTN airtime")
    assert again["close"] is True
    assert here.count("orders") == before + 1


@pytest.mark.parametrize("gateway", COUNTING)
def test_a_hop_that_comes_after_a_newer_one_leaves_the_screen_standing(
    here: Town, gateway: str
) -> None:
    handset = here.handset(gateway)
    handset.hop()
    handset.hop("1")
    late = handset.hop("1", "1", fault="out_of_order")
    assert "Amount?" in late["text"]
    assert "1. Confirm" in handset.hop("1", "1", "2")["text"]


@pytest.mark.parametrize("gateway", PHONES)
def test_nothing_is_older_than_the_first_hop(switchboard: FlaskClient, gateway: str) -> None:
    wanted = CALL | {"gateway": gateway, "fault": "out_of_order"}
    answer = switchboard.post("/control/ussd", json=wanted)
    assert (answer.status_code, answer.get_json()) == (
        422, {"error": "there is no hop before the first"},
    )  # fmt: skip


@pytest.mark.parametrize("gateway", COUNTING)
def test_a_lost_answer_shows_nothing_and_the_same_hop_again_shows_what_was_lost(
    here: Town, gateway: str
) -> None:
    handset = here.handset(gateway)
    handset.hop()
    lost = handset.hop("1", fault="lost_answer")
    again = handset.hop("1")
    assert (lost["text"], lost["close"], lost["problem"]) == (None, None, "lost_answer")
    assert lost["answer"]["body"] == again["answer"]["body"]
    assert again["text"].startswith(RECIPIENT)


def test_a_slow_network_holds_the_hop_up(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(here.served.floor.later, "pause", waited.append)
    assert here.handset("africastalking").hop(delay_ms=2_500)["text"].startswith(MENU)
    assert waited == [2.5]


@pytest.mark.parametrize("gateway", PHONES)
@pytest.mark.parametrize("hung_up", [True, False])
def test_a_session_that_is_cut_off_is_told_where_its_gateway_tells_it(
    here: Town, gateway: str, hung_up: bool
) -> None:
    before, handset = here.count("ussd_session_ends"), here.handset(gateway)
    handset.hop()
    call = Call(handset.session, handset.msisdn, SHORT_CODE, SHORT_CODE, "62130")
    notice = PHONES[gateway].ended(call, (), hung_up=hung_up)
    told = handset.end(hung_up=hung_up)
    assert (told["request"] is None) == (notice is None)
    assert here.count("ussd_session_ends") == before + (notice is not None)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"gateway": "nobody"}, "gateway is one of africastalking"),
        ({"gateway": ["hubtel"]}, "gateway is one of africastalking"),
        ({"session": ""}, "session is wanted"),
        ({"session": "a\nb"}, "session is wanted"),
        ({"session": "é"}, "session is wanted"),
        ({"msisdn": 234}, "msisdn is a short text"),
        ({"dialled": "9" * 183}, "dialled is a short text"),
        ({"typed": "1"}, "typed is a list"),
        ({"typed": [1]}, "typed is a list"),
        ({"typed": ["1"] * 61}, "typed is a list"),
        ({"fault": "explosion"}, "fault is one of lost_answer, repeated, out_of_order"),
        ({"delay_ms": 60_001}, "delay_ms is 0 to 60000"),
        ({"delay_ms": "2"}, "delay_ms is 0 to 60000"),
    ],
)
def test_what_no_gateway_would_send_is_refused_and_says_why(
    switchboard: FlaskClient, wrong: dict[str, Any], why: str
) -> None:
    answer = switchboard.post("/control/ussd", json=CALL | wrong)
    assert answer.status_code == 422
    assert answer.get_json()["error"].startswith(why)


@pytest.mark.parametrize("path", ["/control/ussd", "/control/ussd/end"])
@pytest.mark.parametrize("body", ["[]", '"text"', "null", "{", ""])
def test_a_body_that_is_no_object_is_refused(
    switchboard: FlaskClient, path: str, body: str
) -> None:
    answer = switchboard.post(path, data=body, content_type="application/json")
    assert answer.status_code == 422


def test_a_hang_up_is_true_or_false(switchboard: FlaskClient) -> None:
    answer = switchboard.post("/control/ussd/end", json=CALL | {"hung_up": "yes"})
    assert (answer.status_code, answer.get_json()) == (
        422, {"error": "hung_up is true or false"},
    )  # fmt: skip


@pytest.mark.parametrize("base", ["http://10.0.0.1:8000", "http://nexustop.example", "http:///x"])
def test_only_a_program_on_this_machine_is_called(base: str) -> None:
    app, floor = create_sandbox(SandboxSettings(callback_base=base))
    try:
        answer = app.test_client().post("/control/ussd", json=CALL)
    finally:
        floor.later.stop()
    assert answer.status_code == 422
    assert answer.get_json() == {"error": "the program isn't on this machine"}


@pytest.mark.parametrize("gateway", PHONES)
def test_an_answer_that_a_gateway_does_not_understand_shows_nothing(gateway: str) -> None:
    with saying(500, "<html>") as (program, _):
        app, floor = create_sandbox(SandboxSettings(callback_base=program))
        said = app.test_client().post("/control/ussd", json=CALL | {"gateway": gateway}).get_json()
        floor.later.stop()
    assert (said["text"], said["problem"]) == (None, "not_understood")
    assert (said["answer"]["status"], said["answer"]["body"]) == (500, "<html>")


def test_a_program_that_is_away_gives_no_answer(switchboard: FlaskClient) -> None:
    said = switchboard.post("/control/ussd", json=CALL).get_json()
    assert (said["problem"], said["answer"]) == ("no_answer", None)
    assert said["request"]["path"] == "/ussd/africastalking"


def test_only_pages_of_the_program_may_use_it(switchboard: FlaskClient) -> None:
    ours = SandboxSettings().allowed_origins[0]
    for origin, allowed in ((ours, True), ("http://evil.example", False)):
        answer = switchboard.options("/control/ussd", headers={"Origin": origin})
        assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed


def test_handsets_are_behind_the_gateways_that_are_in_use() -> None:
    app, floor = create_sandbox(SandboxSettings(ussd_gateways=("hubtel",)))
    client = app.test_client()
    floor.later.stop()
    assert client.get("/control/gateways").get_json() == ["hubtel"]
    assert client.post("/control/ussd", json=CALL).status_code == 422
