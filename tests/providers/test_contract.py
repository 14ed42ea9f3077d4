"""What every vending adapter must keep, against recorded answers."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

import providers.vending
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, NotSent, Unknown
from app.ports.vending import VendRequest
from providers.http_client import HttpClient
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.vending import VENDORS
from tests.providers.vending.contract import Vendor

_FOLDERS = Path(providers.vending.__path__[0])


@pytest.fixture(params=sorted(VENDORS))
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return VENDORS[request.param]


@pytest.fixture
def log() -> Remembered:
    return Remembered()


@pytest.fixture
def http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    client = HttpClient(clock, log)
    yield client
    client.close()


@pytest.fixture
def impatient_http(clock: FixedClock, log: Remembered) -> Iterator[HttpClient]:
    """For the vendor that says nothing."""
    client = HttpClient(clock, log, read_seconds=0.5)
    yield client
    client.close()


def wanted(vendor: Vendor, clock: FixedClock, **late: float) -> VendRequest:
    send_by = clock.now() + timedelta(**(late or {"seconds": 5}))
    return vendor.airtime.request("202603021200ABCDEF", send_by)


@pytest.mark.parametrize(
    ("name", "case"), [(v.name, case) for v in VENDORS.values() for case in v.recorded]
)
def test_each_recorded_answer_becomes_its_outcome(
    name: str, case: str, clock: FixedClock, http: HttpClient
) -> None:
    status, body, expected = VENDORS[name].recorded[case]
    with saying(status, body) as (base, _):
        outcome = VENDORS[name].make(base, http).vend(wanted(VENDORS[name], clock))
    _matches(outcome, expected)


@pytest.mark.parametrize(
    ("name", "case"), [(v.name, case) for v in VENDORS.values() for case in v.recorded_data or {}]
)
def test_each_recorded_answer_to_a_plan_becomes_its_outcome(
    name: str, case: str, clock: FixedClock, http: HttpClient
) -> None:
    status, body, expected = (VENDORS[name].recorded_data or {})[case]
    plan = VENDORS[name].data
    assert plan is not None
    request = plan.request("202603021200ABCDEF", clock.now() + timedelta(seconds=5))
    with saying(status, body) as (base, _):
        outcome = VENDORS[name].make(base, http).vend(request)
    _matches(outcome, expected)


@pytest.mark.parametrize("folder", sorted(p.parent for p in _FOLDERS.glob("*/codes.py")), ids=str)
def test_open_items_are_the_same_as_data_and_in_the_readme(folder: Path) -> None:
    codes = import_module(f"providers.vending.{folder.name}.codes")
    _, _, section = (
        (_FOLDERS / folder.name / "README.md")
        .read_text()
        .partition("## To confirm with the vendor\n")
    )
    assert [line.removeprefix("- ") for line in section.split("\n") if line] == list(
        codes.TO_CONFIRM.values()
    )


@pytest.mark.parametrize(
    ("name", "case"), [(v.name, case) for v in VENDORS.values() for case in v.words]
)
def test_each_recorded_word_becomes_its_outcome(
    name: str, case: str, clock: FixedClock, http: HttpClient
) -> None:
    status, body, expected = VENDORS[name].words[case]
    with saying(status, body) as (base, _):
        outcome = VENDORS[name].make(base, http).query("202603021200ABCDEF", None)
    _matches(outcome, expected)


def _matches(outcome: object, expected: object) -> None:
    if isinstance(expected, Declined):
        assert isinstance(outcome, Declined)
        assert outcome.scope is expected.scope
    else:
        assert isinstance(outcome, expected)  # type: ignore[arg-type]


def test_a_refused_connection_is_not_sent(
    vendor: Vendor, clock: FixedClock, http: HttpClient
) -> None:
    assert isinstance(vendor.make("http://127.0.0.1:1", http).vend(wanted(vendor, clock)), NotSent)


def test_nothing_leaves_after_send_by(vendor: Vendor, clock: FixedClock, http: HttpClient) -> None:
    with saying() as (base, requests):
        outcome = vendor.make(base, http).vend(wanted(vendor, clock, seconds=-1))
        assert outcome == NotSent("send_by_passed")
        assert requests.seen == []


def test_silence_is_unknown(vendor: Vendor, clock: FixedClock, impatient_http: HttpClient) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        base = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert isinstance(vendor.make(base, impatient_http).vend(wanted(vendor, clock)), Unknown)


def test_a_line_cut_in_the_middle_is_unknown(
    vendor: Vendor, clock: FixedClock, http: HttpClient
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def cut() -> None:
            line, _ = server.accept()
            line.recv(10)
            line.close()

        thread = threading.Thread(target=cut)
        thread.start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert isinstance(vendor.make(base, http).vend(wanted(vendor, clock)), Unknown)
        thread.join()


def test_exchanges_are_kept_without_credentials(
    vendor: Vendor, clock: FixedClock, http: HttpClient, log: Remembered
) -> None:
    with saying(200, "{}") as (base, requests):
        vendor.make(base, http).vend(wanted(vendor, clock))
    assert len(requests.seen) == len(log.exchanges) == 1
    kept = log.exchanges[0]
    assert kept.subject == "202603021200ABCDEF"
    assert "api" not in repr(kept).lower().replace("/api/", "")


def test_a_reference_carries_the_order_and_can_be_made_again(
    vendor: Vendor, clock: FixedClock, http: HttpClient
) -> None:
    adapter = vendor.make("http://127.0.0.1:1", http)
    reference = adapter.new_reference("7K3F9Q", clock.now())
    assert reference.endswith("7K3F9Q")
    assert reference == adapter.new_reference("7K3F9Q", clock.now())
    assert 8 <= len(reference) <= 100


def test_vtpass_ids_begin_with_the_time_in_lagos_around_midnight(http: HttpClient) -> None:
    from datetime import UTC, datetime

    adapter = VENDORS["vtpass"].make("http://127.0.0.1:1", http)
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert adapter.new_reference("7K3F9Q", at) == "2026030300307K3F9Q"


def test_from_thirty_two_threads_each_key_goes_with_its_own_recipient(
    clock: FixedClock, http: HttpClient
) -> None:
    """The SDK shares one header dictionary per service object; ours is made per call."""
    from urllib.parse import parse_qs

    status, body, _ = VENDORS["africastalking"].recorded["sent"]
    with saying(status, body) as (base, requests):
        adapter = VENDORS["africastalking"].make(base, http)

        def many(number: int) -> None:
            for turn in range(20):
                to = Msisdn(f"+23480{number:02d}0{turn:05d}")
                request = VendRequest(
                    f"key-{to}", to, "mtn-ng", Money(100_00, "NGN"),
                    clock.now() + timedelta(seconds=5), "mtn",
                )  # fmt: skip
                adapter.vend(request)

        threads = [threading.Thread(target=many, args=(number,)) for number in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(requests.seen) == 640
    for path, headers, form in requests.seen:
        assert path == "/africastalking/version1/airtime/send"
        [recipients] = parse_qs(form.decode())["recipients"]
        assert headers["Idempotency-Key"].removeprefix("key-") in recipients
