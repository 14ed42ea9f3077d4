"""The same with the real adapter against the sandbox: delivered, told, taken back, told again."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.db.engine import Database
from app.services.vendor_callback import hear_status
from providers.http_client import HttpClient
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from providers.vending.vtpass.callbacks import parse_update
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending import VENDORS


@pytest.fixture
def sandbox(tmp_path: Any) -> Iterator[tuple[str, Requests]]:
    with saying(200, '{"response": "success"}') as (program, requests):
        settings = SandboxSettings(
            callback_base=program, book_path=tmp_path / "book", pending_seconds=0.4
        )
        served = SandboxServer(settings, "127.0.0.1", 0)
        thread = threading.Thread(target=served.run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{served.port}", requests
        finally:
            served.stop()
            thread.join()


def test_what_vtpass_takes_back_the_buyer_has_back(
    db: Database, sandbox: tuple[str, Requests]
) -> None:
    base, program = sandbox
    fault = {"provider": "vtpass", "fault": "delivered_then_reversed", "count": 1}
    asked = urllib.request.Request(
        f"{base}/control/faults", json.dumps(fault).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(asked, timeout=5).close()
    http = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=5)
    clock = FixedClock(datetime.now(UTC))
    world = World(db, clock, {"vtpass": VENDORS["vtpass"].make(base, http)})
    order = world.placed(200)
    world.vend(order)
    assert (world.state(order), world.buyers_money(order)) == ("delivered", naira(800))
    deadline = time.monotonic() + 10
    while not program.seen:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert world.state(order) == "delivered", "its webhook alone does nothing"
    for _, _, body in program.seen * 3:
        assert hear_status(world.vending, parse_update("application/json", body))
        world.look()
    assert (world.state(order), world.buyers_money(order)) == ("reversed", naira(1_000))
    with urllib.request.urlopen(f"{base}/control/vends", timeout=5) as answer:
        assert [vend["state"] for vend in json.load(answer)] == ["reversed"]
    rows = world.all("select kind from mt_sms where order_id = %s order by id", order)
    assert rows == [("delivered",), ("reversed",)]
    assert world.books_differ() == []
    http.close()
