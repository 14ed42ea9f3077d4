"""What staff read at the terminal: statements and what a reference belongs to."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader

from app.cli.statement import _write
from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.requests import MoneySent
from app.services.cure_pin import NoSuchSubscriber
from app.services.find_reference import find_reference
from app.services.print_statement import pdf
from app.services.statement import statement
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.vouchers.shop import Shop


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


def written(world: World, msisdn: Msisdn) -> date:
    """The day the database stamped the wallet's first movement with."""
    at = world.one(
        "select min(t.at) from ledger_transactions t join postings p on p.transaction_id = t.id"
        " join accounts a on a.id = p.account_id join subscribers s on a.owner = s.id::text"
        " where s.msisdn = %s", msisdn,
    )  # fmt: skip
    return date.fromisoformat(f"{at:%Y-%m-%d}")


def test_a_statement_runs_from_the_opening_to_the_closing_balance(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    for amount in (100, 250):
        world.send(msisdn, Msisdn("+2348036666664"), naira(amount))
    day = written(world, msisdn)
    found = statement(world.context, msisdn, day - timedelta(days=1), day + timedelta(days=1))
    assert (found.opening, found.closing) == (naira(0), naira(650))
    assert [line.balance for line in found.lines] == [naira(1_000), naira(900), naira(650)]
    later = statement(world.context, msisdn, day + timedelta(days=2), day + timedelta(days=3))
    assert (later.opening, later.closing, later.lines) == (naira(650), naira(650), ())
    out = io.StringIO()
    _write(found, "csv", out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal("650.00")
    assert rows[-1]["balance"] == "650.00"


def test_nobody_has_no_statement(world: World) -> None:
    with pytest.raises(NoSuchSubscriber):
        statement(world.context, Msisdn("+2348030000999"), date(2026, 1, 1), date(2026, 1, 2))


def test_a_reference_from_a_receipt_is_found_with_all_it_moved(world: World) -> None:
    sender, recipient = world.subscriber(naira(500)), world.subscriber()
    sent = world.send(sender, recipient, naira(300))
    assert isinstance(sent, MoneySent)
    finding = find_reference(world.db, sent.reference)
    assert [(thing.what, thing.msisdn) for thing in finding.things] == [("transfer", sender)]
    assert [name for _, name, _, _ in finding.postings] == [
        f"transfer:{sent.reference}:hold"] * 2 + [f"transfer:{sent.reference}:end"] * 2  # fmt: skip
    assert find_reference(world.db, "ZZZZZ9").things == []


def test_a_voucher_and_its_batch_are_found_with_what_they_moved(world: World) -> None:
    shop = Shop(world)
    issued = shop.issue(2)
    batch, who = issued.batch.reference, world.subscriber()
    redeemed = shop.redeemed(who, issued.pins[0].value)
    found = find_reference(world.db, redeemed.reference)
    assert [(thing.what, thing.msisdn) for thing in found.things] == [("voucher", who)]
    assert {name for _, name, _, _ in found.postings} == {f"voucher:{redeemed.reference}"}
    whole = find_reference(world.db, batch)
    assert [thing.what for thing in whole.things] == ["voucher batch"]
    assert {name for _, name, _, _ in whole.postings} == {f"batch:{batch}:issue"}


def test_a_long_statement_on_paper_has_every_movement_once(world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    for _ in range(45):
        world.send(msisdn, Msisdn("+2348036666663"), naira(10))
    day = written(world, msisdn)
    found = statement(world.context, msisdn, day - timedelta(days=1), day + timedelta(days=1))
    paper = pdf(found)
    assert pdf(found) == paper
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages]
    assert len(pages) == 2
    text = "".join(pages)
    assert all(text.count(line.reference) == 1 for line in found.lines)
    assert "Closing balance NGN 550.00" in pages[0]
