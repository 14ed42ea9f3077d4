"""The ledger's pages: who sees what, corrections asked for with both balances, the same once."""

import re

import pytest

from app.db import ledger
from app.db.engine import Database
from app.domain.ledger import AccountKind, fund, system, wallet
from app.domain.msisdn import Msisdn
from app.services.check_books import check_books
from app.services.keep_audit_chain import verify_chain
from app.services.seal_ledger import seal_ledger
from app.services.stored_state import stored_state
from tests.backoffice.site import Site
from tests.factories.world import naira, next_reference

PATH = "/backoffice/ledger"


def account_of(site: Site, msisdn: Msisdn) -> int:
    owner = site.world.one("select id::text from subscribers where msisdn = %s", msisdn)
    return int(site.world.one("select account_id('wallet', %s, 'NGN')", owner))


def newest(site: Site, number: int) -> str:
    """Reference of the newest transaction of an account."""
    return str(site.world.one(
        "select t.reference from postings p join ledger_transactions t on t.id = p.transaction_id"
        " where p.account_id = %s order by p.id desc limit 1", number,
    ))  # fmt: skip


def test_finance_finds_a_wallet_by_its_number_which_stays_masked(site: Site) -> None:
    ada = site.world.subscriber(naira(750))
    site.sign_in("auditor")
    page = site.get(PATH, query_string={"msisdn": ada}).text
    number = account_of(site, ada)
    assert f'href="{PATH}/accounts/{number}"' in page
    assert "750.00" in page
    table = page.split("<table")[-1]
    assert ada not in table
    site.sign_in("support")
    assert site.get(PATH).status_code == 403


def test_a_wallets_postings_say_what_each_left_in_it_and_page_by_page_none_is_missing(
    site: Site,
) -> None:
    ada = site.world.subscriber(naira(100))
    number = account_of(site, ada)
    owner = int(site.world.one("select id from subscribers where msisdn = %s", ada))
    for _ in range(60):
        with site.world.db.transaction() as tx:
            ledger.post(tx, fund(f"test:{next_reference()}", wallet(owner, "NGN"), naira(1)))
    site.sign_in("auditor")
    first = site.get(f"{PATH}/accounts/{number}").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = site.get(older[1].replace("&amp;", "&")).text
    seen = [re.findall(rf"{PATH}/transactions/([^\"]+)\"", page) for page in (first, second)]
    wanted = site.world.all(
        "select t.reference from postings p join ledger_transactions t on t.id = p.transaction_id"
        " where p.account_id = %s order by p.id desc", number,
    )  # fmt: skip
    assert [*seen[0], *seen[1]] == [row[0] for row in wanted]
    assert "160.00" in first.split("<tbody>")[1].split("</tr>")[0], "the balance after the newest"
    assert "100.00" in second.split("<tbody>")[1].split("</tr>")[-2]
    lines = site.get(f"{PATH}/accounts/{number}", query_string={"format": "csv"}).text
    assert lines.splitlines()[0].endswith('Balance after,"Balance after, currency"')
    assert len(lines.splitlines()) == 62


def test_an_xlsx_of_one_accounts_postings_is_of_that_account(site: Site) -> None:
    number = account_of(site, site.world.subscriber(naira(100)))
    site.sign_in("auditor")
    page = site.get(f"{PATH}/accounts/{number}").text
    assert f'name="within" value="{number}"' in page
    fields = {"list": "wallet_postings", "within": str(number)}
    answer = site.post("/backoffice/exports", **fields)
    assert answer.status_code == 303
    assert site.world.one("select within from exports order by id desc limit 1") == number
    for bad in ("", "-1", "x", "9" * 30):
        assert site.post("/backoffice/exports", **(fields | {"within": bad})).status_code == 400


def test_a_transaction_leads_to_what_it_was_for_and_to_its_accounts(site: Site) -> None:
    order = site.world.placed(200)
    reference = site.world.one("select reference from orders where id = %s", order)
    seal_ledger(site.world.db)
    site.sign_in("auditor")
    page = site.get(f"{PATH}/transactions/order:{reference}:hold").text
    assert f'href="/backoffice/orders/{reference}"' in page
    assert "holds" in page
    assert re.search(r"seal \d+", page)
    assert "Ask to reverse" not in page
    assert site.get(f"{PATH}/transactions/order:ZZZZZZ:hold").status_code == 404
    assert site.get(f"{PATH}/transactions/%00").status_code == 404


