"""Commissions: today's bands are the first row, new ones take two people and begin with their day;
nobody pays a higher fee than the one that was said."""

import re
from datetime import timedelta

import pytest

from app.db import tariffs
from app.db.engine import Database
from app.domain.licences import WalletAct
from app.domain.requests import QuoteWithdrawal, WithdrawalQuote, WithdrawalReady
from app.services.perform import perform
from tests.agents.counter import Counter
from tests.backoffice.site import Browser, Site
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock

PAGE = "/backoffice/commissions/NG/cash_out"
WHY = "agents asked for more"
BANDS = [("1000", "30", "15", "2"), ("100000", "250", "120", "20")]


@pytest.fixture
def world(db: Database, owner: Database, clock: FixedClock) -> World:
    with owner.transaction() as tx:
        tx.run("alter table tariffs disable trigger append_only")
        tx.run("delete from tariffs where not first")
        tx.run("alter table tariffs enable trigger append_only")
        tx.run("delete from approvals where act = 'commission'")
    return World(db, clock)


def fee(world: World, amount: int = 500) -> int:
    with world.db.statement() as tx:
        found = tariffs.in_force(tx, "NG", WalletAct.CASH_OUT, world.clock.now())
    band = found.band(amount * 100) if found else None
    return band.fee_minor // 100 if band else 0


def typed(bands: list[tuple[str, ...]], **more: str) -> dict[str, object]:
    columns = zip(*bands, strict=True)
    return dict(zip(("up_to", "fee", "agent", "parent"), map(list, columns), strict=True)) | more


def ask(browser: Browser, world: World, bands: list[tuple[str, ...]], begins: str = "") -> int:
    fields = typed(bands, reason=WHY, begins=begins, key=world.context.new_reference())
    answer = browser.client.post(f"{PAGE}/change", data={"csrf_token": browser.csrf(), **fields})
    status: int = answer.status_code
    return status


def ticket(world: World) -> str:
    return str(world.one("select ticket from approvals order by id desc limit 1"))


def waiting(world: World) -> int:
    return int(world.one("select count(*) from approvals where act = 'commission'"))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_todays_bands_are_the_first_row_and_everybody_on_staff_sees_them(
    site: Site, world: World
) -> None:
    page = words(site.sign_in("support").get(PAGE).text)
    assert "It came with the program." in page
    assert "NGN 20.00 NGN 10.00 NGN 2.00 NGN 8.00" in page, "fee, agent, above, ours"
    assert "Change the bands" not in page
    assert site.get("/backoffice/commissions").status_code == 200


def test_new_bands_are_previewed_asked_for_approved_and_begin_with_their_day(
    site: Site, world: World
) -> None:
    maker = site.sign_in("finance_maker")
    later = f"{world.clock.now() + timedelta(days=1, hours=1):%Y-%m-%dT%H:%M}"
    looked = maker.get(f"{PAGE}/change", query_string=typed(BANDS, begins=later))
    assert looked.status_code == 200
    assert "NGN 20.00 becomes NGN 30.00" in words(looked.text)
    assert ask(maker, world, BANDS, later) == 303
    wanted = ticket(world)
    assert wanted in maker.get(PAGE).text
    assert maker.post(f"/backoffice/approvals/{wanted}/approve").status_code in {400, 403}
    checker = site.sign_in("finance_checker")
    shown = words(checker.get(f"/backoffice/approvals/{wanted}").text)
    assert "NGN 20.00 becomes NGN 30.00" in shown
    assert checker.post(f"/backoffice/approvals/{wanted}/approve").status_code == 303
    assert fee(world) == 20
    world.clock.advance(hours=25)
    assert fee(world) == 30
    assert world.books_differ() == []


def test_nobody_pays_a_higher_fee_than_the_one_on_the_screen(site: Site, world: World) -> None:
    counter = Counter(world)
    customer = world.subscriber(naira(5_000))
    origin = world.origin(customer)
    quoted = perform(world.context, origin, QuoteWithdrawal(naira(500), ""))
    assert quoted == WithdrawalQuote(naira(20), "")
    ask(site.sign_in("finance_maker"), world, BANDS)
    site.sign_in("finance_checker").post(f"/backoffice/approvals/{ticket(world)}/approve")
    assert fee(world) == 30
    held = counter.withdraw(customer, 500, said=naira(20))
    assert isinstance(held, WithdrawalReady)
    assert held.total == naira(520)
    assert world.books_differ() == []


def test_bands_by_which_somebody_could_earn_by_turning_money_are_refused(
    site: Site, world: World
) -> None:
    maker = site.sign_in("finance_maker")
    churn = [("1000", "10", "10", "2"), ("100000", "250", "120", "20")]
    looked = maker.get(f"{PAGE}/change", query_string=typed(churn))
    assert looked.status_code == 400
    assert "would earn more than it costs" in words(looked.text)
    assert ask(maker, world, churn) == 400
    assert waiting(world) == 0


@pytest.mark.parametrize(
    "bands",
    [
        [("", "", "", "")], [("0", "1", "0", "0")], [("-5", "1", "0", "0")],
        [("1000", "-1", "0", "0")], [("<b>", "1", "0", "0")], [("1000", "9" * 40, "0", "0")],
        [("1000", "20", "1", "0"), ("500", "20", "1", "0")], [("900000000", "20", "1", "0")],
        [(str(n), "20", "1", "0") for n in range(1, 14)],
    ],
)  # fmt: skip
def test_bands_that_make_no_sense_are_said_and_nothing_is_asked(
    site: Site, world: World, bands: list[tuple[str, ...]]
) -> None:
    maker = site.sign_in("finance_maker")
    assert maker.get(f"{PAGE}/change", query_string=typed(bands)).status_code == 400
    assert ask(maker, world, bands) == 400
    assert waiting(world) == 0


@pytest.mark.parametrize("path", ["ZA/cash_out", "NG/transfer", "NG/%00", "<b>/cash_in"])
def test_a_tariff_that_there_is_not_is_not_found(site: Site, path: str) -> None:
    assert site.sign_in("owner").get(f"/backoffice/commissions/{path}").status_code == 404
