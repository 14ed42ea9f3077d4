"""A gateway that tells all ends tells those too that the program's own answer made."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
import redis

from app.db import funnel
from app.services.copy_hops import copy_hops
from app.sessions import hop_stream
from app.sessions.store import STREAM
from providers.sandbox.application import create_sandbox
from providers.sandbox.phones import PHONES, ToldAllEnds
from providers.sandbox.settings import SandboxSettings
from tests.conftest import Servers, Urls
from tests.factories.handsets import SHORT_CODE, Handset, Town, town
from tests.fakes.http import saying

CLOSING = ("9", "9", "9")
"""What ends a session behind every gateway: too many wrong entries."""
STATUS = {"africastalking": "Success", "infobip": "0 ok"}
SILENT = {"arkesel", "moolre", "nalo", "safaricom"}
"""Those that tell of no end."""
CALL = {
    "session": "s", "msisdn": "+2348030000001", "dialled": SHORT_CODE, "network": "62130",
    "typed": ["1"],
}  # fmt: skip


@pytest.fixture(scope="module")
def here(urls: Urls, servers: Servers) -> Iterator[Town]:
    with town(urls.program, servers.redis_url) as made:
        yield made


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(here: Town, gateway: str, **last: str) -> Handset:
    """A session that the program has ended, and what its gateway said of that."""
    handset = here.handset(gateway)
    for step in range(len(CLOSING)):
        handset.hop(*CLOSING[:step])
    handset.hop(*CLOSING, **last)
    until(lambda: here.served.floor.later.quiet(1))
    return handset


def told(here: Town, handset: Handset) -> list[tuple[str, int | None]]:
    with here.gateway.parts.db.statement() as tx:
        return [
            tuple(row)
            for row in tx.all(
                "select status, hops from ussd_session_ends where channel = %s and session = %s",
                (handset.gateway, handset.session),
            )
        ]


def test_which_gateways_tell_all_ends() -> None:
    assert {name for name in PHONES if isinstance(PHONES[name], ToldAllEnds)} == set(STATUS)


@pytest.mark.parametrize("gateway", PHONES)
def test_an_end_that_the_program_gave_is_told_where_all_ends_are(here: Town, gateway: str) -> None:
    before = here.count("ussd_session_ends")
    said = [status for status, _ in told(here, ended(here, gateway))]
    assert said == [STATUS[name] for name in (gateway,) if name in STATUS]
    assert here.count("ussd_session_ends") == before + len(said)


def test_a_last_screen_that_was_lost_ends_nothing_until_it_is_shown(here: Town) -> None:
    handset = ended(here, "africastalking", fault="lost_answer")
    assert told(here, handset) == []
    handset.hop(*CLOSING)
    until(lambda: told(here, handset) == [("Success", 4)])


def test_the_funnel_counts_it_as_left_at_its_last_screen_once(here: Town, servers: Servers) -> None:
    with redis.Redis.from_url(servers.redis_url) as client:
        hop_stream.take(client, 100_000)
        handset = ended(here, "africastalking")
        assert told(here, handset) == [("Success", 4)]
        until(lambda: client.xlen(STREAM) >= len(CLOSING) + 1)
        copy_hops(here.gateway.parts.db, hop_stream.take(client))
    now = datetime.now(UTC)
    with here.gateway.parts.db.statement() as tx:
        screens = funnel.screens(tx, (now - timedelta(days=1)).date(), now, "channel")
    assert [row for row in screens if row[3]] == [("africastalking", "home", 1, 1)]


@pytest.mark.parametrize("gateway", PHONES)
def test_an_answer_that_was_none_ends_the_session_and_its_gateway_says_so(gateway: str) -> None:
    with saying(500, "<html>") as (program, heard):
        app, floor = create_sandbox(SandboxSettings(callback_base=program))
        app.test_client().post("/control/ussd", json=CALL | {"gateway": gateway})
        until(lambda: floor.later.quiet(1))
        floor.later.stop()
    assert len(heard.seen) == (1 if gateway in SILENT else 2)
    if gateway == "africastalking":
        assert parse_qs(heard.seen[1][2].decode())["status"] == ["Failed"]
