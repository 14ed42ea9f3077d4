"""Two keys at once: everything that is stored encrypted is read and found before, while and after
it is put under the new one, in pieces; then the old key may go."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from app.cli import main
from app.db import funding, hop_numbers, subscribers, timeline, virtual_accounts
from app.db.engine import Database
from app.db.funding import NewTopup
from app.db.subscriber_trail import Beyond, Owner, read
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.exchanges import Exchange
from app.ports.payments import Paid, VirtualAccount
from app.security.field_encryption import FieldCipher, Unreadable
from app.services import renew_fields as service
from app.services.context import Context
from app.services.exchanges_about import exchanges_about, keep_exchanges
from app.services.hop_number import HopName, indexes, open_number, seal
from app.services.pay_in_account import account_opened
from app.services.payment_fields import (
    account_indexes,
    open_account_row,
    open_event,
    open_paid_into,
    seal_paid_into,
)
from app.services.renew_fields import progress_of, renew_fields, renew_some
from app.services.take_payment import hear_payment_event
from tests.factories.world import World
from tests.fakes.clock import FixedClock

OLD, NEW = "f1:field-key-of-tests", "f2:the-next-field-key-of-tests"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER, HOLDER, BODY = "7700000001", "NEXUSTOP/ADA OBI", b'{"event": "x", "bytes": "\xff"}'
_FAR = Beyond(datetime(9999, 1, 1, tzinfo=UTC), 2**62)


@pytest.fixture
def world(db: Database, owner: Database) -> World:
    with owner.transaction() as tx:
        tx.run(
            "truncate ussd_hops, virtual_accounts, payment_events, topups, exchanges,"
            " field_renewals cascade"
        )
    return World(db, FixedClock())


def under(world: World, *keys: str) -> Context:
    return replace(world.context, fields=FieldCipher(",".join(keys)))


def plain_rows(owner: Database, who: int, msisdn: Msisdn) -> None:
    """As they were stored before migration 0039."""
    for sql, *params in (
        ("insert into ussd_hops (channel, session, hop, msisdn, label, outcome, milliseconds, at)"
         " values ('hubtel', 's', 1, %s, 'home', 'ok', 1, %s),"
         " ('hubtel', 'masked', 1, '+234803****001', 'home', 'ok', 1, %s)", msisdn, AT, AT),
        ("insert into virtual_accounts (provider, number, subscriber_id, bank, name, opened_at)"
         " values ('paystack', %s, %s, 'Wema', %s, %s)", NUMBER, who, HOLDER, AT),
        ("insert into payment_events (provider, digest, body, received_at) values"
         " ('paystack', sha256(%s), %s, %s)", BODY, BODY, AT),
        ("insert into topups (reference, provider, external_id, account_number, subscriber_id,"
         " amount_minor, fee_minor, currency, state, at) values ('T23456', 'paystack', 'e', %s, %s,"
         " 100, 0, 'NGN', 'credited', %s)", NUMBER, who, AT),
        ("insert into exchanges (peer, subject, method, path, request_body, response_body, fault,"
         " started_at, duration_ms) values ('vtpass', 'subject', 'POST', '/pay', 'asked',"
         " 'answered', '', %s, 1)", AT),
    ):  # fmt: skip
        with owner.transaction() as tx:
            tx.run(sql, params)


def fresh_rows(ctx: Context, who: int, msisdn: Msisdn) -> None:
    """The same, as the program stores them now."""
    with ctx.db.transaction() as tx:
        index, _, ciphertext = seal(ctx.fields, HopName("hubtel", "s", 1), msisdn).partition(":")
        timeline.add_hops(tx, [(
            "hubtel", "s", 1, None, bytes.fromhex(index), ciphertext, "home", "ok", 1.0, AT, "", "",
        )])  # fmt: skip
        subscriber = subscribers.find_by_id(tx, who)
        assert subscriber is not None
        account_opened(ctx, tx, subscriber, VirtualAccount("paystack", NUMBER, "Wema", HOLDER))
        paid = Paid("e", Money(200, "NGN"), Money(0, "NGN"), NUMBER)
        sealed = seal_paid_into(ctx.fields, "T23456", NUMBER)
        funding.add_topup(tx, NewTopup("T23456", "paystack", paid, sealed, "credited", who), AT)
        keep_exchanges(tx, ctx.fields, [
            Exchange("vtpass", "subject", "POST", "/pay", "asked", 200, "answered", "", AT, 1),
        ])  # fmt: skip
    assert hear_payment_event(ctx, "paystack", BODY)


def read_back(ctx: Context, who: int, msisdn: Msisdn) -> None:
    """All of it, by the roads that the program takes. Raises Unreadable, or finds too little."""
    fields = ctx.fields
    with ctx.db.transaction() as tx:
        owner = Owner(who, msisdn, indexes(fields, msisdn))
        assert [hop.what for hop in read(tx, "hop", owner, _FAR, 10)] == ["home"]
        [session] = hop_numbers.sessions(tx, "s")
        name = HopName(session.channel, session.session, session.hop)
        told = session.ciphertext and open_number(fields, name, session.ciphertext)
        assert (told or session.msisdn) == msisdn
        stored = virtual_accounts.first_of(tx, msisdn, ["paystack"])
        assert stored is not None
        account = open_account_row(fields, stored)
        assert (account.number, account.name) == (NUMBER, HOLDER)
        found = virtual_accounts.owner(tx, "paystack", NUMBER, account_indexes(fields, NUMBER))
        assert found == msisdn
        event = funding.look_at_event(tx, tx.one("select max(id) from payment_events")[0], AT)
        assert event is not None
        assert open_event(fields, event) == BODY
        assert open_paid_into(fields, funding.paid_into(tx, "T23456")) == NUMBER
        [told_of] = exchanges_about(ctx, tx, ["subject"])
        assert (told_of.asked, told_of.answered) == ("asked", "answered")


@pytest.mark.parametrize("begun", ["plain", "old key"])
def test_all_is_read_before_while_and_after_and_the_old_key_may_go(
    world: World, owner: Database, begun: str
) -> None:
    msisdn = world.subscriber()
    who = int(world.one("select id from subscribers where msisdn = %s", msisdn))
    before, both, after = under(world, OLD), under(world, NEW, OLD), under(world, NEW)
    if begun == "plain":
        plain_rows(owner, who, msisdn)
    else:
        fresh_rows(before, who, msisdn)
    read_back(before, who, msisdn)
    for _ in range(30):
        read_back(both, who, msisdn)
        renew_some(both, batches=1)
    assert all(one and one.ended_at for _, one in progress_of(both))
    read_back(after, who, msisdn)
    with pytest.raises((Unreadable, AssertionError)):
        read_back(before, who, msisdn)
    assert renew_fields(after).fields == 0
    for table, column in (
        ("ussd_hops", "msisdn"), ("virtual_accounts", "number"), ("virtual_accounts", "name"),
        ("payment_events", "body"), ("topups", "account_number"), ("exchanges", "request_body"),
    ):  # fmt: skip
        assert world.one(f"select count(*) from {table} where {column} is not null") == 0


def test_a_pass_goes_on_where_it_was_stopped(
    world: World, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_BATCH", 1)
    msisdn = world.subscriber()
    plain_rows(
        owner, int(world.one("select id from subscribers where msisdn = %s", msisdn)), msisdn
    )
    ctx, left = under(world, OLD), "select count(*) from ussd_hops where msisdn is not null"
    for wanted in (2, 1, 0):
        assert world.one(left) == wanted
        while dict(progress_of(ctx))["hops, plain"] is None:
            renew_some(ctx, batches=1)
        if wanted:
            renew_some(ctx, batches=1)
            while world.one(left) == wanted:
                renew_some(ctx, batches=1)


def test_a_ciphertext_in_another_row_or_column_is_unreadable(world: World, owner: Database) -> None:
    ctx = under(world, OLD)
    ada, obi = world.subscriber(), world.subscriber()
    who, other = (
        int(world.one("select id from subscribers where msisdn = %s", one)) for one in (ada, obi)
    )
    fresh_rows(ctx, who, ada)
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_id(tx, other)
        assert subscriber is not None
        mine = VirtualAccount("paystack", "7700000002", "Wema", "OBI")
        account_opened(ctx, tx, subscriber, mine)
    with owner.transaction() as tx:
        tx.run(
            "update virtual_accounts v set number_ciphertext = w.number_ciphertext"
            " from virtual_accounts w where v.subscriber_id = %s and w.subscriber_id = %s",
            (other, who),
        )
        tx.run("update virtual_accounts set name_ciphertext = number_ciphertext"
               " where subscriber_id = %s", (who,))  # fmt: skip
    for one in (ada, obi):
        with ctx.db.statement() as tx:
            stored = virtual_accounts.first_of(tx, one, ["paystack"])
        assert stored is not None
        with pytest.raises(Unreadable):
            open_account_row(ctx.fields, stored)


def test_the_command_tells_how_far_it_is_and_does_the_rest(
    world: World, owner: Database, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    msisdn = world.subscriber()
    plain_rows(
        owner, int(world.one("select id from subscribers where msisdn = %s", msisdn)), msisdn
    )
    ctx = under(world, OLD)
    monkeypatch.setattr("app.bootstrap.parts", lambda: SimpleNamespace(context=ctx))
    assert main(["keys", "status"]) == 1
    renew_some(ctx, batches=1)
    assert main(["keys", "status"]) == 1
    assert main(["keys", "renew"]) == 0
    assert main(["keys", "status"]) == 0
    said = capsys.readouterr().out
    assert "payment events           not looked at under this key" in said
    assert "payment events: 1" in said
    assert "every other key may be taken out" in said
    monkeypatch.setattr("app.bootstrap.parts", lambda: SimpleNamespace(context=under(world, NEW)))
    assert main(["keys", "renew"]) == 1
    assert "can't be read: put the key they need back" in capsys.readouterr().out
