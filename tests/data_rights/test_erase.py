"""Erased: nothing of the number is left but in the audit chain, and the books still hold."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from app.db import ledger
from app.db.ledger_check import differences
from app.domain.ledger import fund, wallet
from app.domain.msisdn import Msisdn
from app.domain.personal_data import pseudonym
from app.domain.requests import OrderPlaced
from app.ports.channels import MoSms
from app.security.audit import read_chain
from app.services.approve import approve
from app.services.code_list import make_list
from app.services.erase_subscriber import ask_erasure
from app.services.export_subscriber import export_subscriber
from app.services.hop_number import indexes
from app.services.mo_sms import handle
from app.services.record_swap import record_swap
from app.services.staff_refused import MayNot, SamePerson, StaffRefused
from tests.backoffice.site import Site
from tests.factories.world import World, naira

OTHER = Msisdn("+2348055000001")


def lived(world: World) -> tuple[int, Msisdn]:
    """Somebody who bought for themselves and for others until nothing was left."""
    msisdn = world.subscriber(naira(500))
    id_ = int(world.one("select id from subscribers where msisdn = %s", msisdn))
    for to, amount in ((msisdn, 200), (OTHER, 300)):
        assert isinstance(world.buy(msisdn, amount, to=to), OrderPlaced)
        world.vend(int(world.one("select max(id) from orders")))
    with world.db.transaction() as tx:
        tx.run(
            "insert into ussd_hops (channel, session, hop, label, outcome, milliseconds, at,"
            " language, network, msisdn_ciphertext, msisdn_index)"
            " values ('nalo', 'S1', 1, 'home', 'screen', 1, %s, 'en', '', 'x', %s)",
            (world.clock.now(), indexes(world.context.fields, msisdn)[0]),
        )
        tx.run("insert into beneficiaries values (%s, %s, 'Mum', %s)",
               (id_, OTHER, world.clock.now()))  # fmt: skip
    make_list(world.context, msisdn, "cli:test", "asked for it")
    record_swap(world.context, msisdn, world.clock.now() - timedelta(days=9), "cli:test", "told")
    handle(world.context, MoSms("africastalking", f"m{id_}", msisdn, "20880", "hello there", None,
                                "62130"), "*384*123#")  # fmt: skip
    assert world.spendable(msisdn) == naira(0)
    with world.db.transaction() as tx:
        tx.run("insert into mt_sms (dedupe_key, msisdn, kind, language, params, due_at) values"
               " ('broadcast:ABCDEF:' || %s, %s, 'broadcast', 'en', '{}', now())",
               (msisdn, msisdn))  # fmt: skip
        tx.run("update mt_sms set state = 'delivered', sent_text = 'Dear 08031'"
               " where msisdn = %s", (msisdn,))  # fmt: skip
    return id_, msisdn


def places_of(world: World, text: str) -> set[str]:
    """Tables in which it stands."""
    tables = [name for (name,) in world.all(
        "select table_name from information_schema.tables where table_schema = 'public'"
        " and table_type = 'BASE TABLE'"
    )]  # fmt: skip
    return {
        table
        for table in tables
        if world.one(f"select count(*) from {table} t where strpos(t::text, %s) > 0", text)
    }


def test_nothing_of_the_number_is_left_and_the_books_hold(site: Site, world: World) -> None:
    id_, msisdn = lived(world)
    asks, approves = site.someone("support").name, site.someone("finance_checker").name
    assert {"mo_sms", "mt_sms", "orders", "sim_swaps"} <= places_of(world, msisdn)
    ticket = ask_erasure(world.context, msisdn, "their letter of 3 March", asks)
    with pytest.raises(MayNot):
        approve(world.context, ticket, site.someone("finance_maker").name)
    said = approve(world.context, ticket, approves)
    assert said == f"subscriber {id_} is {pseudonym(id_)} from now on"
    assert places_of(world, msisdn) <= {"audit"}
    for table in ("beneficiaries", "code_lists", "pin_attempts", "spending_habits"):
        whose = world.one(f"select count(*) from {table} where subscriber_id = %s", id_)
        assert whose == 0, table
    hop = indexes(world.context.fields, msisdn)[0]
    assert world.one("select count(*) from ussd_hops where msisdn_index = %s", hop) == 0
    kept = world.all("select recipient, amount_minor > 0 from orders where subscriber_id = %s"
                     " order by id", id_)  # fmt: skip
    assert kept == [(pseudonym(id_), True), (OTHER, True)]
    (detail,) = world.all("select subject || detail::text from audit where act ="
                          " 'subscriber.erase' and subject = %s", f"subscriber:{id_}")  # fmt: skip
    assert msisdn not in detail[0]
    with world.db.transaction() as tx:
        assert list(differences(tx)) == []
        assert read_chain(tx).broken == []
    texts = world.all("select distinct params::text, sent_text from mt_sms where msisdn = %s",
                      pseudonym(id_))  # fmt: skip
    assert texts == [("{}", None)]


def test_a_recycled_number_enrols_as_somebody_else(site: Site, world: World) -> None:
    id_, msisdn = lived(world)
    ticket = ask_erasure(world.context, msisdn, "asked", site.someone("support").name)
    approve(world.context, ticket, site.someone("owner").name)
    world.clock.advance(seconds=60)
    world.enrol(msisdn)
    fresh = int(world.one("select id from subscribers where msisdn = %s", msisdn))
    assert fresh != id_
    assert world.spendable(msisdn) == naira(0)
    site.sign_in("owner")
    page = site.get(f"/backoffice/subscribers/{fresh}").text
    assert "subscriber.swapped" not in page
    assert "Mum" not in page
    before = site.get(f"/backoffice/subscribers/{id_}").text
    assert "erased" in before
    assert "Open the account" not in before


def test_what_is_open_is_said_and_nothing_is_asked_for(site: Site, world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    id_ = int(world.one("select id from subscribers where msisdn = %s", msisdn))
    world.buy(msisdn, to=msisdn)
    asks = site.someone("support").name
    with pytest.raises(StaffRefused, match=r"1 orders are open.*NGN .* is in the wallet"):
        ask_erasure(world.context, msisdn, "asked", asks)
    assert world.one("select count(*) from approvals where detail->>'subscriber' = %s",
                     str(id_)) == 0  # fmt: skip


def test_what_was_opened_meanwhile_stops_it(site: Site, world: World) -> None:
    id_, msisdn = lived(world)
    owner = site.someone("owner").name
    ticket = ask_erasure(world.context, msisdn, "asked", owner)
    with pytest.raises(SamePerson):
        approve(world.context, ticket, owner)
    with world.db.transaction() as tx:
        ledger.post(tx, fund(f"again:{id_}", wallet(id_, "NGN"), naira(3)))
    with pytest.raises(StaffRefused, match=r"not yet: NGN 3\.00 is in the wallet"):
        approve(world.context, ticket, site.someone("finance_checker").name)
    assert msisdn in world.one("select msisdn from subscribers where id = %s", id_)


def test_the_page_gives_the_file_and_asks_for_erasing_once(site: Site, world: World) -> None:
    id_, msisdn = lived(world)
    at = f"/backoffice/subscribers/{id_}"
    site.sign_in("finance_maker")
    assert site.post(f"{at}/export", **{"export-reason": "asked for it"}).status_code == 403
    site.sign_in("support")
    packed = site.post(f"{at}/export", **{"export-reason": "asked for it"})
    assert packed.content_type == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(packed.data))
    typed = {"erase-key": "ABCDEF", "erase-reason": "asked for it"}
    for _ in range(2):
        assert site.post(f"{at}/erase", **typed).status_code == 303
    (ticket,) = (one for (one,) in world.all(
        "select ticket from approvals where act = 'erase' and detail->>'subscriber' = %s", str(id_)
    ))  # fmt: skip
    approve(world.context, ticket, site.someone("owner").name)
    assert site.post(f"{at}/unblock", **{"unblock-reason": "asked for it"}).status_code == 404
    assert msisdn not in site.get(at).text


def test_an_export_holds_everything_but_secrets(site: Site, world: World) -> None:
    id_, msisdn = lived(world)
    packed = export_subscriber(world.context, msisdn, site.someone("support").name, "asked for it")
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        told = json.loads(files.read("personal-data.json"))
        page = files.read("personal-data.html").decode()
    held = told["held"]
    assert {"subscribers", "orders", "beneficiaries", "mo_sms", "ussd_hops", "sim_swaps",
            "code_lists", "audit", "movements of the wallet"} <= set(held)  # fmt: skip
    assert held["beneficiaries"][0]["name"] == "Mum"
    assert "hello there" in page
    secret = world.one("select pin_hash from subscribers where id = %s", id_)
    assert secret not in json.dumps(told)
    assert "digest" not in json.dumps(held["list_codes"])
    who, _, detail = site.audited("subscriber.export")[-1]
    assert who == site.someone("support").name
    assert msisdn not in json.dumps(detail)
    assert detail["reason"] == "asked for it"
