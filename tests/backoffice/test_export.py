"""Lists as files: nothing in them is a formula, no number is told unasked, each is written down."""

import csv
import io
import tracemalloc
import zipfile
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from defusedxml import ElementTree

from app.db.engine import Database
from app.db.listing import Column, Kind, Row
from app.db.order_list import ORDERS
from app.domain.roles import Role
from app.services.backoffice import cells, export
from app.services.backoffice.listing import Wanted, read_address
from app.services.backoffice.person import Person
from app.services.backoffice.unmask import FOR, unmask, unmasked_until
from app.services.sweep import take_outbox, take_overdue, tidy
from tests.backoffice.many_orders import add_orders
from tests.factories.world import World

_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def empty(world: World, owner: Database) -> World:
    with owner.transaction() as tx:
        tx.run("delete from orders")
        tx.run("truncate exports, export_pieces, unmaskings, outbox")
    return world


def _person(role: Role = Role.OWNER, name: str = "ada@nexustop.example") -> Person:
    return Person("staff", 1, name, role, f"session of {name}", "Africa/Lagos")


def _wanted(**asked: str) -> Wanted:
    return read_address(ORDERS, asked, "Africa/Lagos")


def _csv(world: World, person: Person, **asked: str) -> list[list[str]]:
    text = b"".join(export.csv_lines(world.context, person, _wanted(**asked))).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def _audited(world: World, act: str) -> list[tuple[str, str, dict[str, str]]]:
    with world.db.transaction() as tx:
        return [
            (actor, subject, detail) for actor, subject, detail in tx.all(
                "select actor, subject, detail from audit where act = %s order by id", (act,)
            )
        ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1", "=cmd|' /c'!a0"])
def test_no_cell_is_a_formula(text: str) -> None:
    column = Column("provider", "Provider", Kind.TEXT, "x")
    row = Row(None, 1, {"provider": text})  # type: ignore[arg-type]
    assert cells.record([column], row, ZoneInfo("UTC"), unmasked=True) == [f"'{text}"]


def test_a_csv_holds_every_row_that_matches(empty: World, owner: Database) -> None:
    wanted = add_orders(owner, empty.clock.now(), 1_234)
    head, *rows = _csv(empty, _person(), columns="placed,reference,price")
    assert head == ["Placed (Africa/Lagos)", "Reference", "Price", "Price, currency"]
    assert [row[1] for row in rows] == wanted
    assert rows[0][2:] == ["100.00", "NGN"]


def test_a_csv_is_written_down_before_its_first_row(empty: World, owner: Database) -> None:
    add_orders(owner, empty.clock.now(), 3)
    before = len(_audited(empty, "export"))
    export.csv_lines(empty.context, _person(), _wanted(state="delivered"))
    actor, subject, detail = _audited(empty, "export")[before]
    assert (actor, subject) == ("ada@nexustop.example", "orders")
    assert detail["state"] == "delivered"
    assert (detail["format"], detail["numbers"]) == ("csv", "masked")


def test_a_csv_that_nobody_reads_to_its_end_is_said_to_be_cut(
    empty: World, owner: Database
) -> None:
    add_orders(owner, empty.clock.now(), 3_000)
    lines = export.csv_lines(empty.context, _person(), _wanted())
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    assert export.exports_of(empty.context, _person())[0].state == "cut"


def test_a_long_csv_needs_no_more_memory_than_a_short_one(empty: World, owner: Database) -> None:
    add_orders(owner, empty.clock.now(), 12_000)
    most = []
    for to in ("2026-11-23", "2027-01-01"):
        tracemalloc.start()
        for _ in export.csv_lines(empty.context, _person(), _wanted(to=to)):
            pass
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[1] < 8_000_000


def test_numbers_are_masked_until_they_are_asked_for_with_a_reason(
    empty: World, owner: Database
) -> None:
    add_orders(owner, empty.clock.now(), 1)
    ada = _person()
    assert _csv(empty, ada, columns="buyer")[1] == ["'+234803****101"]
    unmask(empty.context, ada, "the caller asks about it")
    assert _csv(empty, ada, columns="buyer")[1] == ["'+2348030000101"]
    assert _audited(empty, "unmask")[-1][2] == {"reason": "the caller asks about it"}
    assert _audited(empty, "export")[-1][2]["numbers"] == "whole"


def test_whole_numbers_are_one_sessions_and_end_after_ten_minutes(empty: World) -> None:
    ada, ben = _person(), _person(name="ben@nexustop.example")
    unmask(empty.context, ada, "the caller asks about it")
    assert unmasked_until(empty.context, ada) == empty.clock.now() + FOR
    assert unmasked_until(empty.context, ben) is None
    empty.clock.advance(seconds=FOR.total_seconds())
    assert unmasked_until(empty.context, ada) is None


def test_whoever_may_not_unmask_does_not(empty: World) -> None:
    with pytest.raises(PermissionError):
        unmask(empty.context, _person(Role.AGENT), "I would like to")


def test_an_export_needs_its_right(empty: World) -> None:
    with pytest.raises(PermissionError):
        export.csv_lines(empty.context, _person(Role.SUPPORT), _wanted())


def test_a_wrong_address_is_not_exported(empty: World) -> None:
    with pytest.raises(ValueError, match="Choose one"):
        export.csv_lines(empty.context, _person(), _wanted(state="sold"))
    assert export.exports_of(empty.context, _person()) == []


def _make(world: World) -> None:
    for export_id in take_outbox(world.db).jobs.get("export", []):
        export.make_workbook(world.context, export_id)


def _sheet(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        tree = ElementTree.fromstring(book.read(names[0]))
    assert not list(tree.iter(f"{_CELL}f"))
    return [
        ["".join(cell.itertext()) for cell in row.iter(f"{_CELL}c")]
        for row in tree.iter(f"{_CELL}row")
    ]


def test_a_workbook_is_written_by_the_job_and_fetched_by_its_owner(
    empty: World, owner: Database
) -> None:
    wanted = add_orders(owner, empty.clock.now(), 2_500)
    ada = _person()
    reference = export.ask_workbook(empty.context, ada, _wanted(columns="reference,buyer,price"))
    _make(empty)
    made = export.show_export(empty.context, ada, reference)
    assert made is not None
    assert (made.state, made.rows) == ("done", 2_500)
    rows = _sheet(b"".join(export.file_of(empty.context, ada, made)))
    assert rows[0] == ["Reference", "Buyer", "Price", "Price, currency"]
    assert [row[0] for row in rows[1:]] == wanted
    assert rows[1][1].startswith("'+234803****")
    assert rows[1][2:] == ["100.00", "NGN"]
    assert _audited(empty, "fetch_export")[-1][:2] == (ada.name, reference)


def test_another_person_does_not_see_an_export(empty: World) -> None:
    reference = export.ask_workbook(empty.context, _person(), _wanted())
    assert (
        export.show_export(empty.context, _person(name="ben@nexustop.example"), reference) is None
    )


def test_a_job_that_is_lost_or_dies_is_begun_again(empty: World, owner: Database) -> None:
    add_orders(owner, empty.clock.now(), 5)
    ada = _person()
    reference = export.ask_workbook(empty.context, ada, _wanted())
    take_outbox(empty.db)
    empty.clock.advance(seconds=11)
    (export_id,) = take_overdue(empty.db, empty.clock).jobs["export"]
    with empty.db.transaction() as tx:
        tx.run("update exports set state = 'running', due_at = %s", (empty.clock.now(),))
    assert take_overdue(empty.db, empty.clock).jobs["export"] == [export_id]
    export.make_workbook(empty.context, export_id)
    export.make_workbook(empty.context, export_id)
    made = export.show_export(empty.context, ada, reference)
    assert made is not None
    assert (made.state, made.rows) == ("done", 5)


def test_files_go_after_a_day_and_that_they_were_made_stays(empty: World, owner: Database) -> None:
    add_orders(owner, empty.clock.now(), 5)
    ada = _person()
    reference = export.ask_workbook(empty.context, ada, _wanted())
    _make(empty)
    late = export.ask_workbook(empty.context, ada, _wanted())
    empty.clock.advance(seconds=(export.KEPT + timedelta(seconds=1)).total_seconds())
    tidy(empty.db, empty.clock)
    with empty.db.transaction() as tx:
        assert tx.one("select count(*) from export_pieces")[0] == 0
    states = {one.reference: one.state for one in export.exports_of(empty.context, ada)}
    assert states == {reference: "done", late: "failed"}
