"""The staff's front page and the dashboard: what they say is what the orders say."""

import json
import random
import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.db import breaks, cases, providers, sms_limits
from app.db.engine import Database
from app.domain.cases import CaseKind
from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Pending, Scope, Unknown
from app.domain.sms import SmsCost
from app.ports.vending import StatusCallback
from app.services.fold_orders import fold_orders
from app.services.sms_context import MtSmsRules, SmsContext
from app.services.vendor_callback import hear_status
from tests.backoffice.sales import quiet_world, seen, sell, words
from tests.backoffice.site import Site, make_site
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

FRONT, DASHBOARD = "/backoffice/", "/backoffice/dashboard"
LIVE = "/backoffice/dashboard/live"
NO = Declined("no", Scope.SALE)


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, owner: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    return quiet_world(db, owner, clock, vendor)


def table(page: TestResponse, title: str) -> dict[str, list[str]]:
    """Rows of a table: the first cell -> the others."""
    body = page.text.split(f'aria-label="{title}"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
    plain = [[" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in row] for row in cells]
    return {row[0]: row[1:] for row in plain}


def figures(page: TestResponse, name: str) -> dict[str, list[int | None]]:
    """What the script that draws a chart is given."""
    block = re.search(
        rf'<script type="application/json" id="data-{name}">(.*?)</script>', page.text
    )
    assert block
    return dict(json.loads(block[1])["series"])


# --- figures -----------------------------------------------------------------------------------


def truth(world: World) -> dict[str, Any]:
    """The same figures from the orders, of the last day."""
    since = world.clock.now() - timedelta(hours=20)
    one = world.one
    where = "from orders where placed_at >= %s and state"
    return {
        "sales": Money(one(f"select sum(price_minor)::bigint {where} = 'delivered'", since), "NGN"),
        "delivered": one(f"select count(*) {where} = 'delivered'", since),
        "failed": one(f"select count(*) {where} in ('declined', 'reversed')", since),
        "refunds": one(f"select count(*) {where} = 'declined'", since),
        "in_time": one(
            f"select count(*) {where} = 'declined' and ended_at - placed_at <= interval '30 s'",
            since,
        ),
        "open": dict(
            world.all(f"select state, count(*) {where} in ('placed', 'pending') group by 1", since)
        ),
        "operators": {
            operator: str(count)
            for operator, count in world.all(
                f"select operator, count(*) {where} = 'delivered' group by 1", since
            )
        },
    }


def agrees(site: Site) -> None:
    """Every figure of the page is that of the orders."""
    site.sign_in("auditor")
    page, is_so = seen(site, f"{DASHBOARD}?period=24h"), truth(site.world)
    said = words(page)
    assert f"{is_so['sales']} {is_so['delivered']} orders delivered" in said
    ended = is_so["delivered"] + is_so["failed"]
    assert f"{is_so['failed']} of {ended} orders weren't delivered" in said
    assert f"{is_so['in_time']} of {is_so['refunds']}," in said
    for state, count in is_so["open"].items():
        assert f"{count} {state}" in said
    operators = table(page, "By operator")
    assert {name: row[0] for name, row in operators.items()} == {
        {"mtn-ng": "MTN Nigeria", "glo-ng": "Glo Nigeria"}[code]: count
        for code, count in is_so["operators"].items()
    }
    drawn = figures(page, "orders")
    assert sum(filter(None, drawn["Delivered"])) == is_so["delivered"]
    assert sum(filter(None, drawn["Not delivered"])) == is_so["failed"]
    told = table(page, "Orders by hour")
    assert [row[0] for row in told.values()] == [str(count) for count in drawn["Delivered"]]


def test_every_figure_is_that_of_the_orders_also_after_refunds_reversals_and_late_words(
    site: Site, vendor: ScriptedVendor
) -> None:
    world, dice = site.world, random.Random(4)
    for number in range(12):
        outcome = [Delivered(f"X{number}"), NO, Pending(f"X{number}")][number % 3]
        sell(world, vendor, outcome, seconds=dice.choice([0.4, 3, 31]))
        world.clock.advance(minutes=dice.randint(1, 50))
    buyer = world.subscriber(Money.of_units(2_000, "NGN"))
    glo = world.buy(buyer, 500, operator="glo-ng")
    world.vend(world.one("select id from orders where reference = %s", glo.reference))
    world.placed(100)
    agrees(site)
    vendor.words.extend([Delivered("late"), NO])
    world.look()
    agrees(site)
    delivered = world.one(
        "select id from orders where state = 'delivered' and placed_at > %s order by id limit 1",
        world.clock.now() - timedelta(hours=20),
    )
    reference = world.one("select reference from vend_attempts where order_id = %s", delivered)
    vendor.words.append(Declined("reversed", Scope.SALE, "X0", taken_back=True))
    hear_status(world.vending, StatusCallback("first", Unknown("callback"), reference))
    world.look()
    assert world.state(delivered) == "reversed"
    agrees(site)
    fold_orders(world.db)
    agrees(site)


def test_times_are_told_as_what_holds_for_95_of_100(site: Site, vendor: ScriptedVendor) -> None:
    site.sign_in("support")
    sell(site.world, vendor, *[Delivered(f"X{n}") for n in range(19)], seconds=1.4)
    sell(site.world, vendor, Delivered("X19"), seconds=8)
    page = seen(site, DASHBOARD)
    assert "Delivery 1.5 s 95 of 100 came within this time" in words(page)
    assert "95 of 100 orders came within 1.5 s of being placed" in words(page)
    assert max(filter(None, figures(page, "waiting")["95 of 100 within"])) == 1_500


def test_sales_are_compared_with_the_same_whole_hours_of_yesterday(
    site: Site, vendor: ScriptedVendor
) -> None:
    sell(site.world, vendor, Delivered("A"), Delivered("B"))
    site.world.clock.advance(hours=24)
    site.sign_in("support")
    sell(site.world, vendor, Delivered("C"))
    assert "on yesterday" not in words(seen(site, FRONT))
    site.world.clock.advance(hours=1)
    site.sign_in("support")
    assert "-50% on yesterday by this hour" in words(seen(site, FRONT))


def test_a_country_shows_its_own_orders_only(
    site: Site, owner: Database, vendor: ScriptedVendor
) -> None:
    site.sign_in("owner")
    kenyan, nigerian = sell(site.world, vendor, Delivered("A"), Pending("B"))
    with owner.transaction() as tx:
        tx.run("update orders set currency = 'KES', operator = 'safaricom-ke' where id = %s",
               (kenyan,))  # fmt: skip
        tx.run("update order_ends set currency = 'KES', operator = 'safaricom-ke'")
    page = words(seen(site, f"{DASHBOARD}?country=KE"))
    assert "KES 200.00 1 order delivered" in page
    assert "Safaricom Kenya" in page
    assert "No order is waiting for an outcome" in page
    page = words(seen(site, f"{DASHBOARD}?country=NG"))
    assert "0 orders delivered" in page
    assert "1 pending" in page
    assert site.world.state(nigerian) == "pending"


def test_a_period_or_country_of_no_list_is_refused_and_not_repeated(site: Site) -> None:
    site.sign_in("support")
    bad = "<script>alert(1)</script>"
    for query in ({"period": bad}, {"period": "1y"}, {"country": "XX"}, {"country": bad * 99}):
        for path in (DASHBOARD, LIVE):
            page = site.get(path, query_string=query)
            assert page.status_code == 400
            assert "<script>alert" not in page.text


def test_an_empty_house_says_what_would_be_there(site: Site) -> None:
    site.sign_in("support")
    said = words(seen(site, DASHBOARD))
    for part in (
        "No order has ended in this time", "No provider has been asked", "No SMS was sent today",
        "Nobody had to be refunded", "No order is waiting",
    ):  # fmt: skip
        assert part in said
    assert "Nothing needs a person now" in words(seen(site, FRONT))


def test_floats_say_whether_they_are_low_or_stopped(site: Site) -> None:
    site.sign_in("finance_checker")
    now = site.world.clock.now()
    with site.world.db.transaction() as tx:
        for name, kobo in (("vtpass", 60_000_00), ("reloadly", 40_000_00)):
            providers.probed(tx, name, Money(kobo, "NGN"), now)
            providers.set_float_limits(tx, name, 50_000_00, 1_000_00)
        providers.stop(tx, "baxi", "unauthorised", "system", now)
    rows = table(seen(site, DASHBOARD), "Float at providers")
    assert [row[-1] for row in rows.values()] == ["stopped", "low", "ok"]
    assert rows["reloadly told now"][0] == "NGN 40,000.00 alarm below NGN 50,000.00"


def test_sms_are_told_against_the_countrys_cap_with_what_gateways_say_they_cost(
    world: World, redis_url: str
) -> None:
    rules = MtSmsRules(daily_parts={"NG": 100})
    sms = SmsContext(world.context, (), timedelta(seconds=18), lambda *_: None, rules)
    site, day = make_site(world, redis_url, sms=sms), world.clock.now().date()
    with world.db.transaction() as tx:
        sms_limits.add_parts(tx, "NG", day, 101, None)
        sms_limits.add_parts(tx, "KE", day, 7, None)
        sms_limits.add_parts(tx, "NG", day - timedelta(days=1), 50, None)
        sms_limits.add_cost(tx, "NG", day, SmsCost("NGN", 222_200_001))
    site.sign_in("admin")
    assert table(seen(site, DASHBOARD), "SMS sent today") == {
        "Kenya": ["7", "none", "–"], "Nigeria": ["101 over cap", "100", "NGN 222.21"],
    }  # fmt: skip
    site.close()


# --- what needs a person -------------------------------------------------------------------------


def test_what_waits_is_told_with_its_age_and_leads_to_its_queue(site: Site) -> None:
    world, clock = site.world, site.world.clock
    order = world.placed()
    owner = world.one("select subscriber_id from orders where id = %s", order)
    with world.db.transaction() as tx:
        now = clock.now()
        for kind in ("suspense", "suspense", "low_float", "sms_over_cap", "amount_differs"):
            breaks.open_(tx, kind, {}, now)
        breaks.open_of_order(tx, "unknown_order", order, now)
        for number, hours in enumerate((1, 5)):
            due = now + timedelta(hours=hours)
            cases.open_(
                tx, cases.NewCase(f"CASE{number}2", owner, str(number), None, CaseKind.OTHER, now,
                                  due),
            )  # fmt: skip
        tx.run(
            "insert into approvals (ticket, act, detail, reason, asked_by, asked_at)"
            " values ('A22222', 'adjust', '{}', 'x', 'maker@nexustop.test', %s)",
            (now,),
        )
    site.sign_in("support")
    clock.advance(hours=2)
    site.sign_in("support")
    page = seen(site, FRONT)
    said = words(page)
    for told in (
        "1 Unknown orders oldest 2 h ago", "2 Complaints 1 late, answer was due 1 h ago",
        "1 Approvals oldest 2 h ago", "1 Low float", "2 Money in suspense", "1 Breaks",
        "1 SMS over cap",
    ):  # fmt: skip
        assert told in said
    kinds = re.findall(r'href="/backoffice/queue\?kind=(\w+)"', page.text)
    assert kinds == [
        "unknown", "cases", "approvals", "float", "suspense", "breaks", "sms",
    ]  # fmt: skip
    with world.db.transaction() as tx:
        breaks.close_of_order(tx, "unknown_order", order, clock.now())
        breaks.open_of_order(tx, "unknown_outcome", order, clock.now())
    said = words(seen(site, FRONT))
    assert "Nothing waits in: unknown orders." in said
    assert "2 Breaks" in said
