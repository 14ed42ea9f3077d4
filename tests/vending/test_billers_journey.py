"""Flutterwave bills and Baxi in a whole sale, against the sandbox: what decides nothing is asked
about, and nobody else is tried meanwhile."""

import json
import urllib.request
from datetime import UTC, datetime

import pytest

from app.db.engine import Database
from app.domain.money import Money
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.providers.billers_bench import adapter, outbound, sandbox, sold


@pytest.mark.parametrize(
    ("name", "fault", "state", "left", "book"),
    [
        ("flutterwave", "timeout_then_delivered", "delivered", naira(800), ["delivered"]),
        ("flutterwave", "server_error_then_delivered", "delivered", naira(800), ["delivered"]),
        ("flutterwave", "pending_then_failed", "declined", naira(1_000), ["failed"]),
        # Not found there for ever; nothing says that a second request would not be a second bill.
        ("flutterwave", "timeout_never_received", "unknown", naira(800), []),
        ("baxi", "ambiguous_error_then_delivered", "delivered", naira(800), ["delivered"]),
        ("baxi", "ambiguous_error_then_failed", "declined", naira(1_000), ["failed"]),
        ("baxi", "malformed_body", "delivered", naira(800), ["delivered"]),
        # Not found twice; a used reference is refused, so it is sent once more.
        ("baxi", "timeout_never_received", "delivered", naira(800), ["delivered"]),
    ],
)  # fmt: skip
def test_what_decides_nothing_is_asked_about(
    db: Database, name: str, fault: str, state: str, left: Money, book: list[str]
) -> None:
    with sandbox(silence_seconds=2.5, pending_seconds=0.01) as base, outbound() as http:
        order_to = {"provider": name, "fault": fault, "count": 1}
        control = urllib.request.Request(
            f"{base}/control/faults", json.dumps(order_to).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        urllib.request.urlopen(control, timeout=5).close()
        vendors = {each: adapter(each, base, http) for each in (name, "vtpass")}
        world = World(db, FixedClock(datetime.now(UTC)), vendors)
        order = world.placed(200)
        world.vend(order)
        world.pass_time(180, step=5)
        assert (world.state(order), world.buyers_money(order)) == (state, left)
        assert [(vend["provider"], vend["state"]) for vend in sold(base)] == [
            (name, word) for word in book
        ]
        assert world.books_differ() == []
