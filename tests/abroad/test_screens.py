"""Buying abroad on the menus and by SMS: the rate is seen before anything is paid."""

import dataclasses
from collections.abc import Iterator

import pytest

from app.bootstrap import Parts
from app.db import rates
from app.domain.msisdn import Msisdn
from app.domain.rates import Rate, parse_rate
from app.services.demo import fund_wallet
from menus.keywords.replies import ABROAD, NETWORK_UNKNOWN, Saying
from menus.keywords.sms import Sender, parse
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings

KENYAN = "+254712345678"
UP_TO_PIN = ("1", "2", KENYAN, "5", "100", "1")


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, redis_url)) as made:
        with made.parts.db.statement() as tx:
            tx.run("update subscribers set failures = 0, locked_until = null, guesses = 0")
            tx.run("update orders set placed_at = placed_at - interval '1 hour'")
        fund_wallet(made.parts.context, Msisdn(SUBSCRIBER), 5_000_00)
        set_rate(made.parts, "0.085")
        yield made


def set_rate(parts: Parts, rate: str, quote: str = "KES") -> None:
    now = parts.clock.now()
    with parts.db.transaction() as tx:
        sample = Rate("NGN", quote, parse_rate(rate), 300, now, sample=True)
        rates.add_samples(tx, [sample], now)


def count(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from orders")[0])


def walk(gateway: Gateway, session: str, *typed: str) -> list[str]:
    """The screens of a session, one hop after another."""
    return [gateway.hop(session, "*".join(typed[:n])) for n in range(len(typed) + 1)]


def test_when_the_price_has_risen_the_screen_asks_again_and_charges_only_then(
    gateway: Gateway,
) -> None:
    before = count(gateway)
    said = walk(gateway, "rises", *UP_TO_PIN)
    assert "NGN 1,211.77 (KES 1 = NGN 12.118)" in said[-2]
    assert "Enter PIN for NGN 1,211.77 for KES 100.00 Safaricom airtime" in said[-1]
    set_rate(gateway.parts, "0.08")
    asked = gateway.hop("rises", "*".join([*UP_TO_PIN, "7392"]))
    assert asked.startswith("CON The price changed.")
    assert "NGN 1,287.50 (KES 1 = NGN 12.875)" in asked
    assert count(gateway) == before
    pin = gateway.hop("rises", "*".join([*UP_TO_PIN, "7392", "1"]))
    assert "Enter PIN for NGN 1,287.50 for KES 100.00" in pin
    ended = gateway.hop("rises", "*".join([*UP_TO_PIN, "7392", "1", "7392"]))
    assert ended.startswith("END Request received. NGN 1,287.50 for KES 100.00")
    assert count(gateway) == before + 1


def test_a_repeated_hop_after_the_price_has_risen_says_the_same_again(gateway: Gateway) -> None:
    before = count(gateway)
    walk(gateway, "twice", *UP_TO_PIN)
    text = "*".join([*UP_TO_PIN, "7392"])
    first = gateway.hop("twice", text)
    assert first.startswith("END Request received. NGN 1,211.77")
    set_rate(gateway.parts, "0.08")
    assert gateway.hop("twice", text) == first
    gateway.parts.redis.flushall()
    assert gateway.hop("twice", text) == first
    assert count(gateway) == before + 1


def test_without_a_rate_the_session_ends_before_the_pin(gateway: Gateway) -> None:
    gateway.parts.context = dataclasses.replace(gateway.parts.context, demo=False)
    screens = walk(gateway, "no-rate", "1", "2", KENYAN, "1")
    assert screens[-1].startswith("END We have no exchange rate for this country now.")


@pytest.mark.parametrize("typed", ["4", "10001", "0.00", "-5", "12.345", "99.50", "many"])
def test_an_amount_that_is_not_sold_there_is_asked_for_again(gateway: Gateway, typed: str) -> None:
    screens = walk(gateway, f"amount-{typed}", "1", "2", KENYAN, "5", typed)
    assert screens[-1].startswith("CON ")
    assert "Amount, KES 5 to KES 10,000" in screens[-1]


def test_a_number_at_home_after_one_abroad_is_priced_at_home(gateway: Gateway) -> None:
    screens = walk(gateway, "back", "1", "2", KENYAN, "0", "08051112222", "2")
    assert screens[-1].startswith("CON Glo airtime NGN 200.00 for 0805 111 2222")


def test_by_sms_a_number_abroad_is_answered_with_the_code_to_dial() -> None:
    sender = Sender(Msisdn(SUBSCRIBER), "62130", "NG", "NGN", "*384*123#")
    said = {"number": KENYAN, "code": "*384*123#"}
    assert parse(f"AIR 100 {KENYAN} 7392", sender) == Saying(ABROAD, said)
    south_african = parse("AIR 100 +27821234567 7392", sender)
    assert isinstance(south_african, Saying)
    assert south_african.sentence == NETWORK_UNKNOWN
