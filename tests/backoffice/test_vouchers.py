"""Vouchers: asked for by one, approved by another, printed once; PINs are in the file only."""

import csv
import io
import logging
import re

import pytest
from pypdf import PdfReader

from app.domain.ledger import AccountKind, system
from app.domain.requests import RedeemVoucher, VoucherRedeemed
from app.domain.secret import Secret
from app.services.perform import perform
from tests.backoffice.site import Site
from tests.factories.world import naira, next_reference

ASKED = {
    "count": "3", "currency": "NGN", "face": "500", "last_day": "2026-12-31",
    "reason": "the shops ran out",
}  # fmt: skip
PATH = "/backoffice/vouchers"


def ask(site: Site) -> str:
    """The maker asks; the ticket."""
    site.sign_in("finance_maker")
    answer = site.post(f"{PATH}/new", **ASKED, key=next_reference())
    assert answer.status_code == 303, answer.text
    return str(site.world.one("select ticket from approvals order by id desc limit 1"))


def approve(site: Site, ticket: str, role: str = "finance_checker") -> int:
    site.sign_in(role)
    return site.post(f"/backoffice/approvals/{ticket}/approve").status_code


def pins_of(site: Site) -> tuple[str, list[str]]:
    """A printed batch and its PINs, as they are typed."""
    ticket = ask(site)
    assert approve(site, ticket) == 303
    site.sign_in("finance_maker")
    file = site.post(f"{PATH}/print/{ticket}", form=".csv")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    return ticket, [row["pin"].replace(" ", "") for row in rows]


def test_a_batch_is_asked_for_approved_and_printed_once(site: Site) -> None:
    owed = site.world.balance(system(AccountKind.VOUCHERS, "NGN"))
    ticket = ask(site)
    assert site.post(f"{PATH}/print/{ticket}", form=".pdf").status_code == 400, "not approved yet"
    assert approve(site, ticket) == 303
    assert site.world.balance(system(AccountKind.VOUCHERS, "NGN")) == owed
    site.sign_in("finance_maker")
    assert f"Print {ticket}" in site.get(PATH).text
    file = site.post(f"{PATH}/print/{ticket}", form=".pdf")
    assert (file.status_code, file.content_type) == (200, "application/pdf")
    assert file.headers["Cache-Control"] == "no-store"
    assert len(PdfReader(io.BytesIO(file.data)).pages) == 1
    assert site.world.balance(system(AccountKind.VOUCHERS, "NGN")) - owed == naira(1_500)
    assert site.post(f"{PATH}/print/{ticket}", form=".pdf").status_code == 404
    acts = site.world.all("select act from audit where subject = %s order by id", ticket)
    assert acts == [("voucher_batch.ask",), ("voucher_batch.approve",), ("voucher.issue",)]
    assert site.world.books_differ() == []


def test_the_maker_of_a_batch_cant_approve_it_nor_the_approver_print_it(site: Site) -> None:
    site.sign_in("owner")
    site.post(f"{PATH}/new", **ASKED, key=next_reference())
    ticket = str(site.world.one("select ticket from approvals order by id desc limit 1"))
    assert site.post(f"/backoffice/approvals/{ticket}/approve").status_code == 400
    theirs = ask(site)
    assert approve(site, theirs, "owner") == 303
    refused = site.post(f"{PATH}/print/{theirs}", form=".pdf")
    assert refused.status_code == 400
    assert "get its PINs" in refused.text
    assert "another person prints it" in site.get(f"{PATH}/print/{theirs}").text
    site.sign_in("finance_checker")
    assert site.get(f"{PATH}/print/{theirs}").status_code == 403


