"""Data on the screens: the same end for a repeated hop, deep dials, pages, digits."""

from collections.abc import Iterator

import pytest
import redis

from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings
from tests.factories.plans import PLANS, mtn, stock

MINE = ("2", "1", "2", "1", "1", "7392")
"""The weekly gigabyte for one's own number."""


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Iterator[Gateway]:
    with Gateway.to(settings(urls.program, redis_url)) as made:
        restock(made, PLANS)
        yield made


def restock(gateway: Gateway, plans: tuple[tuple[str, int, int, int], ...]) -> None:
    for provider in gateway.parts.vending.providers:
        stock(gateway.parts.vending, provider, mtn(plans))


def test_a_copy_of_the_last_hop_ends_alike_after_redis_forgot_and_the_plan_is_gone(
    gateway: Gateway,
) -> None:
    steps = ["*".join(MINE[:step]) for step in range(len(MINE) + 1)]
    end = [gateway.hop("data-once", step) for step in steps][-1]
    assert end.startswith("END Request received. 1GB 7 days MTN data for 0803 000 0001. ")
    restock(gateway, PLANS[:1])
    assert gateway.hop("data-once", steps[-1]) == end
    with redis.Redis.from_url(gateway.parts.settings.redis_url) as client:
        client.flushall()
    assert gateway.hop("data-once", steps[-1]) == end
    with gateway.parts.db.statement() as tx:
        assert tx.one("select count(*) from orders where session = 'data-once'") == (1,)


@pytest.mark.parametrize("text", ["2*1", "2*1*2", "2*1*2*1*1*7392"])
def test_a_deep_dial_stops_where_the_catalogue_decides_what_the_digits_are(
    gateway: Gateway, text: str
) -> None:
    screen = gateway.hop(f"deep-{text}", text)
    assert screen.startswith("CON MTN data\n1. Daily\n2. Weekly")


def test_the_digit_of_buy_again_is_never_walked_and_those_after_it_are(gateway: Gateway) -> None:
    newcomer = "+2348030000002"
    assert "3. Add money" in gateway.hop("deep-none", "3", newcomer)
    gateway.dial(*MINE)
    assert "3. Buy again: MTN 1GB NGN 800" in gateway.hop("deep-again", "3*1*7392")
    for msisdn in (newcomer, SUBSCRIBER):
        assert gateway.hop(f"deep-5-{msisdn}", "5*4", msisdn).startswith("CON Add money")


def test_a_long_list_has_pages_and_keeps_its_digits(gateway: Gateway) -> None:
    many = tuple((f"{n}GB", n * 1_024, 7, 100 * n) for n in range(21, 36))
    restock(gateway, many)
    first, second = gateway.dial("2", "1", "1", "98")[-2:]
    assert first.startswith("CON MTN data\n1. 21GB 7 days NGN 2,100\n2. ")
    assert "98. More" in first
    assert "1. 21GB" not in second
    assert "35GB, 7 days, MTN" in gateway.dial("2", "1", "1", "15")[-1]


@pytest.mark.parametrize("name", ["0", "00", "98", "Mama*1", "<script>", "x" * 41, "1", "{name}"])
def test_what_is_no_name_is_told_so_or_leads_as_it_does_everywhere(
    gateway: Gateway, name: str
) -> None:
    screen = gateway.dial("6", "8", "1", "08035551111", name, msisdn="+2348030000002")[-1]
    assert screen.startswith("CON ")
    assert "Saved\n" not in screen
    with gateway.parts.db.statement() as tx:
        assert tx.one("select count(*) from beneficiaries") == (0,)