def test_a_correction_shows_both_balances_then_waits_for_another_person(site: Site) -> None:
    ada, books = site.world.subscriber(naira(500)), system(AccountKind.ADJUSTMENTS, "NGN")
    number, before = account_of(site, ada), site.world.balance(books)
    site.sign_in("finance_maker")
    path, about = f"{PATH}/accounts/{number}/adjust", newest(site, number)
    wanted = {
        "way": "out", "amount": "120", "about": about, "reason": "was counted twice",
        "key": next_reference(),
    }  # fmt: skip
    shown = site.post(path, **wanted)
    assert shown.status_code == 200
    table = shown.text.split("<tbody>")[1].split("</tbody>")[0]
    assert all(text in table for text in ("500.00", "-120.00", "380.00"))
    assert str(before).split(" ")[1] in table
    assert str(before + naira(120)).split(" ")[1] in table
    assert site.world.all("select 1 from approvals where detail->>'about' = %s", about) == []
    for _ in range(2):
        assert site.post(path, **wanted, seen="-12000").status_code == 303
    [(ticket,)] = site.world.all("select ticket from approvals where detail->>'about' = %s", about)
    assert f"Ticket {ticket}" in site.get(f"{PATH}/transactions/{about}").text
    assert site.world.spendable(ada) == naira(500)
    assert site.post(f"/backoffice/approvals/{ticket}/approve").status_code == 400
    site.sign_in("finance_checker")
    assert site.post(f"/backoffice/approvals/{ticket}/approve").status_code == 303
    assert site.world.spendable(ada) == naira(380)
    made = site.get(f"{PATH}/transactions/adjustment:{ticket}").text
    assert "was counted twice" in made
    assert f"{PATH}/transactions/{about}" in made
    assert site.world.books_differ() == []


def test_an_amount_that_was_changed_after_the_preview_is_previewed_again(site: Site) -> None:
    number = account_of(site, site.world.subscriber(naira(500)))
    site.sign_in("finance_maker")
    before = site.world.one("select count(*) from approvals")
    answer = site.post(
        f"{PATH}/accounts/{number}/adjust", way="in", amount="9000", about="",
        reason="was counted twice", key=next_reference(), seen="100",
    )  # fmt: skip
    assert (answer.status_code, "9,500.00" in answer.text) == (200, True)
    assert site.world.one("select count(*) from approvals") == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"way": ""}, "Choose one"),
        ({"way": "sideways"}, "Not a valid choice"),
        ({"amount": "-5"}, "above zero"),
        ({"amount": "1e99"}, "above zero"),
        ({"reason": "<b>"}, "8 to 300"),
        ({"about": "order:ZZZZZZ:end"}, "There is no transaction"),
        ({"way": "out", "amount": "501"}, "would go below zero"),
        ({"key": ""}, "too old to be sent"),
    ],
)
def test_what_cant_be_corrected_is_said_and_nothing_is_asked(
    site: Site, more: dict[str, str], said: str
) -> None:
    number = account_of(site, site.world.subscriber(naira(500)))
    site.sign_in("finance_maker")
    before = site.world.one("select count(*) from approvals")
    wanted = {
        "way": "in", "amount": "5", "about": "", "reason": "was counted twice",
        "key": next_reference(),
    } | more  # fmt: skip
    minor = {"501": "-50100", "5": "500"}.get(wanted["amount"], "")
    answer = site.post(f"{PATH}/accounts/{number}/adjust", **wanted, seen=minor)
    assert answer.status_code == 400
    assert said in answer.text
    assert site.world.one("select count(*) from approvals") == before


def test_only_wallets_are_corrected_and_only_by_whoever_may(site: Site) -> None:
    hot = int(site.world.one("select account_id('holds', '', 'NGN')"))
    number = account_of(site, site.world.subscriber(naira(500)))
    site.sign_in("finance_maker")
    assert site.get(f"{PATH}/accounts/{hot}/adjust").status_code == 404
    assert site.get(f"{PATH}/accounts/{number}/adjust").status_code == 200
    site.sign_in("auditor")
    assert site.get(f"{PATH}/accounts/{number}/adjust").status_code == 403
    assert "Ask to correct" not in site.get(f"{PATH}/accounts/{number}").text


