"""What is typed at the counter that can't be, forged forms, codes asked for again, and how much a
page weighs."""

import pytest

from app.db.engine import Database
from app.domain.agent_postings import agent_float
from app.domain.requests import Refusal, Refused
from app.domain.roles import Role
from app.services.backoffice import counter
from app.services.backoffice.person import Person
from tests.backoffice.site import Site
from tests.backoffice.till import Till, reference_of, words
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

ADA = "0803 555 0001"
MOST_BYTES = 60_000


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    made = World(db, clock, {"first": ScriptedVendor(clock, "first")})
    made.stock_plans()
    return made


# --- what is typed ---------------------------------------------------------------------------

BAD_AMOUNTS = ("", "0", "-500", "1e9", "٥٠٠", "=1+1", "500 OR 1=1", "9" * 60, "5.005", "NaN")


@pytest.mark.parametrize("path", ["cash/in", "cash/in/confirm", "sell/airtime", "float/buy"])
def test_amounts_that_are_none_are_said_to_be_and_nothing_happens(
    world: World, site: Site, path: str
) -> None:
    till, ada = Till(site), world.subscriber()
    for amount in BAD_AMOUNTS:
        answer = till.send(path, number=ada, amount=amount, key=till.key(), operator="mtn-ng")
        assert answer.status_code == 400, amount
        assert "Type an amount above zero in NGN" in words(answer), amount
    assert till.float_ == naira(10_000)


BAD_NUMBERS = {
    "": "Type a whole mobile number", "12": "Type a whole mobile number",
    "<script>alert(1)</script>": "Type a whole mobile number",
    "٠٨٠٣٠٠٠٠٠٠١": "Type a whole mobile number", "0" * 300: "Type a whole mobile number",
    "+254712345678": "of another country",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", ["cash/in", "sell/airtime/confirm", "sell/data/plans", "customers/enrol", "cash/out"]
)
def test_numbers_that_cannot_be_served_are_said_to_be(site: Site, path: str) -> None:
    till = Till(site)
    for number, said in BAD_NUMBERS.items():
        answer = till.send(
            path, number=number, amount="500", key=till.key(), code="123456", agrees="y",
            language="en",
        )  # fmt: skip
        assert answer.status_code == 400, number
        assert said in words(answer), number
        assert "<script>alert" not in answer.text


def test_a_forged_form_a_made_up_key_and_a_made_up_network_do_nothing(
    world: World, till: Till
) -> None:
    ada = world.subscriber()
    forged = till.browser.post(
        "/backoffice/cash/in", "forged", number=ada, amount="500", key=till.key()
    )
    assert forged.status_code == 400
    for key in ("", "short", "O0O0O0", "'; drop", "K" * 500):
        assert till.send("cash/in", number=ada, amount="500", key=key).status_code == 400, key
    for operator in ("", "safaricom-ke", "<b>", "nobody"):
        assert till.sell(ADA, "200", operator=operator).status_code == 400, operator
    assert till.float_ == naira(10_000)


def test_another_agents_key_is_not_ones_own_sale(world: World, till: Till, site: Site) -> None:
    key = till.key()
    first = reference_of(till.sell(ADA, "200", key))
    other = Till(site)
    second = reference_of(other.sell(ADA, "200", key))
    assert first != second
    assert (till.float_, other.float_) == (naira(9_800), naira(9_800))


def test_money_at_the_counter_wants_a_code_after_half_an_hour_and_then_does_what_was_sent(
    world: World, till: Till
) -> None:
    ada, key = world.subscriber(), till.key()
    for _ in range(2):
        world.clock.advance(minutes=16)
        till.page("desk")
    asked = till.cash_in(ada, "500", key)
    assert "A code, please" in words(asked)
    assert till.float_ == naira(10_000)
    fields = {"number": ada, "amount": "500", "key": key}
    done = till.send("cash/in", step_up_code=till.browser.code(), **fields)
    assert reference_of(done)
    assert world.spendable(ada) == naira(500)


def test_a_closed_or_blocked_agent_does_nothing(world: World, till: Till) -> None:
    ada = world.subscriber()
    world.all("update subscribers set blocked = true where id = %s returning id", till.id)
    answer = till.cash_in(ada, "500")
    assert "The agent's account is blocked." in words(answer)
    assert till.sell(ADA, "200").status_code == 400
    person = Person("agent", 1, till.msisdn, Role.AGENT, "1", "UTC", till.id, till.msisdn)
    world.all("update agents set active = false where subscriber_id = %s returning 1", till.id)
    refused = counter.cash_in(world.context, person, "CLOSED", ada, naira(500))
    assert refused == Refused(Refusal.NOT_AN_AGENT)
    assert world.balance(agent_float(till.id, "NGN")) == naira(10_000)


# --- on a slow line --------------------------------------------------------------------------


def test_pages_are_light_enough_for_a_slow_line(world: World, till: Till) -> None:
    for number in range(60):
        till.sell(f"0803555{number:04d}", "100")
    light = (
        "desk", "sell/airtime", "sell/data", "cash/in", "cash/out", "customers/enrol",
        "customers/new-pin", "float", "float/buy", "float/ask", "float/send", "float/commission",
        "team/agents", "team/tellers", "day", "day/acts",
    )  # fmt: skip
    sizes = {path: len(till.page(path).encode()) for path in light}
    plans = till.send("sell/data/plans", number=ADA, operator="mtn-ng", term="monthly")
    sizes["sell/data/plans"] = len(plans.data)
    assert {path: size for path, size in sizes.items() if size > MOST_BYTES} == {}
