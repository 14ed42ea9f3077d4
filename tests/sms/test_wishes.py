"""A code from the real handset has a wish done once, whoever races, repeats, crashes or guesses."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from app.db import sms, sms_wishes
from app.db.engine import Database
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import CheckPin, Done, Origin
from app.domain.secret import Secret
from app.domain.sms_rules import PIN_UP_TO
from app.ports.channels import MoSms, MtSms, SmsAccepted, SmsOutcome, SmsUnknown
from app.services.check_pin import check_pin
from app.services.mo_sms import handle
from app.services.send_sms import SmsContext, send_sms
from tests.factories.gateway import settings
from tests.factories.plans import PLANS, mtn
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


class Handset:
    """One number, what it is sent, and the latest code among that."""

    name = "africastalking"

    def __init__(self, world: World, *, exempt: bool = False) -> None:
        self.world = world
        self.msisdn = world.subscriber(naira(50_000), exempt=exempt)
        self.texts: list[str] = []
        self.ids = 0
        self.answers: list[SmsOutcome] = []
        self.out = SmsContext(world.context, (self,), timedelta(seconds=18), lambda *_: None)

    def send(self, sms: MtSms) -> SmsOutcome:
        self.texts.append(sms.text)
        return self.answers.pop(0) if self.answers else SmsAccepted(f"{sms.reference}")

    def write(self, text: str, gateway_id: str = "") -> str:
        """Send it; the latest text that came, or nothing."""
        self.ids += 1
        gateway_id = gateway_id or f"{self.msisdn}-{self.ids}"
        handle(self.world.context, self.mo(text, gateway_id), "*384*123#")
        return self.fetch()

    def mo(self, text: str, gateway_id: str) -> MoSms:
        return MoSms("africastalking", gateway_id, self.msisdn, "20880", text, None, "62130")

    def fetch(self) -> str:
        before = len(self.texts)
        waiting = self.world.all(
            "select id from mt_sms where msisdn = %s and state in ('queued', 'sending')"
            " order by id", self.msisdn,
        )  # fmt: skip
        for (sms_id,) in waiting:
            send_sms(self.out, sms_id)
        return self.texts[-1] if len(self.texts) > before else ""

    def code(self) -> str:
        found = re.findall(r"YES (\d{6})", " ".join(self.texts))
        return str(found[-1])

    def orders(self) -> int:
        return int(
            self.world.one(
                "select count(*) from orders o join subscribers s on s.id = o.subscriber_id"
                " where s.msisdn = %s", self.msisdn,
            )
        )  # fmt: skip


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    made = World(db, clock, {"vtpass": ScriptedVendor(clock)})
    made.stock_plans()
    return made


@pytest.fixture
def ada(world: World) -> Handset:
    return Handset(world)


def test_a_pin_in_an_sms_above_the_limit_is_not_even_looked_at(ada: Handset) -> None:
    for _ in range(4):
        assert "To do it SMS YES" in ada.write("AIR 2,001 1111")
    assert ada.orders() == 0
    assert ada.world.one("select count(*) from pin_attempts") == 0


def test_up_to_the_limit_the_pin_is_enough(ada: Handset) -> None:
    ada.write(f"AIR 2,000 {PIN}")
    assert ada.orders() == 1


def test_a_code_is_stored_as_a_digest_only_and_the_pin_nowhere(ada: Handset) -> None:
    ada.write(f"AIR 5000 {PIN}")
    code = ada.code()
    ada.write(f"YES {code} {PIN}")
    tables = ("sms_wishes", "sms_code_tries", "mo_sms", "mt_sms", "orders", "outbox")
    for table in tables:
        rows = str(ada.world.all(f"select t::text from {table} t"))
        assert code not in rows, table
        assert PIN not in rows, table


def test_a_code_that_is_sent_twice_is_the_same(ada: Handset) -> None:
    ada.answers.append(SmsUnknown("read_timeout"))
    ada.write("AIR 500")
    ada.world.clock.advance(seconds=30)
    ada.fetch()
    first, again = re.findall(r"YES (\d{6})", " ".join(ada.texts))
    assert first == again


def test_many_who_confirm_at_once_buy_once(ada: Handset) -> None:
    ada.write("AIR 500")
    text = f"YES {ada.code()} {PIN}"
    start = threading.Barrier(6)

    def confirm(number: int) -> None:
        start.wait()
        handle(ada.world.context, ada.mo(text, f"{ada.msisdn}-race-{number}"), "*384*123#")

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ada.orders() == 1
    assert ada.world.spendable(ada.msisdn) == naira(49_500)


def test_many_wishes_at_once_leave_one_that_waits(ada: Handset) -> None:
    start = threading.Barrier(5)

    def want(number: int) -> None:
        start.wait()
        sent = ada.mo(f"AIR {100 + number}", f"{ada.msisdn}-wish-{number}")
        handle(ada.world.context, sent, "*384*123#")

    threads = [threading.Thread(target=want, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = ada.world.all(
        "select state, count(*) from sms_wishes w join subscribers s on s.id = w.subscriber_id"
        " where s.msisdn = %s group by state", ada.msisdn,
    )  # fmt: skip
    assert sorted(states) == [("open", 1), ("void", 4)]


def test_who_dies_after_the_code_was_taken_is_finished_by_the_gateways_repeat(
    ada: Handset,
) -> None:
    ada.write("AIR 500")
    gateway_id = f"{ada.msisdn}-dies"
    world, code = ada.world, ada.code()
    origin = Origin("africastalking-sms", gateway_id, 1, ada.msisdn)
    owner = int(world.one("select id from subscribers where msisdn = %s", ada.msisdn))
    with world.db.transaction() as tx:
        waits = sms_wishes.open_of(tx, owner, world.clock.now())
        assert waits is not None
        assert sms_wishes.take(tx, waits.id, waits.digest, origin, world.clock.now())
    for _ in range(2):
        ada.write(f"YES {code} {PIN}", gateway_id)
    assert ada.orders() == 1


def test_wrong_codes_are_no_wrong_pins(ada: Handset) -> None:
    ada.write("AIR 500")
    wrong = f"{(int(ada.code()) + 1) % 10**6:06d}"
    for _ in range(3):
        assert "Wrong code" in ada.write(f"YES {wrong} 1111")
    assert ada.write(f"YES {ada.code()} {PIN}").startswith("There is nothing to confirm.")
    sms_failures = ada.world.one(
        "select sms_failures from subscribers where msisdn = %s", ada.msisdn
    )
    assert (ada.orders(), sms_failures) == (0, 0)


def test_three_wrong_pins_after_the_code_switch_off_sms_and_never_close_ussd(
    ada: Handset,
) -> None:
    ada.write("AIR 500")
    said = [ada.write(f"YES {ada.code()} {pin}") for pin in ("1111", "2222", "3333")]
    assert "Tries left: 1" in said[1]
    assert any("PIN by SMS is off" in text for text in ada.texts[-2:])
    assert ada.write(f"YES {ada.code()} {PIN}").startswith("There is nothing to confirm.")
    assert ada.write(f"AIR 100 {PIN}") == "PIN by SMS is off. Please dial *384*123#"
    assert ada.orders() == 0
    dialled = ada.world.origin(ada.msisdn)
    assert check_pin(ada.world.context, dialled, CheckPin(Secret(PIN))) == Done()


def test_a_code_is_of_one_number_only(ada: Handset) -> None:
    ada.write("AIR 500")
    ben = Handset(ada.world)
    ben.write("AIR 300")
    if ben.code() != ada.code():
        assert "Wrong code" in ben.write(f"YES {ada.code()} {PIN}")
    assert (ada.orders(), ben.orders()) == (0, 0)


def test_a_price_that_rose_after_the_code_is_not_taken(ada: Handset) -> None:
    ada.write("DATA 6GB 7D")
    dearer = [(name, mb, days, price + 200) for name, mb, days, price in PLANS]
    ada.world.stock_plans(plans=mtn(dearer))
    said = ada.write(f"YES {ada.code()} {PIN}")
    assert said.startswith("It costs NGN 2,700.00 now. Nothing was charged.")
    assert ada.orders() == 0


def test_what_is_bought_again_at_a_higher_price_wants_a_code(ada: Handset) -> None:
    ada.write(f"DATA 1GB 7D {PIN}")
    ada.world.look()
    dearer = [(name, mb, days, price + 50) for name, mb, days, price in PLANS]
    ada.world.stock_plans(plans=mtn(dearer))
    ada.write(f"AGAIN {PIN}")
    assert ada.orders() == 1
    assert "NGN 850.00? To do it SMS YES" in ada.texts[-1]
    ada.world.stock_plans()


def test_an_sms_whose_time_nobody_tells_counts_from_when_it_first_came(ada: Handset) -> None:
    world, sent = ada.world, ada.mo(f"AIR 200 {PIN}", f"{ada.msisdn}-late")
    with world.db.transaction() as tx:
        assert sms.receive(tx, sent, "AIR 200 ****", world.clock.now()) is not None
    world.clock.advance(minutes=16)
    handle(world.context, sent, "*384*123#")
    assert ada.fetch().startswith("Your SMS reached us too late.")
    assert ada.orders() == 0


def test_who_has_no_limits_still_confirms_with_a_code(world: World) -> None:
    demo = Handset(world, exempt=True)
    assert "To do it SMS YES" in demo.write(f"AIR 25000 {PIN}")
    demo.write(f"YES {demo.code()} {PIN}")
    assert demo.orders() == 1


def test_above_the_countrys_amount_no_code_is_sent(ada: Handset) -> None:
    said = ada.write(f"SEND 20001 08051112222 {PIN}")
    assert said == "This needs one more proof. Please dial *384*123#"
    assert ada.texts == [said]


def test_where_money_may_not_be_sent_no_code_is_sent_either(ada: Handset) -> None:
    ada.world.context = replace(ada.world.context, licence_held=False)
    ada.out = replace(ada.out, services=ada.world.context)
    said = ada.write("SEND 500 08051112222")
    assert said == "Money can't be sent there. Nothing was charged."


def test_the_language_of_an_answer_is_the_new_one(ada: Handset) -> None:
    assert ada.write("LANG KISWAHILI") == "Lugha imebadilishwa"
    assert ada.write("lugha").startswith("Lugha yako ni Kiswahili.")


def test_amounts_up_to_which_a_pin_is_enough_are_settings() -> None:
    made = settings("postgresql://x", "redis://x", sms_pin_up_to="NGN=500,UGX=0").sms_rules
    assert (made.pin_up_to["NGN"], made.pin_up_to["UGX"]) == (500_00, 0)
    assert made.pin_up_to["KES"] == PIN_UP_TO["KES"]
    assert made.wants_code(naira(501))
    assert not made.wants_code(naira(500))
    for wrong in ("NGN", "NGN=", "NGN=1.5", "XXX=5", "NGN=-1"):
        with pytest.raises(ValidationError):
            settings("postgresql://x", "redis://x", sms_pin_up_to=wrong)


def test_every_currency_has_an_amount() -> None:
    assert set(PIN_UP_TO) == set(COUNTRY_CURRENCY.values())