def test_a_transaction_is_reversed_once_by_two_people(site: Site) -> None:
    ada = site.world.subscriber(naira(500))
    number = account_of(site, ada)
    site.sign_in("finance_maker")
    site.post(
        f"{PATH}/accounts/{number}/adjust", way="in", amount="40", about="",
        reason="owed since May", key=next_reference(), seen="4000",
    )  # fmt: skip
    first = str(site.world.one("select ticket from approvals order by id desc limit 1"))
    site.sign_in("finance_checker")
    assert site.post(f"/backoffice/approvals/{first}/approve").status_code == 303
    path = f"{PATH}/transactions/adjustment:{first}"
    site.sign_in("finance_maker")
    page = site.get(path).text
    assert "What a reversal would do" in page
    assert "540.00" in page
    key = next_reference()
    for _ in range(2):
        asked = site.post(f"{path}/reverse", reason="it wasn't owed", key=key)
        assert asked.status_code == 303
    second = str(site.world.one("select ticket from approvals order by id desc limit 1"))
    assert second != first
    site.sign_in("owner")
    assert site.post(f"/backoffice/approvals/{second}/approve").status_code == 303
    assert site.world.spendable(ada) == naira(500)
    page = site.get(path).text
    assert "Taken back by" in page
    assert "Ask to reverse it" not in page
    again = site.post(f"{path}/reverse", reason="it wasn't owed", key=next_reference())
    assert again.status_code == 400
    assert "was reversed before" in again.text
    assert site.world.books_differ() == []


def test_a_taken_day_balances_and_a_day_that_isnt_is_added_up_only_when_asked(site: Site) -> None:
    site.world.subscriber(naira(500))
    site.sign_in("auditor")
    today = site.world.one("select (now() at time zone 'UTC')::date")
    page = site.get(f"{PATH}/trial-balance", query_string={"day": str(today)}).text
    assert "This day isn&#39;t taken" in page
    live = site.get(f"{PATH}/trial-balance", query_string={"day": str(today), "add_up": "1"}).text
    assert "balanced" in live
    assert "wallet" in live
    assert "Newest seal" in live
    for bad in ("soon", "0001-01-01", "9999-12-31", "<script>"):
        answer = site.get(f"{PATH}/trial-balance", query_string={"day": bad})
        assert answer.status_code == 400
        assert "Type a day" in answer.text


def test_when_all_of_it_was_recomputed_and_what_came_of_it_is_shown_and_told(
    site: Site, owner: Database
) -> None:
    world = site.world
    site.sign_in("auditor")
    assert "never" in site.get(f"{PATH}/trial-balance").text
    ada = world.subscriber(naira(500))
    check_books(world.db, world.clock)
    verify_chain(world.db, world.clock, None)
    page = site.get(f"{PATH}/trial-balance").text
    assert "agrees" in page
    assert f"{world.one('select count(*) from postings'):,} postings" in page
    told = stored_state(world.db)
    assert told["nexustop_check_differences"][2] == {"ledger": 0, "audit": 0}
    assert told["nexustop_check_age_seconds"][2].keys() == {"ledger", "audit"}
    with owner.transaction() as tx:
        tx.run("alter table postings disable trigger user")
        tx.run(
            "update postings set amount_minor = amount_minor + 1 where account_id ="
            " account_id('wallet', (select id::text from subscribers where msisdn = %s), 'NGN')",
            (ada,),
        )
        tx.run("alter table postings enable trigger user")
    found = check_books(world.db, world.clock).differences
    assert stored_state(world.db)["nexustop_check_differences"][2]["ledger"] == len(found) > 0
    page = site.get(f"{PATH}/trial-balance").text
    assert f"{len(found)} differences, the first: " in page
    with owner.transaction() as tx:
        tx.run("alter table postings disable trigger user")
        tx.run(
            "update postings set amount_minor = amount_minor - 1 where account_id ="
            " account_id('wallet', (select id::text from subscribers where msisdn = %s), 'NGN')",
            (ada,),
        )
        tx.run("alter table postings enable trigger user")
