"""Above the country's amount a code of a list or an app is wanted: once, for exactly this act."""

import threading
from datetime import date

import pytest

from app.db.engine import Database
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    CodeIsWrong,
    FactorLocked,
    FactorsWanted,
    MoneySent,
    OrderPlaced,
    Proved,
    Refusal,
    Refused,
    Withdraw,
    WithdrawalReady,
    WrongPin,
)
from app.domain.second_factor import Act, FactorKind, Subject, needs_second_factor
from app.domain.secret import Secret
from app.security.audit import read_chain
from app.services.buy_airtime import buy_airtime
from app.services.check_pin import Door
from app.services.code_list import make_list, sheet
from app.services.cure_pin import unlock_subscriber
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.second_factor.factors import Factors, airtime, wrong

NEEDED = Refused(Refusal.NEEDS_SECOND_FACTOR)
ABOVE = naira(30_000)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, tier=3)


@pytest.fixture
def factors(world: World) -> Factors:
    return Factors(world)


# --- when ------------------------------------------------------------------------------------


def test_the_threshold_itself_is_free_and_one_kobo_above_is_not() -> None:
    day = date(2026, 3, 2)
    assert not needs_second_factor(Money(20_000_00, "NGN"), "NG", day)
    assert needs_second_factor(Money(20_000_01, "NGN"), "NG", day)
    assert not needs_second_factor(Money(20_000_01, "NGN"), "NG", date(2025, 12, 31))
    assert not needs_second_factor(Money(10**12, "USD"), "ZZ", day)


def test_a_purchase_transfer_or_withdrawal_above_it_is_refused_without_proof(
    world: World, factors: Factors
) -> None:
    ada, obi = world.subscriber(naira(200_000)), world.subscriber()
    assert isinstance(factors.buy(ada, naira(20_000)), OrderPlaced)
    assert isinstance(world.send(ada, obi, naira(20_000)), MoneySent)
    kobo_above = Money(20_000_01, "NGN")
    assert factors.buy(ada, kobo_above) == NEEDED
    assert world.send(ada, obi, kobo_above) == NEEDED
    origin = world.origin(ada)
    assert factors.ask(origin, Withdraw(kobo_above, "", naira(1_000), Secret(PIN))) == NEEDED
    assert world.spendable(ada) == naira(160_000)
    assert world.books_differ() == []


def test_a_withdrawal_is_measured_without_its_fee(world: World, factors: Factors) -> None:
    ada = world.subscriber(naira(50_000))
    reply = factors.ask(world.origin(ada), Withdraw(naira(20_000), "", naira(1_000), Secret(PIN)))
    assert isinstance(reply, WithdrawalReady)


def test_whoever_is_exempt_from_limits_is_exempt_here(world: World, factors: Factors) -> None:
    demo = world.subscriber(naira(100_000), exempt=True)
    assert factors.wanted(world.origin(demo), airtime(demo, ABOVE)) == FactorsWanted(())
    assert isinstance(factors.buy(demo, ABOVE), OrderPlaced)


def test_by_sms_it_is_refused_even_with_a_proof(world: World, factors: Factors) -> None:
    from app.domain.requests import BuyAirtime

    ada = factors.with_list()
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    request = BuyAirtime(ada, "mtn-ng", ABOVE, Secret(PIN))
    origin = world.origin(ada, 2, factors.s1)
    assert buy_airtime(world.context, origin, request, Door.SMS) == NEEDED


def test_a_wrong_pin_is_said_before_anything_about_proofs(world: World, factors: Factors) -> None:
    assert factors.buy(world.subscriber(naira(100_000)), ABOVE, pin="1111") == WrongPin(2)


# --- the list --------------------------------------------------------------------------------


