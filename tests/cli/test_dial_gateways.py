"""`nexustop dial --gateway`: the same session in every gateway's format, against the program."""

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from app.cli import main
from app.cli.running import NoAnswer, ask
from providers.sandbox.phones import PHONES
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def program(urls: Urls, redis_url: str) -> Iterator[tuple[Gateway, str]]:
    """The program, and where it serves."""
    with (
        Gateway.to(settings(urls.program, redis_url)) as gateway,
        make_server("127.0.0.1", 0, gateway.parts.web, handler_class=Quiet) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield gateway, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def dial(url: str, name: str, inputs: str) -> int:
    return main(
        ["dial", "*384*123#", "--as", SUBSCRIBER, "--url", url, "--short-code", "*384*123#",
         "--gateway", name, "--inputs", inputs]
    )  # fmt: skip


@pytest.mark.parametrize("name", PHONES)
def test_a_session_through_any_gateway_reaches_its_end(
    program: tuple[Gateway, str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dial(program[1], name, "1 9 9 9") == 0
    shown = capsys.readouterr().out
    assert "1. Buy airtime" in shown
    assert "Airtime for" in shown


@pytest.mark.parametrize(
    ("name", "status"),
    [("comviva", "cleann 523"), ("hollatags", "end"), ("truroute", "release"),
     ("hubtel", "release"), ("africastalking", "Incomplete")],
)  # fmt: skip
def test_hanging_up_is_told_as_the_gateway_would(
    program: tuple[Gateway, str], name: str, status: str
) -> None:
    gateway, url = program
    assert dial(url, name, "1") == 1
    with gateway.parts.db.statement() as tx:
        told = tx.one(
            "select count(*) from ussd_session_ends where channel = %s and status = %s",
            (name, status),
        )
    assert told[0] == 1


def test_a_gateway_that_nobody_speaks_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["dial", "*384*123#", "--as", SUBSCRIBER, "--gateway", "nobody"])


def test_what_nobody_answered_is_said_without_what_was_typed(program: tuple[Gateway, str]) -> None:
    for place in (f"{program[1]}/nowhere", "http://127.0.0.1:1/ussd/comviva"):
        with pytest.raises(NoAnswer) as problem:
            ask("GET", f"{place}?input=864297")
        assert place in str(problem.value)
        assert "864297" not in str(problem.value)
