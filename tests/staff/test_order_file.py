"""An order that nobody can say the end of comes to staff by itself, with all that decides it."""

import json
from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.outcomes import NotSent, Unknown
from app.ports.exchanges import Exchange
from app.services.exchanges_about import keep_exchanges
from app.services.resolve_break import list_breaks
from app.services.show_order import show_order
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.staff.office import Office


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def office(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> Office:
    return Office(World(db, clock, {"first": vendor}))


def _unsure(office: Office, vendor: ScriptedVendor) -> int:
    """An order its vendor won't speak of."""
    vendor.answers.append(Unknown("read_timeout"))
    vendor.words.extend([NotSent("connect")] * 500)
    order = office.world.placed()
    office.world.vend(order)
    return order


def _queued(office: Office) -> list[str]:
    return [row.order for row in list_breaks(office.context, "unknown_order", None)]


def test_it_is_in_the_queue_after_ten_minutes_and_no_sooner(
    office: Office, vendor: ScriptedVendor
) -> None:
    order = _unsure(office, vendor)
    reference = office.world.one("select reference from orders where id = %s", order)
    office.world.pass_time(9 * 60, step=20)
    assert _queued(office) == []
    office.world.pass_time(2 * 60, step=20)
    assert _queued(office) == [reference]
    office.world.pass_time(5 * 60, step=20)
    assert _queued(office) == [reference]
    vendor.words.clear()
    vendor.deliver(f"first-{reference}")
    office.world.pass_time(2 * 60, step=20)
    assert office.world.state(order) == "delivered"
    assert _queued(office) == []
    assert office.world.books_differ() == []


def test_its_file_has_the_request_the_answers_and_the_look_ups(
    office: Office, vendor: ScriptedVendor
) -> None:
    order = _unsure(office, vendor)
    world = office.world
    reference = world.one("select reference from orders where id = %s", order)
    began = world.clock.now()
    said = [
        ("POST", "/pay", '{"amount": 200}', None, "", "read_timeout"),
        *[("POST", "/requery", '{"id": 1}', 200, '{"code": "000"}', "")] * 5,
        ("POST", "/requery", '{"id": 1}', 200, '{"code": "016"}', ""),
    ]
    with world.db.transaction() as tx:
        keep_exchanges(
            tx,
            world.context.fields,
            [
                Exchange("first", f"first-{reference}", method, path, body, status, answer, fault,
                         began + timedelta(seconds=number), 12)
                for number, (method, path, body, status, answer, fault) in enumerate(said)
            ],
        )  # fmt: skip
    found = show_order(world.context, reference)
    assert found is not None
    assert [one.reference for one in found.attempts] == [f"first-{reference}"]
    talk = [(told.request, told.status, told.answered or told.fault) for told in found.exchanges]
    assert talk == [
        ("POST /pay", None, "read_timeout"),
        ("POST /requery", 200, '{"code": "000"}'),
        ("POST /requery", 200, '{"code": "000"}'),
        ("POST /requery", 200, '{"code": "016"}'),
    ]
    assert json.loads(found.exchanges[0].asked) == {"amount": 200}


def test_a_reference_of_nothing_has_no_file(office: Office) -> None:
    assert show_order(office.world.context, "ZZZZZZ") is None