def test_the_code_that_is_asked_for_lets_the_purchase_through(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    wanted = factors.wanted(world.origin(ada), subject)
    assert wanted.kinds == (FactorKind.LIST, FactorKind.AGENT)
    factors.proven(ada, subject, factors.s1)
    assert factors.wanted(world.origin(ada, 2, factors.s1), subject) == FactorsWanted(())
    assert isinstance(factors.buy(ada, ABOVE, factors.s1), OrderPlaced)
    assert world.spendable(ada) == naira(70_000)
    assert world.books_differ() == []


def test_dialling_again_asks_for_the_same_code_until_it_is_used(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    first = {factors.wanted(world.origin(ada), subject).position for _ in range(10)}
    assert len(first) == 1
    origin = world.origin(ada)
    code = factors.list_code(origin, subject)
    assert factors.prove(origin, wrong(code), subject) == CodeIsWrong(4)
    assert {factors.wanted(world.origin(ada), subject).position} == first
    factors.proven(ada, subject, factors.s1)
    assert {factors.wanted(world.origin(ada), subject).position} != first


def test_a_used_code_and_one_of_another_position_are_wrong(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    used = factors.list_code(world.origin(ada), subject)
    factors.proven(ada, subject, factors.s1)
    factors.wanted(world.origin(ada), subject)
    assert factors.prove(world.origin(ada), used, subject) == CodeIsWrong(4)
    position = factors.wanted(world.origin(ada), subject).position
    other = next(c for n, c in enumerate(factors.lists[ada], 1) if n != position and c != used)
    assert factors.prove(world.origin(ada), other, subject) == CodeIsWrong(3)


def test_a_new_list_voids_the_old_one_and_tells_its_owner(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    old = factors.lists[ada]
    subject = airtime(ada, ABOVE)
    factors.wanted(world.origin(ada), subject)
    factors.lists[ada] = make_list(world.context, ada, "test", "lost")
    position = factors.wanted(world.origin(ada), subject).position
    assert old[position - 1] != factors.lists[ada][position - 1]
    assert factors.prove(world.origin(ada), old[position - 1], subject) == CodeIsWrong(4)
    factors.proven(ada, subject, factors.s1)
    assert world.sms(ada) == ["code_list_made"] * 2
    with world.db.transaction() as tx:
        assert read_chain(tx).broken == []


def test_fifty_codes_work_once_each_and_few_left_is_told_once(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    for number in range(50):
        factors.proven(ada, subject, f"fifty-{number}")
    assert factors.wanted(world.origin(ada), subject).kinds == (FactorKind.AGENT,)
    assert world.sms(ada) == ["code_list_made", "few_codes"]
    left = world.one("select params->>'left' from mt_sms where kind = 'few_codes' limit 1")
    assert left == "4"


def test_the_sheet_numbers_every_code_and_hides_whose_it_is(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    text = sheet(factors.lists[ada], ada)
    for number, code in enumerate(factors.lists[ada], 1):
        assert f"{number:02d} {code.value[:3]} {code.value[3:]}" in text
    assert ada not in text


# --- the app ---------------------------------------------------------------------------------


def test_a_code_of_the_app_works_once_and_one_step_early_or_late(
    world: World, factors: Factors
) -> None:
    ada = factors.with_app()
    subject = airtime(ada, ABOVE)

    def prove(code: Secret) -> object:
        return factors.prove(world.origin(ada), code, subject, FactorKind.APP)

    late = factors.app_code(ada, steps=-1)
    assert prove(factors.app_code(ada, steps=-2)) == CodeIsWrong(4)
    assert prove(factors.app_code(ada, steps=2)) == CodeIsWrong(3)
    now = factors.app_code(ada)
    assert prove(now) == Proved()
    assert prove(now) == CodeIsWrong(4), "the step is used up"
    assert prove(late) == CodeIsWrong(3), "and so is every step before it"
    assert prove(factors.app_code(ada, steps=1)) == Proved()


def test_an_app_counts_only_after_its_first_code(world: World, factors: Factors) -> None:
    from app.domain.requests import AddCodeApp, CodeApp, GetCodeApp

    ada = world.subscriber(naira(100_000))
    origin = world.origin(ada)
    first = factors.ask(origin, AddCodeApp(Secret(PIN)))
    assert factors.ask(origin, AddCodeApp(Secret(PIN))) == first, "a copy shows the same key"
    factors.apps[ada] = first.key.value
    subject = airtime(ada, ABOVE)
    assert factors.ask(world.origin(ada), GetCodeApp()) == CodeApp(added=True, confirmed=False)
    assert FactorKind.APP not in factors.wanted(world.origin(ada), subject).kinds
    code = factors.app_code(ada)
    assert factors.prove(world.origin(ada), code, subject, FactorKind.APP) == NEEDED


def test_an_app_in_force_is_not_replaced_and_goes_only_with_pin_and_code(
    world: World, factors: Factors
) -> None:
    from app.domain.requests import AddCodeApp, Done, RemoveCodeApp

    ada = factors.with_app()
    again = factors.ask(world.origin(ada), AddCodeApp(Secret(PIN)))
    assert again == Refused(Refusal.NOTHING_OPEN)
    remove = RemoveCodeApp(Secret(PIN))
    assert factors.ask(world.origin(ada, 2, factors.s1), remove) == NEEDED
    subject = Subject(Act.REMOVE_APP, Money(0, "NGN"))
    assert factors.wanted(world.origin(ada), subject).kinds == (FactorKind.APP,)
    origin = world.origin(ada, 3, factors.s1)
    assert factors.prove(origin, factors.app_code(ada), subject, FactorKind.APP) == Proved()
    assert factors.ask(world.origin(ada, 4, factors.s1), RemoveCodeApp(Secret("1111"))) == WrongPin(
        2
    )
    assert factors.ask(world.origin(ada, 5, factors.s1), remove) == Done()
    assert factors.wanted(world.origin(ada), airtime(ada, ABOVE)).kinds == (FactorKind.AGENT,)
    assert world.sms(ada) == ["code_app_added", "code_app_removed"]


# --- wrong codes -----------------------------------------------------------------------------


def test_five_wrong_codes_close_large_amounts_for_a_day_and_small_ones_go_on(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    code = factors.list_code(world.origin(ada), subject)
    bad = wrong(code)
    replies = [factors.prove(world.origin(ada), bad, subject) for _ in range(5)]
    assert replies == [*(CodeIsWrong(left) for left in (4, 3, 2, 1)), FactorLocked()]
    assert factors.prove(world.origin(ada), code, subject) == FactorLocked()
    assert factors.wanted(world.origin(ada), subject).kinds == (FactorKind.AGENT,)
    assert world.sms(ada) == ["code_list_made", "factor_locked"]
    assert isinstance(factors.buy(ada, naira(20_000)), OrderPlaced)
    world.clock.advance(hours=24, seconds=1)
    assert factors.prove(world.origin(ada), bad, subject) == CodeIsWrong(4)
    assert factors.prove(world.origin(ada, 1, factors.s1), code, subject) == Proved()


def test_staff_end_the_lock_of_codes_with_the_pins(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    bad = wrong(factors.list_code(world.origin(ada), subject))
    for _ in range(5):
        factors.prove(world.origin(ada), bad, subject)
    unlock_subscriber(world.context, ada, "test", "asked")
    factors.proven(ada, subject, factors.s1)


def test_a_repeated_hop_is_one_try_and_gets_the_same_answer(world: World, factors: Factors) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    code = factors.list_code(world.origin(ada), subject)
    bad, good = world.origin(ada), world.origin(ada)
    assert {factors.prove(bad, wrong(code), subject) for _ in range(4)} == {CodeIsWrong(4)}
    assert factors.prove(bad, code, subject) == CodeIsWrong(4), "no second guess in a copy"
    assert {factors.prove(good, code, subject) for _ in range(4)} == {Proved()}
    assert world.one("select count(*) from factor_proofs p join subscribers s"
                     " on s.id = p.subscriber_id where s.msisdn = %s", ada) == 1  # fmt: skip


def test_a_hundred_guesses_in_parallel_cannot_outrun_the_lock(
    world: World, factors: Factors
) -> None:
    ada = factors.with_list()
    subject = airtime(ada, ABOVE)
    code = int(factors.list_code(world.origin(ada), subject).value)
    guesses = [Secret(f"{(code + 1 + n) % 1_000_000:06d}") for n in range(100)]
    replies: list[object] = []
    gate = threading.Barrier(10)

    def guess(mine: list[Secret]) -> None:
        gate.wait()
        replies.extend(factors.prove(world.origin(ada), one, subject) for one in mine)

    threads = [threading.Thread(target=guess, args=(guesses[n::10],)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 100
    assert sorted(r.tries_left for r in replies if isinstance(r, CodeIsWrong)) == [1, 2, 3, 4]
    assert world.sms(ada).count("factor_locked") == 1


# --- nothing is written down -----------------------------------------------------------------


def test_no_table_holds_a_code_or_a_key(world: World, factors: Factors, owner: Database) -> None:
    ada, obi = factors.with_list(), factors.with_app()
    code = factors.list_code(world.origin(ada), airtime(ada, ABOVE))
    factors.proven(ada, airtime(ada, ABOVE), factors.s1)
    factors.prove(world.origin(obi), factors.app_code(obi), airtime(obi, ABOVE), FactorKind.APP)
    secrets = [code.value, *(c.value for c in factors.lists[ada]), factors.apps[obi]]
    with owner.transaction() as tx:
        tables = tx.all("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in tables:
            text = "\n".join(row[0] for row in tx.all(f"select t::text from {table} t"))
            fields = set(text.replace("(", ",").replace(")", ",").replace('"', "").split(","))
            assert not fields & set(secrets), table
            assert factors.apps[obi] not in text, table


def test_an_unknown_number_is_told_to_register(world: World, factors: Factors) -> None:
    nobody = Msisdn("+2348039990077")
    origin = world.origin(nobody)
    not_registered = Refused(Refusal.NOT_REGISTERED)
    assert factors.prove(origin, Secret("123456"), airtime(nobody, ABOVE)) == not_registered
