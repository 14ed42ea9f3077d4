"""What is past its time goes, what isn't stays, and nobody removes money."""

from datetime import timedelta

import pytest

from app import bootstrap
from app.cli import main
from app.domain.business_settings import SETTINGS
from app.domain.retention import RETENTION
from app.services.run_retention import run_retention
from tests.backoffice.site import Site
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.factories.world import World, naira

MONEY = {"accounts", "balances", "postings", "ledger_transactions", "orders", "topups", "transfers",
         "withdrawals", "cash_ins", "refunds", "charges", "vend_attempts", "audit"}  # fmt: skip


def swap(world: World, age_days: float, session: str) -> None:
    with world.db.transaction() as tx:
        tx.run(
            "insert into ussd_hops (channel, session, hop, label, outcome, milliseconds, at,"
            " language, network) values ('nalo', %s, 1, 'home', 'screen', 1, %s, 'en', '')",
            (session, world.clock.now() - timedelta(days=age_days)),
        )


def sessions(world: World) -> set[str]:
    return {session for (session,) in world.all("select session from ussd_hops")}


def test_no_rule_names_a_table_of_money() -> None:
    assert {rule.table for rule in RETENTION}.isdisjoint(MONEY)
    assert all(SETTINGS[rule.setting].least == rule.days for rule in RETENTION), "never shorter"


def test_what_is_past_its_time_goes_and_the_books_stay(site: Site, world: World) -> None:
    for age, session in ((91, "old"), (89, "young")):
        swap(world, age, session)
    msisdn = world.subscriber(naira(500))
    world.buy(msisdn, to=msisdn)
    world.vend(int(world.one("select max(id) from orders")))
    with world.db.transaction() as tx:
        tx.run("update mt_sms set state = 'delivered', sent_text = 'x', queued_at = %s",
               (world.clock.now() - timedelta(days=100),))  # fmt: skip
    before = {table: world.one(f"select count(*) from {table}") for table in MONEY}
    wanted = {one.rule.table: one.rows for one in run_retention(world.db, world.clock, dry=True)}
    assert wanted["ussd_hops"] == 1
    assert sessions(world) == {"old", "young"}
    done = {one.rule.table: one.rows for one in run_retention(world.db, world.clock)}
    assert done == wanted
    assert sessions(world) == {"young"}
    texts = set(world.all("select params::text, sent_text from mt_sms"))
    assert texts == {("{}", None)}, "the rows stay, as the books are checked by them"
    assert before == {table: world.one(f"select count(*) from {table}") for table in MONEY}
    again = run_retention(world.db, world.clock)
    assert {one.rows for one in again} == {0}
    assert world.one("select rows from retention_runs where name = 'ussd_hops'") == 1


def test_staff_lengthen_a_period(site: Site, world: World) -> None:
    swap(world, 100, "kept longer")
    with world.db.transaction() as tx:
        tx.run("insert into business_settings (name, value, changed_at, changed_by)"
               " values ('keep_days_ussd_hops', 120, now(), 'test')")  # fmt: skip
    run_retention(world.db, world.clock)
    assert "kept longer" in sessions(world)


def test_the_command_says_what_would_go(
    urls: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Gateway.to(settings(urls.program, redis_url))
    monkeypatch.setattr(bootstrap, "parts", lambda: made.parts)
    assert main(["retention", "run", "--dry-run"]) == 0
    assert "ussd_hops" in capsys.readouterr().out
