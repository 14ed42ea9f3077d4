"""An SMS to many: whom it goes to, what it costs, once to each, and never to who wants none."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.db import broadcasts
from app.db.engine import Database
from app.domain.broadcasts import prefixes_of
from app.domain.business_settings import BROADCAST_ALONE, BROADCAST_PACE, part_price
from app.domain.msisdn import Msisdn
from app.ports.channels import OptOut
from app.services import run_broadcast as job
from app.services.approve import approve
from app.services.record_reports import record_opt_out
from app.services.run_broadcast import run_broadcast
from app.services.send_sms import send_sms
from app.services.sweep import take_overdue
from tests.backoffice.site import Browser, Site
from tests.backoffice.test_staff_page import key
from tests.factories.world import World
from tests.fakes.clock import FixedClock

NEW = "/backoffice/broadcasts/new"
WHY = "the offer of this week"


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    """Nobody but those a test registers gets anything."""
    with db.transaction() as tx:
        tx.run("update subscribers set blocked = true")
        tx.run("delete from opt_outs; delete from business_settings")
        tx.run("update broadcasts set state = 'stopped', due_at = null")
        tx.run("update mt_sms set state = 'failed', due_at = null where due_at is not null")
    return World(db, clock)


@pytest.fixture
def admin(site: Site) -> Iterator[Browser]:
    return site.sign_in("admin")


def people(world: World, count: int, language: str = "en") -> list[Msisdn]:
    made = [world.subscriber() for _ in range(count)]
    with world.db.statement() as tx:
        tx.run("update subscribers set language = %s where msisdn = any(%s)", (language, made))
    return made


def setting(world: World, name: str, value: int) -> None:
    with world.db.statement() as tx:
        tx.run(
            "insert into business_settings values (%s, %s, now(), 'test')"
            " on conflict (name) do update set value = excluded.value", (name, value),
        )  # fmt: skip


def write(admin: Browser, **fields: str) -> str:
    """Its reference."""
    sent = {"country": "NG", "text_en": "Data is cheaper today. To stop: SMS STOP", **fields}
    answer = admin.post(NEW, **({"key": key(admin, NEW)} | sent))
    assert answer.status_code == 303, answer.text
    return str(answer.location).rsplit("/", 1)[1]


def turn(site: Site, reference: str) -> None:
    broadcast_id = site.world.one("select id from broadcasts where reference = %s", reference)
    run_broadcast(site.desk.sms, broadcast_id)


def release(admin: Browser, reference: str) -> Any:
    path = f"/backoffice/broadcasts/{reference}"
    form = key(admin, path, "release-")
    return admin.post(f"{path}/release", **{"release-reason": WHY, "release-key": form})


def state(site: Site, reference: str) -> str:
    return str(site.world.one("select state from broadcasts where reference = %s", reference))


def queued(site: Site, reference: str) -> list[Msisdn]:
    rows = site.world.all(
        "select msisdn from mt_sms where dedupe_key like %s order by id", f"broadcast:{reference}:%"
    )
    return [Msisdn(row[0]) for row in rows]


def pass_batches(site: Site, reference: str, most: int = 50) -> None:
    """Turns of the job until it is over."""
    for _ in range(most):
        if state(site, reference) != "running":
            return
        site.world.clock.advance(seconds=10)
        assert take_overdue(site.world.db, site.world.clock).jobs["broadcast"]
        turn(site, reference)
    raise AssertionError("it never ends")


def test_it_is_counted_and_its_cost_shown_before_one_person_sends_it_to_each_once(
    site: Site, admin: Browser
) -> None:
    english, pidgin = people(site.world, 3), people(site.world, 2, "pcm")
    reference = write(admin, text_pcm="x" * 161)
    turn(site, reference)
    page = admin.get(f"/backoffice/broadcasts/{reference}").text
    # 3 in one part and 2 in two, at NGN 4.00.
    assert re.search(r"Cost</dt><dd>.*28\.00", page)
    assert queued(site, reference) == [], "nothing goes before it is released"
    assert release(admin, reference).status_code == 303
    turn(site, reference)
    assert queued(site, reference) == [*english, *pidgin]
    assert state(site, reference) == "done"
    texts = site.world.all("select language, params->>'text' from mt_sms where kind = 'broadcast'"
                           " and msisdn = %s", pidgin[0])  # fmt: skip
    assert texts == [("pcm", "x" * 161)]
    [(_, _, told)] = [row for row in site.audited("broadcast.start") if row[1] == reference]
    assert (told["recipients"], told["cost"]) == ("5", "NGN 28.00")


def test_who_opted_out_is_neither_counted_nor_sent_to_even_if_meanwhile(
    site: Site, admin: Browser
) -> None:
    before, meanwhile, late, other = people(site.world, 4)
    record_opt_out(site.world.context, OptOut(before, "20880"))
    reference = write(admin)
    turn(site, reference)
    assert site.world.one("select counts from broadcasts where reference = %s", reference) == {
        "en": 3
    }
    record_opt_out(site.world.context, OptOut(meanwhile, "20880"))
    release(admin, reference)
    turn(site, reference)
    assert queued(site, reference) == [late, other]
    record_opt_out(site.world.context, OptOut(late, "20880"))
    for (sms_id,) in site.world.all("select id from mt_sms where msisdn = any(%s)", [late, other]):
        send_sms(site.desk.sms, sms_id)
    rows = dict(site.world.all("select msisdn, state || code from mt_sms"
                               " where msisdn = any(%s)", [late, other]))  # fmt: skip
    assert rows == {late: "failedopted_out", other: "sent"}


def test_a_number_whose_gateway_says_do_not_disturb_gets_none(site: Site, admin: Browser) -> None:
    quiet, other = people(site.world, 2)
    with site.world.db.statement() as tx:
        tx.run("insert into sms_refusals values (%s, 'first', 'dnd', %s)",
               (quiet, site.world.clock.now()))  # fmt: skip
    reference = write(admin)
    turn(site, reference)
    release(admin, reference)
    turn(site, reference)
    assert queued(site, reference) == [other]


class Died(Exception):
    """A worker was killed."""


@pytest.mark.parametrize("when", ["before its commit", "after its commit"])
def test_one_that_goes_on_after_a_crash_sends_each_once(
    site: Site, admin: Browser, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    wanted = people(site.world, 7)
    setting(site.world, BROADCAST_PACE, 12)  # two in a batch
    reference = write(admin)
    turn(site, reference)
    release(admin, reference)
    turn(site, reference)

    def dies(*_: object) -> None:
        raise Died

    site.world.clock.advance(seconds=10)
    with monkeypatch.context() as patch:
        if when == "before its commit":
            patch.setattr(broadcasts, "note_sent", dies)
        else:
            services = replace(site.desk.sms.services, nudge=dies)
            desk = replace(site.desk, sms=replace(site.desk.sms, services=services))
            patch.setattr(site, "desk", desk)
        with pytest.raises(Died):
            turn(site, reference)
    # Two workers take it up again; what is due is theirs once.
    turn(site, reference)
    turn(site, reference)
    pass_batches(site, reference)
    assert queued(site, reference) == wanted


def test_a_batch_that_runs_twice_waits_its_time(site: Site, admin: Browser) -> None:
    wanted = people(site.world, 5)
    setting(site.world, BROADCAST_PACE, 12)
    reference = write(admin)
    turn(site, reference)
    release(admin, reference)
    for _ in range(3):
        turn(site, reference)
    assert queued(site, reference) == wanted[:2]


def test_nothing_goes_out_in_the_quiet_hours(site: Site, admin: Browser) -> None:
    wanted = people(site.world, 1)
    reference = write(admin)
    turn(site, reference)
    release(admin, reference)
    night = site.world.clock.now().replace(hour=21, minute=0, second=0)
    site.world.clock.advance(seconds=(night - site.world.clock.now()).total_seconds())
    turn(site, reference)
    assert queued(site, reference) == []
    again = site.world.one("select next_at from broadcasts where reference = %s", reference)
    assert again == night.replace(hour=7) + timedelta(days=1), "08:00 in Lagos"
    site.world.clock.advance(seconds=(again - night).total_seconds())
    turn(site, reference)
    assert queued(site, reference) == wanted


def test_more_than_one_person_may_release_takes_a_second_one(site: Site, admin: Browser) -> None:
    wanted = people(site.world, 2)
    setting(site.world, BROADCAST_ALONE, 1)
    reference = write(admin)
    turn(site, reference)
    assert "When another person approves it" in admin.get(
        f"/backoffice/broadcasts/{reference}"
    ).text  # fmt: skip
    for _ in range(2):
        release_once = admin.post(
            f"/backoffice/broadcasts/{reference}/release",
            **{"release-reason": WHY, "release-key": "7K3F9Q"},
        )
        assert release_once.status_code == 303
    turn(site, reference)
    assert (queued(site, reference), state(site, reference)) == ([], "asked")
    [(ticket,)] = site.world.all("select ticket from approvals where act = 'broadcast'"
                                 " and detail->>'broadcast' = %s", reference)  # fmt: skip
    approve(site.world.context, ticket, site.someone("finance_checker").name)
    turn(site, reference)
    assert queued(site, reference) == wanted


def test_stopping_drops_what_no_gateway_has_yet(site: Site, admin: Browser) -> None:
    people(site.world, 5)
    setting(site.world, BROADCAST_PACE, 12)
    reference = write(admin)
    turn(site, reference)
    release(admin, reference)
    turn(site, reference)
    path = f"/backoffice/broadcasts/{reference}/stop"
    assert admin.post(path, **{"stop-reason": "wrong price in it"}).status_code == 303
    site.world.clock.advance(seconds=30)
    turn(site, reference)
    rows = site.world.all("select state, code from mt_sms where dedupe_key like %s",
                          f"broadcast:{reference}:%")  # fmt: skip
    assert rows == [("failed", "broadcast_stopped")] * 2
    assert admin.post(path, **{"stop-reason": "wrong price in it"}).status_code == 400


def test_the_filters_are_kept(site: Site, admin: Browser) -> None:
    world = site.world
    mtn, glo, moved = (
        world.subscriber(msisdn=Msisdn(number))
        for number in ("+2348036543211", "+2348056543212", "+2348056543213")
    )
    with world.db.statement() as tx:
        tx.run("insert into number_operators (msisdn, source, operator, learned_at) values"
               " (%s, 'staff', 'mtn-ng', %s)", (moved, world.clock.now()))  # fmt: skip
        tx.run("update subscribers set tier = 2 where msisdn = %s", (glo,))
    for fields, expected in (
        ({"operator": "mtn-ng"}, [mtn, moved]),
        ({"operator": "glo-ng"}, [glo]),
        ({"tier": "2"}, [glo]),
        ({"language": "ha"}, []),
        ({"bought_days": "30"}, []),
        ({"country": "KE"}, []),
    ):
        reference = write(admin, **fields)
        turn(site, reference)
        found = site.world.one("select counts from broadcasts where reference = %s", reference)
        assert sum(found.values()) == len(expected), fields
        if expected:
            release(admin, reference)
            turn(site, reference)
            assert queued(site, reference) == expected


def test_the_longest_prefix_says_whose_a_number_is() -> None:
    assert "+25476" in prefixes_of("airtel-ke").own
    assert {"+254768", "+254769"} <= set(prefixes_of("airtel-ke").others)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("text_en", "", "Write a text"),
        ("text_en", "naïve ₦500 ሰላም", "write it with plain letters"),
        ("text_en", "x" * 460, "4 SMS parts; 3 are the most"),
        ("text_ha", "x" * 5_000, "Field cannot be longer"),
        ("bought_days", "-3", "From 1 to 365"),
        ("operator", "safaricom-ke", "in another country"),
        ("country", "FR", "Not a valid choice"),
        ("tier", "9", "Not a valid choice"),
    ],
)
def test_what_is_written_wrong_is_said_and_kept(
    site: Site, admin: Browser, field: str, typed: str, said: str
) -> None:
    before = site.world.one("select count(*) from broadcasts")
    sent = {"country": "NG", "text_en": "hello", "key": key(admin, NEW)}
    page = admin.post(NEW, **(sent | {field: typed}))
    assert (page.status_code, said in page.text) == (400, True)
    assert site.world.one("select count(*) from broadcasts") == before


def test_one_form_sent_twice_is_one_broadcast(site: Site, admin: Browser) -> None:
    form = key(admin, NEW)
    assert write(admin, key=form) == write(admin, key=form) == form
    assert len([row for row in site.audited("broadcast.write") if row[1] == form]) == 1


def test_a_test_goes_to_oneself_once_and_not_without_end(site: Site, admin: Browser) -> None:
    people(site.world, 1)
    reference = write(admin)
    path = f"/backoffice/broadcasts/{reference}/test"
    sent = {"test-to": "0803 000 0009", "test-language": "en"}
    for _ in range(2):
        assert admin.post(path, **sent, **{"test-key": "7K3F9A"}).status_code == 303
    rows = site.world.all("select msisdn from mt_sms where kind = 'broadcast_test'")
    assert rows == [("+2348030000009",)]
    answers = [
        admin.post(path, **sent, **{"test-key": f"7K3F{n:02}".replace("0", "A")}).status_code
        for n in range(21, 31)
    ]
    assert answers[-1] == 400
    assert admin.post(path, **(sent | {"test-to": "12"})).status_code == 400


def test_support_sees_broadcasts_and_sends_none(site: Site, admin: Browser) -> None:
    reference = write(admin)
    support = site.sign_in("support")
    page = support.get(f"/backoffice/broadcasts/{reference}")
    assert (page.status_code, "What can be done" in page.text) == (200, False)
    assert support.post(f"/backoffice/broadcasts/{reference}/release").status_code == 403
    assert support.get("/backoffice/broadcasts/ZZZZZZ").status_code == 404


def test_a_dearer_part_counts_from_the_next_count_on(site: Site, admin: Browser) -> None:
    people(site.world, 1)
    setting(site.world, part_price("NG"), 500)
    reference = write(admin)
    turn(site, reference)
    assert "5.00" in admin.get(f"/backoffice/broadcasts/{reference}").text


def test_subscribers_are_counted_a_piece_at_a_time(
    site: Site, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "_PIECE", 2)
    wanted = people(site.world, 5)
    reference = write(admin)
    turn(site, reference)
    assert site.world.one("select counts from broadcasts where reference = %s", reference) == {
        "en": 5
    }
    monkeypatch.setattr(job, "_PIECES_A_TURN", 10_000)
    release(admin, reference)
    turn(site, reference)
    pass_batches(site, reference)
    assert queued(site, reference) == wanted
