"""Agents at the counter's pages: sales, cash, receipts, the day; each act once, the float never
overdrawn."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.domain.outcomes import Declined, Scope
from app.domain.requests import NotEnough, OrderPlaced
from app.domain.roles import Role
from app.services.backoffice import sell
from app.services.backoffice.person import Person
from app.services.backoffice.sell import Wanted
from app.services.run_routes import switch_operator
from tests.agents.counter import Counter
from tests.backoffice.site import Browser, Site
from tests.backoffice.till import Till, reference_of, words
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

ADA = "0803 555 0001"
MOST_BYTES = 60_000
DAYS = timedelta(days=5)


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    made = World(db, clock, {"first": vendor})
    made.stock_plans()
    return made


def teller_of(till: Till, site: Site) -> Browser:
    """A teller of this agent, signed in."""
    someone = site.someone("agent_teller", new=True)
    till.world.all("update agent_users set agent_id = %s where msisdn = %s returning id",
                   till.id, someone.name)  # fmt: skip
    browser = site.browser()
    browser.sign_in(someone)
    return browser


# --- the first page --------------------------------------------------------------------------


def test_the_first_page_has_four_actions_the_float_and_today(till: Till) -> None:
    for path in ("", "desk"):
        page = words(till.page(path))
        for label in ("Sell airtime", "Sell data", "Cash in", "Cash out"):
            assert label in page
        assert "Float NGN 10,000.00" in page
        assert "Nothing was done today yet." in page
    till.cash_in(till.world.subscriber(), "500")
    assert "You Cash in 1 NGN 500.00" in words(till.page("desk"))


def test_staff_have_no_counter(site: Site) -> None:
    for role in (Role.OWNER, Role.SUPPORT):
        browser = site.sign_in(role.value)
        assert browser.get("/backoffice/desk").status_code == 403


# --- airtime and data ------------------------------------------------------------------------


def test_airtime_is_sold_from_the_float_and_the_receipt_follows_it(
    world: World, till: Till
) -> None:
    key = till.key("sell/airtime")
    confirm = till.send("sell/airtime/confirm", number=ADA, amount="200", key=key)
    assert '<option value="mtn-ng" selected>' in confirm.text
    assert "Number 0803 555 0001 Airtime NGN 200.00 You pay NGN 200.00" in words(confirm)
    assert till.float_ == naira(10_000)
    sold = reference_of(till.sell(ADA, "200", key))
    assert till.float_ == naira(9_800)
    assert "every 2s" in till.page(f"receipts/{sold}")
    assert "Waiting for MTN" in words(till.page(f"receipts/{sold}/now"))
    world.look()
    page = till.page(f"receipts/{sold}/now")
    assert "It is on the phone." in words(page)
    assert "every 2s" not in page
    assert world.sms(till.msisdn)[-1] == "delivered"
    assert world.one("select sold_by from orders where reference = %s", sold) == till.msisdn
    assert world.books_differ() == []


def test_what_is_not_delivered_comes_back_into_the_float(
    world: World, till: Till, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Declined("wrong_number", Scope.SALE))
    sold = reference_of(till.sell(ADA, "200"))
    world.look()
    assert till.float_ == naira(10_000)
    assert world.spendable(till.msisdn) == naira(0)
    page = words(till.page(f"receipts/{sold}"))
    assert "Not delivered. NGN 200.00 is back in the float" in page
    assert world.books_differ() == []


def test_the_network_can_be_put_right(world: World, till: Till) -> None:
    sold = reference_of(till.sell(ADA, "200", operator="airtel-ng"))
    found = world.one("select operator from orders where reference = %s", sold)
    assert found == "airtel-ng"


def test_data_is_chosen_by_how_long_it_lasts_then_by_plan(world: World, till: Till) -> None:
    terms = till.send("sell/data/plans", number=ADA)
    assert '"weekly"' in terms.text
    assert 'type="radio"' not in terms.text
    plans = till.send("sell/data/plans", number=ADA, operator="mtn-ng", term="weekly")
    assert "1GB 7 days NGN 800.00" in words(plans)
    key = till.key("sell/airtime")
    fields = {"number": ADA, "operator": "mtn-ng", "plan": "1024mb-7d", "key": key}
    assert "You pay NGN 800.00" in words(till.send("sell/data/confirm", **fields))
    sold = reference_of(till.send("sell/data", amount="800", **fields))
    assert till.float_ == naira(9_200)
    assert "Plan 1GB 7 days" in words(till.page(f"receipts/{sold}"))
    assert reference_of(till.send("sell/data", amount="800", **fields)) == sold


def test_a_plan_that_costs_more_than_was_shown_is_not_sold(till: Till) -> None:
    fields = {"number": ADA, "operator": "mtn-ng", "plan": "1024mb-7d", "key": till.key()}
    answer = till.send("sell/data", amount="700", **fields)
    assert answer.status_code == 400
    assert "It costs NGN 800.00 now. Nothing was done." in words(answer)
    assert till.float_ == naira(10_000)


def test_what_staff_have_stopped_is_said_before_confirming_and_not_sold(
    world: World, till: Till
) -> None:
    switch_operator(world.vending, "mtn-ng", "staff", "outage", closed=True)
    asked = till.send("sell/airtime/confirm", number=ADA, amount="200", key=till.key())
    assert "No airtime of MTN is sold now. Nothing was done." in words(asked)
    sold = till.sell(ADA, "200")
    assert (sold.status_code, till.float_) == (400, naira(10_000))
    switch_operator(world.vending, "mtn-ng", "staff", "over", closed=False)


def test_the_same_sale_again_is_warned_of(till: Till) -> None:
    till.sell(ADA, "200")
    again = till.send("sell/airtime/confirm", number=ADA, amount="200", key=till.key())
    assert "The same was sold for this number" in words(again)


def test_what_the_float_is_short_of_is_said_before_and_after_confirming(till: Till) -> None:
    before = words(till.send("sell/airtime/confirm", number=ADA, amount="10500", key=till.key()))
    assert "NGN 500.00 is missing" in before
    assert "Sell NGN" not in before
    after = till.sell(ADA, "10500")
    assert after.status_code == 400
    assert "There is NGN 10,000.00, this needs NGN 10,500.00: NGN 500.00 is missing." in words(
        after
    )
    assert till.float_ == naira(10_000)


def test_a_sale_sent_twice_is_made_once(world: World, till: Till) -> None:
    key = till.key()
    first, second = (reference_of(till.sell(ADA, "200", key)) for _ in range(2))
    assert first == second
    assert till.float_ == naira(9_800)


def test_sales_at_the_same_moment_never_overdraw_the_float(world: World, till: Till) -> None:
    person = Person("agent", 1, till.msisdn, Role.AGENT, "1", "UTC", till.id, till.msisdn)
    operator = sell.operator_by_code(person, "mtn-ng")
    assert operator is not None
    ended: list[object] = []

    def one(number: int) -> None:
        recipient = Msisdn(f"+23480355500{number:02d}")
        wanted = Wanted(recipient, operator, "airtime", naira(1_500))
        ended.append(sell.sell(world.context, person, f"RACE{number:02d}", wanted))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, OrderPlaced) for one in ended) == 6
    assert sum(isinstance(one, NotEnough) for one in ended) == 6
    assert till.float_ == naira(1_000)
    assert world.books_differ() == []


# --- cash ------------------------------------------------------------------------------------


def test_cash_in_is_confirmed_with_the_masked_name_and_booked_once(
    world: World, till: Till
) -> None:
    ada, key = world.subscriber(), till.key()
    confirm = words(till.send("cash/in/confirm", number=ada, amount="500", key=key))
    assert "Cash NGN 500.00" in confirm
    assert "no verified name" in confirm
    first, second = (reference_of(till.cash_in(ada, "500", key)) for _ in range(2))
    assert first == second
    assert (world.spendable(ada), till.float_) == (naira(500), naira(9_500))
    assert world.sms(ada) == ["cash_in"]
    assert "It is in the customer's wallet." in words(till.page(f"receipts/{first}"))
    assert world.one("select done_by from cash_ins where reference = %s", first) == till.msisdn


def test_a_number_that_is_not_registered_gets_no_cash_in(till: Till) -> None:
    for path in ("cash/in/confirm", "cash/in"):
        answer = till.send(path, number=ADA, amount="500", key=till.key())
        assert answer.status_code == 400
        assert "isn't registered" in words(answer)
    assert till.float_ == naira(10_000)


def test_cash_out_by_code_is_paid_once_and_three_wrong_codes_void_it(
    world: World, till: Till
) -> None:
    shop, ada = Counter(world), world.subscriber(naira(5_000))
    code = shop.ready(ada, 1_000).code.value
    fields = {"number": ada, "amount": "1000", "code": code, "key": till.key("cash/out")}
    first, second = (reference_of(till.send("cash/out", **fields)) for _ in range(2))
    assert first == second
    assert till.float_ == naira(11_000)
    assert "Hand out NGN 1,000.00 in cash now." in words(till.page(f"receipts/{first}"))
    again = shop.ready(ada, 1_000)
    wrong = "000000" if again.code.value != "000000" else "111111"
    for _ in range(3):
        answer = till.send("cash/out", **fields | {"code": wrong, "key": till.key("cash/out")})
        assert "Pay nothing." in words(answer)
    assert shop.state(again.reference) == ("void", "wrong_code")
    late = till.send("cash/out", **fields | {"code": again.code.value, "key": till.key("cash/out")})
    assert late.status_code == 400
    assert till.float_ == naira(11_000)


def test_where_cash_is_not_licensed_it_is_not_offered(world: World, site: Site) -> None:
    till = Till(site)
    object.__setattr__(world.context, "licence_held", False)
    page = words(till.page("desk"))
    assert "Cash isn't taken in or paid out in your country now." in page
    assert till.cash_in(world.subscriber(), "500").status_code == 400
    assert till.float_ == naira(10_000)


# --- tellers, receipts, the day --------------------------------------------------------------


def test_what_a_teller_does_is_under_the_tellers_name_and_only_the_agent_sees_all(
    world: World, till: Till, site: Site
) -> None:
    teller = teller_of(till, site)
    ada = world.subscriber()
    assert teller.someone is not None
    own = reference_of(till.cash_in(ada, "500"))
    answer = teller.post("/backoffice/cash/in", number=ada, amount="300", key="TEARER")
    theirs = reference_of(answer)
    done_by = world.one("select done_by from cash_ins where reference = %s", theirs)
    assert done_by == teller.someone.name
    assert teller.get(f"/backoffice/receipts/{theirs}").status_code == 200
    assert teller.get(f"/backoffice/receipts/{own}").status_code == 404
    assert till.page(f"receipts/{theirs}")
    assert "NGN 500.00" not in teller.get("/backoffice/day").text
    assert own not in teller.get("/backoffice/day/acts").text
    assert {own, theirs} <= set(words(till.page("day/acts")).split())


def test_tellers_may_not_touch_float_commission_or_team(till: Till, site: Site) -> None:
    teller = teller_of(till, site)
    for path in (
        "float/buy", "float/ask", "float/send", "float/commission", "team/agents", "team/tellers",
        "customers/new-pin",
    ):  # fmt: skip
        assert teller.get(f"/backoffice/{path}").status_code == 403, path
    assert teller.get("/backoffice/float").status_code == 200


def test_another_agents_receipt_is_not_there_and_the_try_is_audited(
    world: World, till: Till, site: Site
) -> None:
    sold, cashed = reference_of(till.sell(ADA, "200")), ""
    cashed = reference_of(till.cash_in(world.subscriber(), "500"))
    other = Till(site)
    for reference in (sold, cashed):
        for path in (f"receipts/{reference}", f"receipts/{reference}/now"):
            assert other.browser.get(f"/backoffice/{path}").status_code == 404
            assert (other.msisdn, f"/backoffice/{path}") in {
                (who, subject) for who, subject, _ in site.audited("refused")
            }


def test_a_personal_purchase_of_the_agent_is_no_receipt(world: World, till: Till) -> None:
    world.all("select 1")
    bought = world.buy(world.subscriber(naira(500)), 200)
    assert till.browser.get(f"/backoffice/receipts/{bought.reference}").status_code == 404


def test_the_day_sheet_adds_up_and_goes_into_a_file(world: World, till: Till) -> None:
    ada = world.subscriber()
    till.cash_in(ada, "500")
    till.sell(ADA, "200")
    till.sell("0803 555 0002", "300")
    page = words(till.page("day"))
    assert "You Airtime 2 NGN 500.00" in page
    assert "You Cash in 1 NGN 500.00" in page
    file = till.browser.get("/backoffice/day?format=csv")
    assert file.mimetype == "text/csv"
    lines = file.text.lstrip("\ufeff").splitlines()
    assert f"'{till.msisdn},airtime,2,500.00,NGN,0.00,0" in lines[1]
    for wrong in ("2026-13-01", "tomorrow", "9999-01-01", "<script>"):
        assert till.browser.get(f"/backoffice/day?day={wrong}").status_code == 400, wrong


def test_the_day_sheet_tells_the_float_at_both_ends(site: Site, world: World) -> None:
    # The books keep the database's time: two days after it nothing moves any more.
    world.clock.advance(seconds=(datetime.now(UTC) - world.clock.now()).total_seconds())
    world.clock.advance(days=2)
    till = Till(site)
    till.sell(ADA, "1000")
    after, before = till.page("day"), till.page(f"day?day={world.clock.now().date() - DAYS}")
    assert "Float at the beginning NGN 9,000.00 Float at the end, so far NGN 9,000.00" in words(
        after
    )
    assert "Float at the beginning NGN 0.00 Float at the end NGN 0.00" in words(before)
    file = till.browser.get("/backoffice/day?format=csv").text
    assert file.splitlines()[-1].split(",")[2:6] == ["float ends", "", "9000.00", "NGN"]
