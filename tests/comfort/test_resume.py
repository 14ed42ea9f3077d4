"""A dropped session is gone on with by one key: through any gateway, within ten minutes, and
nothing happens by that alone."""

from collections.abc import Iterator
from itertools import count

import pytest
import redis

from providers.sandbox.phones import PHONES, Call
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings


def to_pin(number: str = "0803 111 0009") -> tuple[str, ...]:
    """Airtime of NGN 200 for another number, as far as the PIN's prompt."""
    return ("1", "2", number, "2", "1")


TO_PIN = to_pin()
OFFER = "Continue buying NGN 200.00 airtime for 0803 111 0009?\n1. Yes\n2. No"
_sessions = count(1)


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, redis_url, resume_minutes=10)) as made:
        yield made


class Handset:
    """One session behind a gateway."""

    def __init__(
        self, gateway: Gateway, name: str = "africastalking", code: str = "*384*123#",
        msisdn: str = SUBSCRIBER,
    ) -> None:  # fmt: skip
        self._gateway, self._name = gateway, name
        self._call = Call(f"comfort-{next(_sessions)}", msisdn, code, "*384*123#", "62130")
        self.typed: tuple[str, ...] = ()

    def show(self, *typed: str) -> str:
        """The screen after these inputs, each sent as a hop of its own."""
        for text in (None, *typed) if not self.typed else typed:
            self.typed = self.typed if text is None else (*self.typed, text)
            sent = PHONES[self._name].hop(self._call, self.typed)
            screen = self._gateway.show(self._name, sent)
        return screen.text

    def again(self) -> str:
        """The newest hop once more, as a gateway repeats it."""
        sent = PHONES[self._name].hop(self._call, self.typed)
        return self._gateway.show(self._name, sent).text


def orders(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from orders")[0])


@pytest.mark.parametrize("later", PHONES)
@pytest.mark.parametrize("first", PHONES)
def test_it_is_offered_through_whichever_gateway_comes_next(
    gateway: Gateway, first: str, later: str
) -> None:
    assert "Enter PIN" in Handset(gateway, first).show(*TO_PIN)
    assert Handset(gateway, later).show() == OFFER


def test_going_on_buys_nothing_and_asks_for_confirmation_and_pin_again(gateway: Gateway) -> None:
    before = orders(gateway)
    Handset(gateway).show(*to_pin("0803 111 0010"))
    handset = Handset(gateway)
    assert handset.show("1").startswith("MTN airtime NGN 200.00 for 0803 111 0010\n1. Confirm")
    assert orders(gateway) == before
    assert "Enter PIN" in handset.show("1")
    assert "Request received" in handset.show("7392")
    assert orders(gateway) == before + 1
    assert Handset(gateway).show().startswith("Balance ")


def test_a_repeated_hop_gets_the_offer_again(gateway: Gateway) -> None:
    Handset(gateway).show(*TO_PIN)
    handset = Handset(gateway)
    assert handset.show() == handset.again() == OFFER


def test_an_offer_that_drops_is_made_again(gateway: Gateway) -> None:
    Handset(gateway).show(*TO_PIN)
    assert Handset(gateway).show() == Handset(gateway).show() == OFFER


@pytest.mark.parametrize("instead", [("2",), ("1", "00"), ("x", "x", "x")])
def test_what_is_declined_or_left_for_the_main_menu_is_forgotten(
    gateway: Gateway, instead: tuple[str, ...]
) -> None:
    Handset(gateway).show(*TO_PIN)
    Handset(gateway).show(*instead)
    assert Handset(gateway).show().startswith("Balance ")


def test_nobody_else_is_offered_it(gateway: Gateway) -> None:
    Handset(gateway).show(*TO_PIN)
    assert "Continue" not in Handset(gateway, msisdn="+2348030000002").show()


def test_who_dials_deeper_has_said_what_they_want(gateway: Gateway) -> None:
    Handset(gateway).show(*TO_PIN)
    assert Handset(gateway, code="*384*123*1#").show().startswith("Airtime for")
    Handset(gateway).show(*TO_PIN)
    assert "Request" not in Handset(gateway, code="*384*123*1*1*7392#").show()


def test_digits_that_were_not_shown_press_no_offer(gateway: Gateway) -> None:
    """A session Redis has lost, or a history made up, is never taken through the offer."""
    Handset(gateway).show(*TO_PIN)
    assert "Confirm" not in gateway.hop("made-up", "1")


@pytest.mark.parametrize("name", PHONES)
def test_where_an_order_was_placed_nothing_is_offered(gateway: Gateway, name: str) -> None:
    """The end of that session was lost with Redis; its record of before has come back."""
    handset = Handset(gateway, name)
    handset.show(*to_pin(f"0803 111 00{20 + list(PHONES).index(name)}"))
    with redis.Redis.from_url(gateway.parts.settings.redis_url) as client:
        left = client.get(f"ussd:left:{SUBSCRIBER}")
        assert left is not None
        handset.show("7392")
        client.set(f"ussd:left:{SUBSCRIBER}", left)  # type: ignore[arg-type]
    assert Handset(gateway).show().startswith("Balance ")


def test_the_record_holds_no_secret_and_no_screen_and_lives_ten_minutes(gateway: Gateway) -> None:
    Handset(gateway).show(*TO_PIN, "1111")
    with redis.Redis.from_url(gateway.parts.settings.redis_url) as client:
        key = f"ussd:left:{SUBSCRIBER}"
        kept = str(client.get(key))
        assert 590 <= int(client.ttl(key)) <= 600  # type: ignore[arg-type]
    assert "buy.pin" in kept
    assert "1111" not in kept.replace("+2348031110009", "")
    assert "Enter" not in kept
    assert "Balance" not in kept


def test_a_record_of_another_program_is_left_alone(gateway: Gateway) -> None:
    with redis.Redis.from_url(gateway.parts.settings.redis_url) as client:
        client.set(f"ussd:left:{SUBSCRIBER}", '["africastalking", "old", ["gone.state", {}, []]]')
    assert Handset(gateway).show().startswith("Balance ")


def test_it_can_be_switched_off(urls: Urls, redis_url: str) -> None:
    with Gateway.to(settings(urls.program, redis_url, resume_minutes=0)) as gateway:
        Handset(gateway).show(*TO_PIN)
        assert Handset(gateway).show().startswith("Balance ")


def test_an_agents_work_is_gone_on_with_at_the_pin(gateway: Gateway) -> None:
    agent = "+2348030000002"
    Handset(gateway, msisdn=agent).show("7", "1", SUBSCRIBER, "500")
    assert Handset(gateway, msisdn=agent).show().startswith("Continue cash in for 0803 000 0001?")
    assert "Enter PIN to pay it in" in Handset(gateway, msisdn=agent).show("1")
