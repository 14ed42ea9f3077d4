"""The page of one order: what happened to it, and what each role can do there."""

import re

import pytest

from app.db.engine import Database
from app.domain.msisdn import masked, spoken
from app.domain.outcomes import Unknown
from app.domain.references import ALPHABET
from tests.backoffice.site import Browser, Site
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

WHY = "caller got the wrong bundle"


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    with db.statement() as tx:
        tx.run("update refunds set asked_at = asked_at - interval '2 days'")
        tx.run("delete from outbox")
    return World(db, clock, {"first": vendor})


def delivered(world: World, amount: int = 900) -> tuple[int, str]:
    order = world.placed(amount)
    world.vend(order)
    return order, reference_of(world, order)


def unknown(world: World, vendor: ScriptedVendor) -> tuple[int, str]:
    vendor.answers.append(Unknown("read_timeout"))
    vendor.words.extend([Unknown("500")] * 50)
    order = world.placed(200)
    world.vend(order)
    return order, reference_of(world, order)


def reference_of(world: World, order: int) -> str:
    return str(world.one("select reference from orders where id = %s", order))


def refund(browser: Browser, order: str, amount: str, key: str, reason: str = WHY) -> "object":
    fields = {"refund-amount": amount, "refund-reason": reason, "refund-key": key}
    return browser.post(f"/backoffice/orders/{order}/refund", **fields)


def key(world: World) -> str:
    return world.context.new_reference()


