"""The search box: whatever is read out leads to its page, or to a short list."""

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.services.run_agents import add_agent
from tests.backoffice.site import Site
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, {"first": ScriptedVendor(clock, "first")})


def identity(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select id from subscribers where msisdn = %s", msisdn))


def found(site: Site, text: str) -> str:
    """Where it leads, or the words of the list."""
    answer = site.get("/backoffice/search", query_string={"q": text})
    assert answer.status_code in {200, 303}
    return answer.location or answer.text


@pytest.mark.parametrize("form", ["+{}", "{}", "0{local}", "0803 {spoken}", " 0{local} "])
def test_a_number_in_any_form_leads_to_its_subscriber(site: Site, world: World, form: str) -> None:
    site.sign_in("support")
    msisdn = world.subscriber()
    if form.startswith("0803"):
        form = f"{'0' + msisdn[4:7]} {{spoken}}"
    text = form.format(msisdn[1:], local=msisdn[4:], spoken=f"{msisdn[7:10]} {msisdn[10:]}")
    assert found(site, text) == f"/backoffice/subscribers/{identity(world, msisdn)}"


def test_an_order_is_found_by_its_reference_and_by_what_the_vendor_and_the_ledger_call_it(
    site: Site, world: World
) -> None:
    site.sign_in("auditor")
    order = world.placed()
    world.vend(order)
    reference, ours, theirs = world.all(
        "select o.reference, t.reference, coalesce(t.external_id, t.reference) from orders o"
        " join vend_attempts t on t.order_id = o.id where o.id = %s", order,
    )[0]  # fmt: skip
    for text in (reference, reference.lower(), ours, theirs, f"order:{reference}:hold"):
        assert found(site, text) == f"/backoffice/orders/{reference}", text


def test_a_session_leads_to_its_place_on_the_subscribers_line_of_time(
    site: Site, world: World
) -> None:
    site.sign_in("support")
    msisdn, now = world.subscriber(), world.clock.now()
    with world.db.transaction() as tx:
        for hop in range(3):
            tx.run(
                "insert into ussd_hops (channel, session, hop, msisdn, label, outcome,"
                " milliseconds, at) values ('hubtel', 'sess-77', %s, %s, 'main_menu', 'ok', 3, %s)",
                (hop, msisdn, now),
            )
    where = found(site, "sess-77")
    assert where.startswith(f"/backoffice/subscribers/{identity(world, msisdn)}?after=")
    world.clock.advance(seconds=60)
    world.buy(msisdn)
    page = site.get(where).text
    assert page.count("main menu") == 3


def test_a_voucher_is_found_by_its_serial_and_a_top_up_by_the_providers_id(
    site: Site, world: World, owner: Database
) -> None:
    site.sign_in("auditor")
    msisdn, now = world.subscriber(), world.clock.now()
    with owner.transaction() as tx:
        batch = tx.one(
            "insert into voucher_batches (reference, count, face_minor, currency, last_day,"
            " expires_at, made_by, made_at) values ('VB2345', 1, 10000, 'NGN', '2027-01-01', %s,"
            " 'x', %s) returning id", (now, now),
        )[0]  # fmt: skip
        tx.run("insert into vouchers (batch_id, number, digest) values (%s, 12, 'x')", (batch,))
        tx.run(
            "insert into topups (reference, provider, external_id, account_number, subscriber_id,"
            " amount_minor, fee_minor, currency, state, at) values ('TP2345', 'paystack',"
            " 'trx_9981', '99', %s, 5000, 0, 'NGN', 'credited', %s)",
            (identity(world, msisdn), now),
        )
    for role in ("auditor", "support"):
        site.sign_in(role)
        assert found(site, "vb2345-00012") == "/backoffice/vouchers/serial/VB2345-00012"
        assert "VB2345-00012" in site.get("/backoffice/vouchers/serial/VB2345-00012").text
    assert site.get("/backoffice/vouchers/serial/VB2345-00013").status_code == 404
    shown = site.get("/backoffice/vouchers/serial/VB2345-00012").text
    assert 'href="/backoffice/vouchers/VB2345"' not in shown
    assert site.get("/backoffice/vouchers/VB2345").status_code == 403, "no batches for support"
    page = f"/backoffice/subscribers/{identity(world, msisdn)}"
    assert found(site, "trx_9981") == page
    assert found(site, "TP2345") == page


def test_an_agent_is_found_by_number_and_name_and_staff_by_address(
    site: Site, world: World
) -> None:
    site.sign_in("owner")
    msisdn = world.subscriber()
    add_agent(world.context, msisdn, "Mama Ngozi Stores", None, 0, "cli:test")
    number = world.one("select number from agents where name = 'Mama Ngozi Stores'")
    assert found(site, number) == found(site, "mama ngo") == f"/backoffice/agents/{number}"
    assert site.get(f"/backoffice/agents/{number}").status_code == 200
    someone = site.someone("auditor").name
    assert found(site, someone) == f"/backoffice/staff/{someone}"
    assert site.get(found(site, someone)).status_code == 200


def test_the_beginning_of_a_number_gives_a_list_with_masked_numbers(
    site: Site, world: World
) -> None:
    site.sign_in("support")
    first, second = Msisdn("+2348099111001"), Msisdn("+2348099111002")
    for msisdn in (first, second):
        world.subscriber(msisdn=msisdn)
    for text in ("08099111", "+2348099111", "2348099111"):
        page = found(site, text)
        assert "****001" in page
        assert f"/backoffice/subscribers/{identity(world, second)}" in page
        assert first not in page


def test_a_complaint_and_a_ticket_lead_to_their_pages(site: Site, world: World) -> None:
    site.sign_in("support")
    msisdn = world.subscriber(naira(500))
    site.post(f"/backoffice/subscribers/{identity(world, msisdn)}/case", **{
        "case-kind": "other", "case-key": "ABCDEF", "case-subject": "",
    })  # fmt: skip
    ticket = world.one("select ticket from cases where subscriber_id = %s", identity(world, msisdn))
    assert found(site, ticket) == f"/backoffice/cases/{ticket}"


def test_what_only_the_books_know_leads_to_its_transaction_and_a_batch_to_its_page(
    site: Site, world: World, owner: Database
) -> None:
    site.sign_in("auditor")
    world.subscriber(naira(500))
    booked = world.one("select reference from ledger_transactions order by id desc limit 1")
    assert found(site, booked) == f"/backoffice/ledger/transactions/{booked}"
    assert site.get(found(site, booked)).status_code == 200
    with owner.transaction() as tx:
        tx.run(
            "insert into voucher_batches (reference, count, face_minor, currency, last_day,"
            " expires_at, made_by, made_at) values ('VB2346', 1, 10000, 'NGN', '2027-01-01', %s,"
            " 'x', %s)", (world.clock.now(), world.clock.now()),
        )  # fmt: skip
    assert found(site, "vb2346") == "/backoffice/vouchers/VB2346"


def test_what_nothing_is_called_is_answered_with_what_can_be_searched(site: Site) -> None:
    site.sign_in("support")
    for text in ("", "   ", "nothing called so", "<script>alert(1)</script>", "' or 1=1 --", "%",
                 "\0", "x" * 5000, "08099999999", "ZZZZZZ", "order:x", "0" * 40, "۱۲۳۴۵۶",
                 "_" * 6, "a@b"):  # fmt: skip
        page = found(site, text)
        assert "<script>alert" not in page
        assert "not registered" in page or "the id of a USSD session" in page, text
    assert site.get("/backoffice/search?q=%ff%fe%ed%a0%bd").status_code == 200


def test_nobody_finds_what_the_role_does_not_see(site: Site, world: World) -> None:
    site.sign_in("support")
    staff = site.someone("owner").name
    assert "Nothing is called" in found(site, staff)
    site.sign_in("agent")
    assert site.get("/backoffice/search?q=1").status_code == 403


def test_a_session_of_a_number_that_is_not_registered_is_told_of(site: Site, world: World) -> None:
    site.sign_in("support")
    with world.db.transaction() as tx:
        tx.run(
            "insert into ussd_hops (channel, session, hop, msisdn, label, outcome,"
            " milliseconds, at) values ('hubtel', 'stranger', 1, '+2348030000099', 'enrol', 'ok',"
            " 3, %s)",
            (world.clock.now(),),
        )
    assert "hubtel, 1 hops" in found(site, "stranger")
