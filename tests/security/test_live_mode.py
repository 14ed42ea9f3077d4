"""What live mode does that the demo doesn't: its name, HTTPS, and a word about open doors."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.bootstrap import Parts
from tests.providers.test_payment_settings import FLUTTERWAVE, LIVE, settings
from tests.security.test_door_locks import STRANGER, THEIRS, ask


@pytest.fixture
def live() -> Iterator[Any]:
    """A way to make a live program, whose servers are nowhere."""
    made: list[Parts] = []

    def make(**more: str) -> Parts:
        made.append(Parts(settings(**(LIVE | FLUTTERWAVE | more))))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_doors_that_are_open_to_all_are_named_when_it_starts(
    live: Any, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert live(vtpass_inbound_addresses="192.0.2.7").web
    said = capsys.readouterr().out + caplog.text
    assert "doors_open_to_all" in said
    assert "africastalking" in said
    assert "flutterwave" in said
    assert "vtpass" not in said


def test_a_live_program_serves_people_under_its_name_by_https_alone(live: Any) -> None:
    web = live(public_url="https://shop.example", trusted_proxies="10.0.0.0/8").web
    said = {"HTTP_HOST": "shop.example", "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_FORWARDED_FOR": THEIRS}  # fmt: skip
    status, headers, _ = ask(web, "/backoffice/nowhere", "10.0.0.1", method="PUT", **said)
    assert status.startswith("405")
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    other = {**said, "HTTP_HOST": "evil.example"}
    assert ask(web, "/backoffice/sign-in", "10.0.0.1", method="GET", **other)[0].startswith("421")
    assert ask(web, "/healthz", STRANGER, method="GET", HTTP_HOST="10.0.0.9")[0].startswith("200")


@pytest.mark.parametrize("path", ["/simulator/", "/simulator", "/simulator/static/phone.js"])
def test_a_live_program_has_no_simulator(live: Any, path: str) -> None:
    assert ask(live().web, path, STRANGER, method="GET")[0].startswith("404")