def test_a_pin_is_in_no_page_log_or_audit_entry(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ticket, pins = pins_of(site)
        typed = site.post(f"{PATH}/one", serial=pins[0])
        pages = [site.get(path).text for path in (PATH, f"{PATH}/{ticket}", "/backoffice/exports")]
    assert typed.status_code == 400
    tables = site.world.all(
        "select table_name from information_schema.tables where table_schema = 'public'"
        " and table_type = 'BASE TABLE'"
    )
    kept = [
        str(site.world.all(f"select string_agg(t::text, ' ') from {name} t"))
        for (name,) in tables
        if name in {"audit", "approvals", "voucher_batches", "vouchers", "outbox", "exports"}
    ]
    said = " ".join([*pages, typed.text, caplog.text, *kept]).replace(" ", "")
    assert len(pins) == 3
    assert not any(pin in said for pin in pins)


def test_what_became_of_a_voucher_is_found_by_its_serial_with_the_number_masked(
    site: Site,
) -> None:
    ticket, pins = pins_of(site)
    ada = site.world.subscriber()
    done = perform(site.world.context, site.world.origin(ada), RedeemVoucher(Secret(pins[1])))
    assert isinstance(done, VoucherRedeemed)
    page = site.post(f"{PATH}/one", serial=f"{ticket.lower()}-2").text
    assert done.reference in page
    assert ada not in page
    one = site.get(f"{PATH}/{ticket}").text
    assert re.search(r"Redeemed</dt><dd>1, .*500\.00", one)
    assert re.search(r"Still good</dt><dd>2, .*1,000\.00", one)


def test_a_batch_is_voided_once_for_a_reason_and_says_what_that_takes(site: Site) -> None:
    ticket, _ = pins_of(site)
    page = site.get(f"{PATH}/{ticket}").text
    assert "3 vouchers that nobody has redeemed" in page
    path = f"{PATH}/{ticket}/void"
    assert site.post(path, reason="").status_code == 400
    assert site.post(path, reason="the sheet was lost").status_code == 303
    assert site.post(path, reason="the sheet was lost").status_code == 409
    [(_, _, detail)] = [one for one in site.audited("voucher.void") if one[1] == ticket]
    assert detail == {"left_minor": "150000", "reason": "the sheet was lost"}
    site.sign_in("auditor")
    assert site.post(path, reason="the sheet was lost").status_code == 403
    assert "Void it" not in site.get(f"{PATH}/{ticket}").text
    assert site.world.books_differ() == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"count": ""}, "1 to 100,000"),
        ({"count": "-1"}, "1 to 100,000"),
        ({"count": "100001"}, "1 to 100,000"),
        ({"face": "-5"}, "above zero"),
        ({"face": "<script>alert(1)</script>"}, "above zero"),
        ({"currency": "EUR"}, "Not a valid choice"),
        ({"last_day": "2020-01-01"}, "is over"),
        ({"last_day": "soon"}, "Not a valid date"),
        ({"reason": "short"}, "8 to 300"),
        ({"key": "forged!"}, "too old to be sent"),
    ],
)
def test_what_cant_be_a_batch_is_said_beside_its_field(
    site: Site, more: dict[str, str], said: str
) -> None:
    site.sign_in("finance_maker")
    before = site.world.one("select count(*) from approvals")
    answer = site.post(f"{PATH}/new", **(ASKED | {"key": next_reference()} | more))
    assert answer.status_code == 400
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert site.world.one("select count(*) from approvals") == before


def test_a_form_that_is_sent_twice_asks_once_and_a_forged_one_never(site: Site) -> None:
    site.sign_in("finance_maker")
    before, key = site.world.one("select count(*) from approvals"), next_reference()
    for _ in range(2):
        assert site.post(f"{PATH}/new", **ASKED, key=key).status_code == 303
    assert site.world.one("select count(*) from approvals") == before + 1
    assert (
        site.post(f"{PATH}/new", token="forged", **ASKED, key=next_reference()).status_code == 400
    )
    assert site.world.one("select count(*) from approvals") == before + 1


def test_batches_and_tickets_nobody_made_are_not_there(site: Site) -> None:
    site.sign_in("owner")
    paths = ["ZZZZZZ", "print/ZZZZZZ", "not-one", "9" * 300]
    assert [site.get(f"{PATH}/{path}").status_code for path in paths] == [404] * 4
