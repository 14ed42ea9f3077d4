"""Lists: every row once, page by page, whatever comes meanwhile; a bad address is answered."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.db.audit_list import AUDIT
from app.db.engine import Database
from app.db.listing import ListSpec
from app.db.order_list import ORDERS
from app.domain.money import Money
from app.services.backoffice import listing as backoffice_listing
from app.services.backoffice.listing import PAGE_SIZE, Listing, listing, read_address
from app.services.backoffice.lists import LISTS
from tests.backoffice.many_orders import add_orders
from tests.factories.world import World
from tests.fakes.clock import FixedClock

LAGOS = "Africa/Lagos"


@pytest.fixture
def world(db: Database, owner: Database, clock: FixedClock) -> World:
    with owner.transaction() as tx:
        tx.run("delete from orders")
    return World(db, clock)


def _page(world: World, **asked: str) -> Listing:
    return listing(world.context, read_address(ORDERS, asked, LAGOS))


def _references(page: Listing) -> list[str]:
    return [row.cells["reference"] for row in page.rows]


def test_every_row_is_shown_once_also_when_many_have_the_same_time(
    world: World, owner: Database
) -> None:
    wanted = add_orders(owner, world.clock.now(), 2 * PAGE_SIZE + 7, together=30)
    page, seen = _page(world), []
    while True:
        seen += _references(page)
        if not page.next_key:
            break
        page = _page(world, after=page.next_key)
    assert seen == wanted


def test_the_way_back_is_the_way_there(world: World, owner: Database) -> None:
    add_orders(owner, world.clock.now(), 2 * PAGE_SIZE + 7, together=30)
    first = _page(world)
    second = _page(world, after=first.next_key)
    third = _page(world, after=second.next_key)
    back = _page(world, before=third.previous_key)
    assert _references(back) == _references(second)
    again = _page(world, before=back.previous_key)
    assert _references(again) == _references(first)
    assert not again.previous_key
    assert not third.next_key


def test_rows_that_come_meanwhile_shift_nothing(world: World, owner: Database) -> None:
    add_orders(owner, world.clock.now(), 2 * PAGE_SIZE)
    first = _page(world)
    rest = _references(_page(world, after=first.next_key))
    add_orders(owner, world.clock.now() + timedelta(minutes=1), 5)
    assert _references(_page(world, after=first.next_key)) == rest


@pytest.mark.parametrize("name", ["state", "operator", "kind", "channel", "provider", "msisdn"])
def test_a_filter_leaves_what_it_says(world: World, owner: Database, name: str) -> None:
    add_orders(owner, world.clock.now(), 40)
    columns = {"kind": "product", "msisdn": "buyer"}
    column = columns.get(name, name)
    page = _page(world, columns=column)
    value = str(page.rows[3].cells[column])
    typed = {"kind": "airtime" if value == "airtime" else "data"}.get(name, value)
    found = _page(world, columns=column, **{name: typed})
    assert 0 < len(found.rows) < 40
    if name == "kind":
        assert len({row.cells[column] == "airtime" for row in found.rows}) == 1
    else:
        assert {str(row.cells[column]) for row in found.rows} == {value}


def test_a_number_is_found_however_it_is_written(world: World, owner: Database) -> None:
    add_orders(owner, world.clock.now(), 40)
    buyer = _page(world).rows[0].cells["buyer"]
    local = "0" + buyer.removeprefix("+234")
    assert _references(_page(world, msisdn=local)) == _references(_page(world, msisdn=buyer))


def test_days_begin_at_midnight_where_the_viewer_is(world: World, owner: Database) -> None:
    lagos_midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    before, after = add_orders(owner, lagos_midnight - timedelta(seconds=1), 1), add_orders(
        owner, lagos_midnight, 1
    )  # fmt: skip
    assert _references(_page(world, **{"from": "2026-11-24"})) == after
    assert _references(_page(world, to="2026-11-23")) == before


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("state", "sold", "Choose one"),
        ("msisdn", "0803", "whole mobile number"),
        ("msisdn", "<script>", "whole mobile number"),
        ("from", "yesterday", "like 2026-11-29"),
        ("to", "9999-12-31", "like 2026-11-29"),
        ("channel", "x" * 101, "100 characters"),
        ("channel", "a\0b", "100 characters"),
    ],
)
def test_what_is_wrong_with_a_filter_is_said_beside_it(
    world: World, name: str, typed: str, said: str
) -> None:
    page = _page(world, **{name: typed})
    assert said in page.wanted.problems[name]
    assert not page.rows


@pytest.mark.parametrize("key", ["x", "1-", "-1", "1-1-1", "²-1", "9" * 40 + "-1", "1-" + "9" * 40])
def test_a_page_that_does_not_exist_says_so(world: World, key: str) -> None:
    assert "doesn't exist" in _page(world, after=key).wanted.problems["place"]


def test_an_unknown_column_is_named_and_the_usual_ones_are_shown(world: World) -> None:
    page = _page(world, columns="reference,password")
    assert page.wanted.problems == {"columns": "There is no column password."}


def test_chosen_columns_stay_in_the_address(world: World) -> None:
    wanted = read_address(ORDERS, {"columns": "price,reference", "state": "unknown"}, LAGOS)
    assert [column.name for column in wanted.columns] == ["reference", "price"]
    assert wanted.address == {"state": "unknown", "columns": "reference,price"}


def test_an_amount_has_its_currency(world: World, owner: Database) -> None:
    add_orders(owner, world.clock.now(), 1)
    assert _page(world).rows[0].cells["price"] == Money(10_000, "NGN")


def test_what_people_type_is_never_part_of_the_sql(world: World, owner: Database) -> None:
    add_orders(owner, world.clock.now(), 3)
    assert not _page(world, channel="' or true --").rows


def test_a_list_that_is_somebodys_is_not_read_without_saying_whose(world: World) -> None:
    own = ListSpec(
        "own", "Own", "orders", ORDERS.right, ORDERS.source, ORDERS.at, ORDERS.id, ORDERS.columns,
        scope="o.subscriber_id = %s",
    )  # fmt: skip
    with pytest.raises(ValueError, match="whose own"):
        listing(world.context, read_address(own, {}, LAGOS))
    with pytest.raises(ValueError, match="whose orders"):
        listing(world.context, read_address(ORDERS, {}, LAGOS), within=1)


@pytest.mark.parametrize("spec", LISTS.values(), ids=LISTS)
def test_every_list_can_be_read_with_every_column_and_filter(world: World, spec: ListSpec) -> None:
    sample = {"word": "", "text": "x", "msisdn": "08030000001", "from_day": "2026-01-01",
              "to_day": "2026-12-31"}  # fmt: skip
    asked = {one.name: sample[one.asks] or one.words[0] for one in spec.filters}
    asked["columns"] = ",".join(column.name for column in spec.columns)
    page = listing(world.context, read_address(spec, asked, LAGOS), 1 if spec.scope else None)
    assert not page.wanted.problems


@pytest.mark.parametrize(("spec", "index"), [(ORDERS, "orders_by_time"), (AUDIT, "audit_by_time")])
def test_a_page_is_read_from_an_index(
    world: World, owner: Database, spec: ListSpec, index: str
) -> None:
    add_orders(owner, world.clock.now(), 2_000)
    with owner.transaction() as tx:
        tx.run("analyze orders")
        tx.run("set local enable_seqscan = off")
        tx.run("set local enable_sort = off")
        plan = "\n".join(
            row[0] for row in tx.all(
                f"explain select 1 from {spec.source} where ({spec.at}, {spec.id}) < (now(), 1)"
                f" order by {spec.at} desc, {spec.id} desc limit 51"
            )
        )  # fmt: skip
    assert re.search(rf"Index (Only )?Scan using {index}", plan), plan


def test_what_no_index_finds_is_looked_for_in_so_many_rows_a_page_and_going_on_finds_all(
    world: World, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoffice_listing, "LOOKED_THROUGH", 12)
    add_orders(owner, world.clock.now(), 40, together=3)
    sought = {"channel": "sms"}
    page, there, pages = _page(world, **sought), [], 1
    wanted = [row.cells["reference"] for row in _page(world, columns="reference,channel").rows
              if row.cells["channel"] == "sms"]  # fmt: skip
    while page.next_key:
        assert page.looked_through == 12
        there += _references(page)
        page, pages = _page(world, after=page.next_key, **sought), pages + 1
    there += _references(page)
    assert (there, pages, page.looked_through) == (wanted, 4, 0)
    back = _references(page)
    while page.previous_key:
        page = _page(world, before=page.previous_key, **sought)
        back = _references(page) + back
    assert back == wanted


def test_a_page_on_which_nothing_matches_leads_on(
    world: World, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoffice_listing, "LOOKED_THROUGH", 12)
    add_orders(owner, world.clock.now(), 40)
    page = _page(world, provider="nobody")
    assert (page.rows, page.looked_through) == ([], 12)
    assert _page(world, provider="nobody", after=page.next_key).next_key not in ("", page.next_key)


def test_what_an_index_finds_is_looked_for_in_all_rows(
    world: World, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoffice_listing, "LOOKED_THROUGH", 3)
    add_orders(owner, world.clock.now(), 40)
    found = _page(world, state="declined", channel="hubtel")
    assert len(found.rows) > 3
    assert found.looked_through == 0
    assert _page(world, state="delivered").looked_through == 3
