"""One line of time: every row once and in its place, whatever its source, however many together."""

import random
from datetime import datetime, timedelta

import pytest

from app.db import ledger
from app.db.engine import Database, Transaction
from app.db.subscriber_trail import Owner
from app.domain.ledger import Account, AccountKind, move, wallet
from app.domain.ledger import fund as funding
from app.domain.money import Money
from app.domain.roles import Role
from app.services.backoffice.person import Person
from app.services.backoffice.subscriber_timeline import (
    KINDS,
    PAGE_SIZE,
    Timeline,
    read_address,
    timeline,
)
from tests.backoffice.many_orders import add_orders
from tests.factories.world import World, naira

LAGOS = "Africa/Lagos"
AUDITOR = Person("staff", 1, "ada", Role.AUDITOR, "1", LAGOS)
SUPPORT = Person("staff", 2, "obi", Role.SUPPORT, "2", LAGOS)


def fill(tx: Transaction, owner: Owner, at: datetime, name: str) -> None:
    """A row of every source that has a table of its own, at this moment."""
    of = {"id": owner.id, "msisdn": owner.msisdn, "at": at, "name": name}
    for sql in (
        "insert into ussd_hops (channel, session, hop, msisdn, label, outcome, milliseconds, at)"
        " values ('hubtel', %(name)s, 1, %(msisdn)s, 'home', 'ok', 3, %(at)s)",
        "insert into mo_sms (channel, gateway_id, msisdn, redacted, received_at)"
        " values ('hubtel', %(name)s, %(msisdn)s, 'BAL', %(at)s)",
        "insert into mt_sms (dedupe_key, msisdn, kind, language, params, queued_at)"
        " values (%(name)s, %(msisdn)s, 'balance', 'en', '{}', %(at)s)",
        "insert into topups (reference, provider, external_id, account_number, subscriber_id,"
        " amount_minor, fee_minor, currency, state, at) values (upper(right(md5(%(name)s), 6)),"
        " 'paystack', %(name)s, '1', %(id)s, 100, 0, 'NGN', 'credited', %(at)s)",
        "insert into charges (reference, subscriber_id, provider, method, amount_minor, currency,"
        " state, channel, session, step, asked_at) values (upper(left(md5(%(name)s), 6)), %(id)s,"
        " 'paystack', 'link', 100, 'NGN', 'failed', 'x', %(name)s, 1, %(at)s)",
        "insert into cases (ticket, subscriber_id, kind, subject, state, opened_at, answer_by,"
        " ended_at) values (upper(right(md5('c' || %(name)s), 6)), %(id)s, 'other', %(name)s,"
        " 'solved', %(at)s, %(at)s, %(at)s)",
        "insert into identity_checks (subscriber_id, document, state, channel, session, step,"
        " asked_at, ended_at) values (%(id)s, 'bvn', 'not_matched', 'x', %(name)s, 1, %(at)s,"
        " %(at)s)",
        "insert into audit (at, actor, act, subject, detail, previous, digest)"
        " values (%(at)s, 'ada', 'test', %(msisdn)s, '{}', '', '')",
        "insert into orders (reference, subscriber_id, channel, session, step, operator, recipient,"
        " amount_minor, price_minor, currency, state, placed_at, deadline)"
        " values (upper(right(md5('o' || %(name)s), 6)), %(id)s, 'hubtel', %(name)s, 1, 'mtn-ng',"
        " '+2348030000009', 100, 100, 'NGN', 'delivered', %(at)s, %(at)s)",
        "insert into ledger_transactions (reference, kind, digest, at)"
        " values ('test:' || %(name)s, 'funding', '', %(at)s)",
        "insert into postings (transaction_id, account_id, amount_minor, currency)"
        " select t.id, a.id, case a.kind when 'wallet' then 100 else -100 end, 'NGN'"
        " from ledger_transactions t, accounts a where t.reference = 'test:' || %(name)s"
        " and (a.kind, a.owner, a.currency) in (('wallet', %(id)s::text, 'NGN'),"
        " ('funding', '', 'NGN')) order by a.id",
    ):
        tx.run(sql, of)


@pytest.fixture
def owner_of(world: World, owner: Database) -> Owner:
    """A subscriber with nothing but what `fill` gives."""
    msisdn = world.subscriber()
    return Owner(int(world.one("select id from subscribers where msisdn = %s", msisdn)), msisdn)


def page(world: World, owner: Owner, person: Person = AUDITOR, **asked: list[str]) -> Timeline:
    return timeline(world.context, person, owner, read_address(asked, LAGOS))


def every_page(world: World, owner: Owner, **asked: list[str]) -> list[tuple[str, datetime, int]]:
    rows, shown = [], page(world, owner, **asked)
    while True:
        rows += [(one.kind, one.row.at, one.row.id) for one in shown.rows]
        if not shown.next_key:
            return rows
        assert len(shown.rows) == PAGE_SIZE
        shown = page(world, owner, **asked, after=[shown.next_key])