def facts(page: str) -> str:
    """Its words without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1]).split())


def test_it_tells_what_happened_in_one_line_of_time(site: Site, world: World) -> None:
    order, reference = delivered(world)
    with world.db.transaction() as tx:
        at = world.clock.now()
        tx.run("insert into route_decisions (order_id, at, chosen, routes) values"
               " (%s, %s, 'first', '[{\"provider\": \"first\", \"against\": \"\", \"score\": 93,"
               " \"margin_bp\": 300, \"weight\": 100, \"success_bp\": 9950, \"median_ms\": 810},"
               " {\"provider\": \"second\", \"against\": \"stopped\", \"score\": 0,"
               " \"margin_bp\": 100, \"weight\": 50, \"success_bp\": 0, \"median_ms\": 0}]')",
               (order, at))  # fmt: skip
        tx.run("insert into ussd_hops (channel, session, hop, msisdn, label, outcome,"
               " milliseconds, at) select channel, session, 1, '', 'buy_airtime.confirm', 'screen',"
               " 12, %s from orders where id = %s", (at, order))  # fmt: skip
    page = site.sign_in("finance_maker").get(f"/backoffice/orders/{reference.lower()}")
    said = facts(page.text)
    assert page.status_code == 200
    for told in (
        "buy_airtime.confirm", "placed by test", "route: first", "second: stopped",
        f"sent to first first-{reference}", "first: delivered", f"order:{reference}:end",
        "delivered queued", "NGN 900.00", "Provider's cost", "not: stopped",
    ):  # fmt: skip
        assert told.replace("'", "&#39;") in said or told in said, told


def test_money_of_ours_is_shown_to_whoever_sees_the_ledger_only(site: Site, world: World) -> None:
    _, reference = delivered(world)
    page = facts(site.sign_in("support").get(f"/backoffice/orders/{reference}").text)
    assert "Margin" not in page
    assert "What it moved" not in page
    assert "provider float" not in page


def test_numbers_are_masked_wherever_they_stand(site: Site, world: World) -> None:
    order, reference = delivered(world)
    number = str(world.one("select recipient from orders where id = %s", order))
    with world.db.statement() as tx:
        tx.run("insert into exchanges (peer, subject, method, path, request_body, status,"
               " response_body, fault, started_at, duration_ms) values ('first', %s, 'POST',"
               " '/pay', %s, 200, '{}', '', now(), 5)",
               (f"first-{reference}", f"phone={number[1:]}&to=0{number[4:]}"))  # fmt: skip
    browser = site.sign_in("support")
    page = browser.get(f"/backoffice/orders/{reference}").text
    assert "/pay" in page
    assert masked(number) in page
    assert number[4:] not in page
    browser.post("/backoffice/unmask", reason="caller on the line")
    page = browser.get(f"/backoffice/orders/{reference}").text
    assert number[4:] in page
    assert spoken(number) in page  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["ZZZZZZ", "x", "%00%00%00%00%00%00", "<b>", "O0O0O0", "é" * 6])
def test_an_order_that_there_is_not_is_not_found(site: Site, path: str) -> None:
    assert site.sign_in("support").get(f"/backoffice/orders/{path}").status_code == 404


def test_refund_approved_by_another_person_reaches_the_wallet_once(
    site: Site, world: World
) -> None:
    """Done when: find the order, see its timeline, ask, another approves, once, books right."""
    order, reference = delivered(world)
    maker = site.sign_in("finance_maker")
    found = maker.get("/backoffice/orders?state=delivered").text
    assert f'href="/backoffice/orders/{reference}"' in found
    form = maker.get(f"/backoffice/orders/{reference}").text
    minted = re.findall(r'name="refund-key"[^>]* value="([^"]+)"', form)[0]
    answer = refund(maker, reference, "900", minted)
    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert world.buyers_money(order) == naira(100)
    page = maker.get(f"/backoffice/orders/{reference}").text
    ticket = re.findall(r"/backoffice/approvals/(\w{6})", page)[0]
    assert "Approve" not in maker.get(f"/backoffice/approvals/{ticket}").text
    checker = site.sign_in("finance_checker")
    shown = facts(checker.get(f"/backoffice/approvals/{ticket}").text)
    assert "NGN 100.00 NGN 900.00 NGN 1,000.00" in shown, "before, moves, after"
    assert WHY in shown
    assert checker.post(f"/backoffice/approvals/{ticket}/approve").status_code == 303
    assert world.buyers_money(order) == naira(1_000)
    again = checker.post(f"/backoffice/approvals/{ticket}/approve")
    assert again.status_code == 409
    assert f"was approved before, by {checker.someone.name}" in again.text  # type: ignore[union-attr]
    assert world.buyers_money(order) == naira(1_000)
    told = facts(checker.get(f"/backoffice/orders/{reference}").text)
    assert f"order:{reference}:refund:{ticket}" in told
    assert "refund.approve" in told
    assert world.books_differ() == []


def test_a_double_clicked_refund_is_given_once(site: Site, world: World) -> None:
    order, reference = delivered(world)
    maker, minted = site.sign_in("finance_maker"), key(world)
    other = site.browser()
    other.sign_in(maker.someone)  # type: ignore[arg-type]
    tokens = {id(one): one.csrf() for one in (maker, other)}
    fields = {"refund-amount": "400", "refund-reason": WHY, "refund-key": minted}
    answers: list[int] = []

    def click(browser: Browser) -> None:
        path = f"/backoffice/orders/{reference}/refund"
        answers.append(browser.post(path, tokens[id(browser)], **fields).status_code)

    meet_at(
        world.db,
        lambda tx: tx.all("select id from orders where id = %s for update", (order,)),
        [lambda: click(maker), lambda: click(other)],
    )
    assert answers == [303, 303]
    assert world.buyers_money(order) == naira(500)
    assert world.books_differ() == []


@pytest.mark.parametrize(
    ("amount", "reason", "told"),
    [
        ("", WHY, "Type an amount above zero"),
        ("-5", WHY, "Type an amount above zero"),
        ("5e3", WHY, "Type an amount above zero"),
        ("٥٠٠", WHY, "Type an amount above zero"),
        ("901", WHY, "NGN 900.00 is left, not NGN 901.00"),
        ("100", "", "Say why"),
        ("100", "x" * 4000, "Say why in 8 to"),
    ],
)  # fmt: skip
def test_a_refund_that_will_not_do_says_what_to_type_and_keeps_what_was_typed(
    site: Site, world: World, amount: str, reason: str, told: str
) -> None:
    order, reference = delivered(world)
    answer = refund(site.sign_in("finance_maker"), reference, amount, key(world), reason)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert told in answer.text  # type: ignore[attr-defined]
    assert world.buyers_money(order) == naira(100)


def test_script_in_a_reason_is_only_text(site: Site, world: World) -> None:
    _, reference = delivered(world)
    maker = site.sign_in("finance_maker")
    refund(maker, reference, "10", key(world), "<script>alert(1)</script> told")
    page = maker.get(f"/backoffice/orders/{reference}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("minted", ["", "not a key", "'; drop table refunds", "A" * 500])
def test_a_forged_key_or_token_does_nothing(site: Site, world: World, minted: str) -> None:
    order, reference = delivered(world)
    maker = site.sign_in("finance_maker")
    assert refund(maker, reference, "10", minted).status_code == 400  # type: ignore[attr-defined]
    fields = {"refund-amount": "10", "refund-reason": WHY, "refund-key": key(world)}
    answer = maker.post(f"/backoffice/orders/{reference}/refund", "forged", **fields)
    assert answer.status_code == 400
    assert world.buyers_money(order) == naira(100)


@pytest.mark.parametrize("role", ["admin", "auditor", "finance_checker"])
def test_who_may_not_ask_for_money_sees_no_button_and_is_refused(
    site: Site, world: World, role: str
) -> None:
    order, reference = delivered(world)
    browser = site.sign_in(role)
    page = browser.get(f"/backoffice/orders/{reference}").text
    assert "Give money back" not in page
    assert refund(browser, reference, "10", key(world)).status_code == 403  # type: ignore[attr-defined]
    assert world.buyers_money(order) == naira(100)


def test_money_asks_for_a_code_when_the_last_one_is_old(site: Site, world: World) -> None:
    order, reference = delivered(world)
    maker = site.sign_in("finance_maker")
    world.clock.advance(minutes=6)
    answer = refund(maker, reference, "400", key(world))
    assert "A code, please" in answer.text  # type: ignore[attr-defined]
    assert world.buyers_money(order) == naira(100)


def test_an_order_that_waits_offers_no_refund_and_refuses_one(
    site: Site, world: World, vendor: ScriptedVendor
) -> None:
    _, reference = unknown(world, vendor)
    maker = site.sign_in("finance_maker")
    assert "Give money back" not in maker.get(f"/backoffice/orders/{reference}").text
    answer = refund(maker, reference, "10", key(world))
    assert "is still unknown: its money is held" in answer.text  # type: ignore[attr-defined]


def test_the_vendor_is_asked_now(site: Site, world: World, vendor: ScriptedVendor) -> None:
    order, reference = unknown(world, vendor)
    vendor.words.clear()
    vendor.deliver(f"first-{reference}")
    support = site.sign_in("support")
    assert support.post(f"/backoffice/orders/{reference}/ask").status_code == 303
    world.clock.advance(seconds=1)
    world.look()
    assert world.state(order) == "delivered"
    assert site.audited("order.ask_vendor")[-1][1] == reference
    page = support.get(f"/backoffice/orders/{reference}").text
    assert "order.ask_vendor" in page
    assert "Ask the vendor now" not in page
    assert support.post(f"/backoffice/orders/{reference}/ask").status_code == 303
    assert "has ended: delivered" in support.get("/backoffice/").text


def test_the_receipt_goes_once_more_and_not_twice_in_a_minute(site: Site, world: World) -> None:
    order, reference = delivered(world)
    support, path = site.sign_in("support"), f"/backoffice/orders/{reference}/receipt"
    with world.db.statement() as tx:
        tx.run("update mt_sms set state = 'sent', sent_at = %s where order_id = %s",
               (world.clock.now(), order))  # fmt: skip
    assert "less than a minute ago" in support.post(path).text
    for _ in range(3):
        world.clock.advance(minutes=2)
        assert support.post(path).status_code == 303
        assert support.post(path).status_code == 400, "a second click"
        with world.db.statement() as tx:
            tx.run("update mt_sms set state = 'sent', sent_at = %s where state = 'queued'",
                   (world.clock.now(),))  # fmt: skip
    world.clock.advance(minutes=2)
    assert "it was sent 3 times more" in support.post(path).text
    keys = [f"order:{order}:again:{n}" for n in (1, 2, 3)]
    kinds = world.all("select kind from mt_sms where dedupe_key = any(%s)", keys)
    assert kinds == [("delivered",)] * 3
    assert world.books_differ() == [], "there is still one receipt"


def test_an_unknown_order_is_settled_by_two_people(
    site: Site, world: World, vendor: ScriptedVendor
) -> None:
    order, reference = unknown(world, vendor)
    maker, path = site.sign_in("finance_maker"), f"/backoffice/orders/{reference}/settle"
    minted = key(world)
    fields = {"settle-how": "declined", "settle-reason": "rang the vendor", "settle-key": minted}
    assert maker.post(path, **fields).status_code == 303
    assert maker.post(path, **fields).status_code == 303, "clicked twice"
    tickets = world.all("select ticket from approvals where key = %s", minted)
    assert len(tickets) == 1
    [(ticket,)] = tickets
    page = maker.get(f"/backoffice/orders/{reference}").text
    assert f"Ticket {ticket}" in page
    assert "Settle by hand" not in page
    assert world.state(order) == "unknown"
    checker = site.sign_in("finance_checker")
    shown = facts(checker.get(f"/backoffice/approvals/{ticket}").text)
    assert "NGN 800.00 NGN 200.00 NGN 1,000.00" in shown
    assert checker.post(f"/backoffice/approvals/{ticket}/approve").status_code == 303
    assert world.state(order) == "declined"
    assert world.buyers_money(order) == naira(1_000)
    assert world.books_differ() == []


def test_keys_are_made_of_the_alphabet_of_references(site: Site, world: World) -> None:
    _, reference = delivered(world)
    page = site.sign_in("owner").get(f"/backoffice/orders/{reference}").text
    [minted] = re.findall(r'name="refund-key"[^>]* value="([^"]+)"', page)
    assert set(minted) <= set(ALPHABET)
