"""Every country where people can enrol: its numbers, its currency, its day, its cash, its books."""

from pathlib import Path

import pytest
from beancount import loader

from app.db import ledger, subscribers, tariffs
from app.db.engine import Database
from app.domain.agency import cash_limits
from app.domain.days import ZONES, day_of
from app.domain.errors import NotAnMsisdn
from app.domain.ledger import fund, wallet
from app.domain.licences import WalletAct, licensed
from app.domain.money import MINOR_DIGITS, Money
from app.domain.msisdn import Msisdn, country_of, parse_msisdn
from app.domain.operators import COUNTRY_CURRENCY, operators_in
from app.domain.requests import (
    Enrol,
    GetBalance,
    GetHome,
    MoneySent,
    Refusal,
    Refused,
    WhoIs,
)
from app.domain.secret import Secret
from app.ports.channels import MoSms
from app.services.enrol import enrol
from app.services.export_ledger import beancount
from app.services.mo_sms import handle
from app.services.profile import who_is
from app.services.wallet import get_balance, get_home
from tests.factories.world import PIN, World
from tests.fakes.clock import FixedClock

PEOPLE = {
    "NG": Msisdn("+2348031990001"), "KE": Msisdn("+254712990001"), "GH": Msisdn("+233241990001"),
    "UG": Msisdn("+256772990001"), "RW": Msisdn("+250788990001"), "TZ": Msisdn("+255712990001"),
}  # fmt: skip
FRIENDS = {
    "NG": Msisdn("+2348031990002"), "KE": Msisdn("+254712990002"), "GH": Msisdn("+233241990002"),
    "UG": Msisdn("+256772990002"), "RW": Msisdn("+250788990002"), "TZ": Msisdn("+255712990002"),
}  # fmt: skip
EMPTY = {
    "NG": "NGN 0.00", "KE": "KES 0.00", "GH": "GHS 0.00", "UG": "UGX 0",
    "RW": "RWF 0", "TZ": "TZS 0.00",
}  # fmt: skip
COUNTRIES = sorted(COUNTRY_CURRENCY)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_that_is_open_has_all_that_it_needs(country: str) -> None:
    currency = COUNTRY_CURRENCY[country]
    assert currency in MINOR_DIGITS
    assert country in ZONES
    assert operators_in(country)
    assert country_of(PEOPLE[country]) == country


def test_no_two_countries_share_a_currency() -> None:
    """Who may send to whom is told by the currency."""
    assert len(set(COUNTRY_CURRENCY.values())) == len(COUNTRY_CURRENCY)


@pytest.mark.parametrize(
    ("typed", "country", "meant"),
    [
        ("0712 345 678", "KE", "+254712345678"),
        ("0110345678", "KE", "+254110345678"),
        ("254712345678", "KE", "+254712345678"),
        ("024 123 4567", "GH", "+233241234567"),
        ("0772-345-678", "UG", "+256772345678"),
        ("0788 123 456", "RW", "+250788123456"),
        ("0712 345 678", "TZ", "+255712345678"),
        ("+255 712 345 678", "KE", "+255712345678"),
        ("0803 000 0001", "NG", "+2348030000001"),
    ],
)
def test_a_number_is_read_as_it_is_written_at_home(typed: str, country: str, meant: str) -> None:
    assert parse_msisdn(typed, country) == meant


@pytest.mark.parametrize(
    ("typed", "country"), [("0803 000 0001", "KE"), ("0712 345 678", "NG"), ("0712 345", "UG")]
)
def test_a_number_of_another_country_needs_its_code(typed: str, country: str) -> None:
    with pytest.raises(NotAnMsisdn):
        parse_msisdn(typed, country)