def test_every_row_stands_once_in_its_place_though_many_have_the_same_moment(
    world: World, owner: Database, owner_of: Owner
) -> None:
    now, chance = world.clock.now(), random.Random(7)
    moments = sorted(now - timedelta(minutes=chance.randrange(6)) for _ in range(40))
    with owner.transaction() as tx:
        for number, at in enumerate(moments):
            fill(tx, owner_of, at, f"{owner_of.id}-{number}")
    rows = every_page(world, owner_of)
    sources = len(KINDS) - 1  # no vouchers
    assert len(set(rows)) == len(rows) == 40 * sources
    assert rows == sorted(rows, key=lambda one: (-one[1].timestamp(), KINDS.index(one[0]), -one[2]))


def test_ids_that_do_not_follow_their_times_change_nothing(
    world: World, owner: Database, owner_of: Owner
) -> None:
    """Transactions that run side by side get ids in the order in which they write."""
    now, chance = world.clock.now(), random.Random(5)
    with owner.transaction() as tx:
        for number in reversed(range(130)):
            seconds = 10 * number + chance.randrange(-25, 25)
            fill(tx, owner_of, now - timedelta(seconds=seconds), f"{owner_of.id}-{number}")
    for kind in ("order", "money"):
        rows = every_page(world, owner_of, kind=[kind])
        assert len(set(rows)) == 130, kind
        assert rows == sorted(rows, key=lambda one: (one[1], one[2]), reverse=True)


def test_a_page_in_the_middle_of_a_long_life_is_found_by_its_day(
    world: World, owner: Database
) -> None:
    now = world.clock.now()
    add_orders(owner, now, 4_000, together=1)
    msisdn = "+2348030000101"
    of = Owner(int(world.one("select id from subscribers where msisdn = %s", msisdn)), msisdn)
    begin = now - timedelta(seconds=2_000)
    shown = timeline(world.context, AUDITOR, of, read_address(
        {"kind": ["order"], "after": [f"{int(begin.timestamp()) * 1_000_000}-0-1"]}, LAGOS
    ))  # fmt: skip
    wanted = world.all(
        "select placed_at from orders where subscriber_id = %s and placed_at <= %s"
        " order by placed_at desc limit 50", of.id, begin,
    )  # fmt: skip
    assert [one.row.at for one in shown.rows] == [row[0] for row in wanted]


def test_kinds_and_days_leave_what_they_say(world: World, owner: Database, owner_of: Owner) -> None:
    lagos_midnight = datetime.fromisoformat("2026-11-19T23:00:00+00:00")
    with owner.transaction() as tx:
        for number, at in enumerate((lagos_midnight - timedelta(seconds=1), lagos_midnight)):
            fill(tx, owner_of, at, f"{owner_of.id}-day{number}")
    assert {one[0] for one in every_page(world, owner_of, kind=["hop", "sms in"])} == {
        "hop", "sms in",
    }  # fmt: skip
    later = every_page(world, owner_of, **{"from": ["2026-11-20"]})
    assert {one[1] for one in later} == {lagos_midnight}
    before = every_page(world, owner_of, to=["2026-11-19"])
    assert {one[1] for one in before} == {lagos_midnight - timedelta(seconds=1)}


@pytest.mark.parametrize(
    ("asked", "beside"),
    [
        ({"kind": ["hop", "password"]}, "kind"), ({"from": ["soon"]}, "from"),
        ({"to": ["9999-12-31"]}, "to"), ({"after": ["x"]}, "after"), ({"after": ["1-2"]}, "after"),
        ({"after": ["1-99-1"]}, "after"), ({"after": ["9" * 30 + "-1-1"]}, "after"),
        ({"after": ["1-1-" + "9" * 19]}, "after"), ({"after": ["-1-1-1"]}, "after"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_address_is_said_beside_it_and_nothing_is_read(
    world: World, owner_of: Owner, asked: dict[str, list[str]], beside: str
) -> None:
    shown = page(world, owner_of, **asked)
    assert set(shown.asked.problems) == {beside}
    assert shown.rows == ()


def test_the_money_of_an_agent_is_that_of_all_accounts(world: World, owner_of: Owner) -> None:
    float_ = Account(AccountKind.AGENT_FLOAT, str(owner_of.id), "NGN")
    with world.db.transaction() as tx:
        ledger.open_account(tx, float_)
        ledger.post(tx, funding(f"test:f{owner_of.id}", wallet(owner_of.id, "NGN"), naira(50)))
        name = f"float:T{owner_of.id:05d}"
        ledger.post(tx, move(name, "float", wallet(owner_of.id, "NGN"), float_, naira(20)))
    shown = page(world, owner_of, kind=["money"], person=AUDITOR)
    amounts = sorted(one.row.amount.amount_minor for one in shown.rows if one.row.amount)
    assert amounts == [-2000, 2000, 5000]
    assert all(isinstance(one.row.amount, Money) for one in shown.rows)
