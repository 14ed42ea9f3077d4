"""USSD through its real door: what a gateway repeats, reorders, drops or gets wrong."""

import logging
from collections.abc import Iterator

import pytest

from app.bootstrap import Parts
from tests.conftest import Servers, Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings


@pytest.fixture(scope="module")
def program(urls: Urls, servers: Servers) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, servers.redis_url)) as made:
        yield made


@pytest.fixture
def gateway(program: Gateway, redis_url: str) -> Gateway:
    """In front of the program, which knows no session; whoever was locked isn't."""
    assert program.parts.settings.redis_url == redis_url
    with program.parts.db.statement() as tx:
        tx.run("update subscribers set failures = 0, locked_until = null, guesses = 0")
    return program


def orders(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from orders")[0])


def test_airtime_for_ones_own_number_takes_five_inputs(gateway: Gateway) -> None:
    before = orders(gateway)
    screens = gateway.dial("1", "1", "2", "1", "7392")
    assert screens[0].startswith("CON Balance NGN ")
    assert "Enter PIN for NGN 200.00 MTN airtime" in screens[4]
    assert screens[5].startswith("END Request received. NGN 200.00 MTN airtime for 0803 000 0001.")
    assert orders(gateway) == before + 1


def test_a_repeated_hop_gets_the_same_answer_and_no_second_effect(gateway: Gateway) -> None:
    before = orders(gateway)
    for step in ("", "1", "1*2", "1*2*08031110001", "1*2*08031110001*2", "1*2*08031110001*2*1"):
        gateway.hop("again", step)
    answers = {gateway.hop("again", "1*2*08031110001*2*1*7392") for _ in range(4)}
    assert len(answers) == 1
    assert orders(gateway) == before + 1


def test_the_end_is_said_again_when_redis_has_forgotten_the_session(gateway: Gateway) -> None:
    text = "1*2*08031110002*2*1*7392"
    for step in range(len(text.split("*")) + 1):
        last = gateway.hop("forgot", "*".join(text.split("*")[:step]))
    gateway.parts.redis.flushall()
    assert gateway.hop("forgot", text) == last


def test_a_forgotten_session_types_no_digits_into_a_pin_prompt(gateway: Gateway) -> None:
    before = orders(gateway)
    screen = gateway.hop("unknown", "1*1*2*1*7392")
    assert "Request received" not in screen
    assert orders(gateway) == before


def test_a_deep_dial_walks_fixed_options_only(gateway: Gateway) -> None:
    assert "Amount?" in gateway.hop("deep-1", "1*1")
    assert "1. Confirm" in gateway.hop("deep-2", "1*1*4")
    assert "1. Confirm" in gateway.hop("deep-3", "1*1*4*1*7392")


def test_a_hop_for_another_numbers_session_is_refused(gateway: Gateway) -> None:
    gateway.hop("mine", "")
    gateway.hop("mine", "1")
    answer = gateway.hop("mine", "1*1", "+2348039998888")
    assert answer == "END This session is over. Please dial again."


def test_a_hop_after_the_end_repeats_the_end(gateway: Gateway) -> None:
    for step in ("", "1", "1*2", "1*2*08031110003", "1*2*08031110003*2", "1*2*08031110003*2*1"):
        gateway.hop("over", step)
    last = gateway.hop("over", "1*2*08031110003*2*1*7392")
    assert gateway.hop("over", "1*2*08031110003*2*1*7392*1") == last


def test_a_late_copy_of_an_older_hop_gets_the_screen_that_stands(gateway: Gateway) -> None:
    gateway.hop("late", "")
    gateway.hop("late", "1")
    stands = gateway.hop("late", "1*1")
    assert gateway.hop("late", "1") == stands
    assert "Confirm" in gateway.hop("late", "1*1*4")


def test_a_missing_network_code_and_a_plus_lost_to_a_space_are_fine(gateway: Gateway) -> None:
    body = b"sessionId=plus&serviceCode=*384*123%23&phoneNumber=+2348030000001&text="
    assert gateway.raw(body).startswith("CON Balance")


def test_an_unknown_network_code_falls_back_to_the_prefix(gateway: Gateway) -> None:
    for step in ("", "1", "1*1"):
        gateway.hop("net", step, networkCode="99999")
    assert "MTN airtime" in gateway.hop("net", "1*1*4", networkCode="99999")


def test_the_sims_network_wins_over_the_prefix_for_ones_own_number(gateway: Gateway) -> None:
    for step in ("", "1", "1*1"):
        gateway.hop("ported", step, networkCode="62120")
    assert "Airtel airtime" in gateway.hop("ported", "1*1*4", networkCode="62120")


def test_each_hop_carries_its_label(gateway: Gateway) -> None:
    gateway.hop("label", "")
    assert gateway.headers["at-ussd-hop-metadata"] == "home"


BAD = [
    b"",
    b"sessionId=x",
    b"sessionId=x&phoneNumber=hello&text=",
    b"sessionId=x&sessionId=y&phoneNumber=%2B2348030000001&text=",
    b"sessionId=" + b"x" * 500 + b"&phoneNumber=%2B2348030000001&text=",
    b"sessionId=x&phoneNumber=%2B2348030000001&text=" + b"1" * 10_240,
    b"sessionId=x&phoneNumber=%2B2348030000001&text=%FF%FE",
    b"sessionId=x%00y&phoneNumber=%2B2348030000001&text=",
    b"sessionId=x&phoneNumber=%2B999999&text=",
    b"\xff\xfe\x00",
    b"{}",
    b"&" * 1000,
    b"sessionId=x&phoneNumber=%2B2348030000001&text=" + b"*" * 200,
]


@pytest.mark.parametrize("body", BAD)
def test_a_request_that_is_no_hop_gets_a_clear_end(gateway: Gateway, body: bytes) -> None:
    before = orders(gateway)
    assert gateway.raw(body).startswith("END We can't read this request. Nothing was charged.")
    assert orders(gateway) == before


@pytest.mark.parametrize(
    "amount", ["-100", "0", "99999999999999999999", "١٠٠", "1e3", "abc", "", " ", "\x07", "100.555",
               "49", "50001", "1,0,0,0"],
)  # fmt: skip
def test_an_amount_that_cannot_be_sold_repeats_the_screen(gateway: Gateway, amount: str) -> None:
    session = f"amount-{amount!r}".encode("ascii", "replace").decode()
    for step in ("", "1", "1*1", "1*1*5"):
        gateway.hop(session, step)
    screen = gateway.hop(session, f"1*1*5*{amount}")
    assert screen.startswith("CON ")
    assert "Amount" in screen


@pytest.mark.parametrize("number", ["hello", "0", "0803", "+" * 20, "0803000000x", "٠٨٠٣"])
def test_a_number_that_is_none_repeats_the_screen(gateway: Gateway, number: str) -> None:
    session = f"number-{number!r}".encode("ascii", "replace").decode()
    for step in ("", "1", "1*2"):
        gateway.hop(session, step)
    assert gateway.hop(session, f"1*2*{number}").startswith("CON ")


def test_three_wrong_inputs_end_the_session(gateway: Gateway) -> None:
    gateway.hop("wrong", "")
    assert "Choose 1 to" in gateway.hop("wrong", "9")
    assert "Choose 1 to" in gateway.hop("wrong", "9*8")
    assert gateway.hop("wrong", "9*8*7").startswith("END ")


def test_a_wrong_pin_says_how_many_are_left_and_charges_nothing(gateway: Gateway) -> None:
    before = orders(gateway)
    for step in ("", "1", "1*1", "1*1*1", "1*1*1*1"):
        gateway.hop("pin", step)
    screen = gateway.hop("pin", "1*1*1*1*1111")
    assert screen.startswith("CON Wrong PIN, 2 tries left")
    assert orders(gateway) == before


def test_no_pin_reaches_redis_or_a_log(
    gateway: Gateway, capfdbinary: pytest.CaptureFixture[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.dial("1", "2", "08031110009", "2", "1", "864297")
    gateway.raw(b"sessionId=x&sessionId=x&phoneNumber=1&text=1*864297")
    for key in gateway.parts.redis.scan_iter():
        kind = gateway.parts.redis.type(key)
        value = (
            gateway.parts.redis.get(key) if kind == b"string" else gateway.parts.redis.xrange(key)
        )
        assert b"864297" not in repr(value).encode()
    gateway.parts.lines.flush()
    out, err = capfdbinary.readouterr()
    assert b'"event":"hop"' in out
    assert b"864297" not in out + err + caplog.text.encode()


def test_without_redis_the_answer_is_polite_and_nothing_is_charged(urls: Urls) -> None:
    with Gateway.to(settings(urls.program, "redis://127.0.0.1:1")) as away:
        answer = away.hop("x", "")
    assert answer.startswith("END We can't do this now. Nothing was charged.")


def test_without_the_database_the_answer_is_polite_and_nothing_is_charged(
    redis_url: str,
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    with Gateway(Parts(settings(nowhere, redis_url))) as gateway:
        answer = gateway.hop("x", "")
    assert answer.startswith("END We can't do this now. Nothing was charged.")


def test_the_end_of_a_session_is_kept_without_what_was_typed(gateway: Gateway) -> None:
    body = (
        b"date=2026-03-02&sessionId=ended&serviceCode=x&networkCode=62130&phoneNumber=%2B234803"
        b"&status=Success&cost=NGN+1&durationInMillis=4200&hopsCount=5&input=1*7392"
        b"&lastAppResponse=secret&errorMessage="
    )
    assert gateway.call("/ussd/africastalking/events", body)[0] == "200 OK"
    assert gateway.call("/ussd/africastalking/events", b"\xff")[0] == "200 OK"
    with gateway.parts.db.statement() as tx:
        row = tx.one(
            "select status, duration_ms, hops from ussd_session_ends where session = 'ended'"
        )
    assert row == ("Success", 4200, 5)


def test_pages_and_probes_answer(gateway: Gateway) -> None:
    assert gateway.call("/healthz", method="GET") == ("200 OK", "ok\n")
    status, body = gateway.call("/readyz", method="GET")
    assert status == "200 OK", body
    gateway.hop("metrics", "")
    page = gateway.call("/metrics", method="GET")[1]
    for name in ("nexustop_hops_total", "nexustop_hop_seconds", "nexustop_outbox_depth",
                 "nexustop_oldest_open_order_seconds", "nexustop_orders"):  # fmt: skip
        assert name in page
    assert gateway.call("/nothing", method="GET")[0] == "404 NOT FOUND"
    assert SUBSCRIBER not in page


def test_in_live_mode_a_path_without_its_token_is_nowhere(urls: Urls, redis_url: str) -> None:
    token = "a" * 24
    wanted = settings(urls.program, redis_url, africastalking_inbound_tokens=(token,))
    with Gateway.to(wanted) as gateway:
        assert gateway.call("/ussd/africastalking", b"")[0] == "404 NOT FOUND"
        assert gateway.call(f"/ussd/africastalking/{'b' * 24}", b"")[0] == "404 NOT FOUND"
        assert gateway.call(f"/ussd/africastalking/{token}", b"")[0] == "200 OK"