@pytest.mark.parametrize("country", COUNTRIES)
def test_cash_is_offered_up_to_a_days_limit_and_no_further(
    country: str, clock: FixedClock, db: Database
) -> None:
    day = day_of(clock.now(), country)
    limits = cash_limits(country, day)
    assert limits is not None
    for act in (WalletAct.CASH_IN, WalletAct.CASH_OUT):
        with db.statement() as tx:
            tariff = tariffs.in_force(tx, country, act, clock.now())
        assert tariff is not None
        assert licensed(act, country, day)
        assert tariff.bands[-1].up_to_minor <= limits.customer_day_minor
        assert tariff.band(limits.customer_day_minor + 1) is None


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_person_enrols_and_sends_money_home_and_the_books_are_right(
    country: str, world: World
) -> None:
    me, friend, currency = PEOPLE[country], FRIENDS[country], COUNTRY_CURRENCY[country]
    for person in (me, friend):
        world.enrol(person)
    assert str(get_balance(world.context, world.origin(me), GetBalance())) == EMPTY[country]
    with world.db.transaction() as tx:
        row = subscribers.find_by_msisdn(tx, me)
        assert row is not None
        assert (row.country, row.currency) == (country, currency)
        ledger.post(
            tx, fund(f"country:{country}", wallet(row.id, currency), Money(5_000, currency))
        )
    assert isinstance(world.send(me, friend, Money(1_200, currency)), MoneySent)
    home = get_home(world.context, world.origin(friend), GetHome())
    assert home.balance == Money(1_200, currency)
    assert world.books_differ() == []


def test_money_does_not_cross_a_border(world: World) -> None:
    kenyan, ugandan = Msisdn("+254712990003"), Msisdn("+256772990003")
    for person in (kenyan, ugandan):
        world.enrol(person)
    for amount in (Money(100_00, "KES"), Money(100, "UGX")):
        assert world.send(kenyan, ugandan, amount) == Refused(Refusal.NOT_SENT_HERE)


def test_somebody_elsewhere_is_told_so_and_registered_nowhere(world: World) -> None:
    stranger = Msisdn("+27821234567")
    profile = who_is(world.context, world.origin(stranger), WhoIs())
    assert (profile.country, profile.currency) == ("ZA", "")
    refused = enrol(world.context, world.origin(stranger), Enrol(Secret(PIN), "en"))
    assert refused == Refused(Refusal.NOT_SOLD_HERE)


@pytest.mark.parametrize(
    ("sender", "text", "said"),
    [
        (Msisdn("+254712990004"), "AIR 200 7392", "You are not registered."),
        (Msisdn("+27821234568"), "AIR 200 7392", "Airtime isn't sold in your country yet."),
        (Msisdn("+254712990004"), "BAL", "You are not registered."),
        (Msisdn("+27821234568"), "anything", "BAL: your balance. BLOCK"),
    ],
)
def test_an_sms_from_abroad_is_answered_and_its_pin_kept_nowhere(
    sender: Msisdn, text: str, said: str, world: World
) -> None:
    gateway_id = f"{sender}-{text}"
    received = MoSms("africastalking", gateway_id, sender, "20880", text, None, None)
    handle(world.context, received, "*384*123#")
    kept = world.one("select redacted from mo_sms where gateway_id = %s", gateway_id)
    assert PIN not in kept
    params = world.one(
        "select params from mt_sms where msisdn = %s order by id desc limit 1", sender
    )
    assert params["sentence"].startswith(said)


def test_a_kenyans_balance_comes_in_shillings_by_sms(world: World) -> None:
    kenyan = Msisdn("+254712990005")
    world.enrol(kenyan)
    asked = MoSms("africastalking", "bal-ke", kenyan, "20880", "BAL", None, None)
    handle(world.context, asked, "*384*123#")
    params = world.one("select params from mt_sms where msisdn = %s and kind = 'balance'", kenyan)
    assert params == {"balance_minor": 0, "currency": "KES"}


def test_beancount_accepts_books_with_and_without_cents(world: World, tmp_path: Path) -> None:
    for person, amount in (
        (Msisdn("+256772990006"), Money(15_000, "UGX")),
        (Msisdn("+254712990006"), Money(1_500_50, "KES")),
    ):
        world.enrol(person)
        with world.db.transaction() as tx:
            row = subscribers.find_by_msisdn(tx, person)
            assert row is not None
            ledger.post(tx, fund(f"books:{person}", wallet(row.id, amount.currency), amount))
    file = tmp_path / "ledger.beancount"
    file.write_text("\n".join(beancount(world.db)))
    assert " -15000 UGX" in file.read_text()
    assert " -1500.50 KES" in file.read_text()
    _, errors, _ = loader.load_file(str(file))
    assert errors == []
