"""Whatever a vendor answers, its adapter says Unknown rather than guess, and never falls over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.domain.outcomes import Delivered, Unknown
from providers.http_client import HttpClient
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, Requests, saying
from tests.providers.vending import VENDORS
from tests.providers.vending.contract import Vendor

REFERENCE = "202603021200ABCDEF"
RUBBISH = {
    "a web page": "<html><body>Welcome</body></html>",
    "nothing": "",
    "a list": "[]",
    "a list of lists": "[[[]]]",
    "null": "null",
    "a number": "200",
    "a word": '"success"',
    "half an object": '{"status": "succ',
    "a very deep list": "[" * 5_000,
    "a byte order mark and no more": "\ufeff",
    "words that mean nothing": '{"status": "jolly", "code": "good", "data": "fellow"}',
    "lists where objects should be": '{"data": [], "response": [], "content": [], "entries": [1]}',
}
STRANGE: tuple[Any, ...] = (None, [], {}, "jolly", 17, -1, True, 1e400, [[1]], {"a": {"b": 1}})


@dataclass
class Counter:
    """A vendor's server and its adapter; what it is told to answer is what the adapter hears."""

    vendor: Vendor
    clock: FixedClock
    http: HttpClient
    base: str
    requests: Requests

    def buy(self, status: int, body: str) -> object:
        self.requests.answer = (status, body)
        what = self.vendor.data or self.vendor.airtime
        request = what.request(REFERENCE, self.clock.now() + timedelta(seconds=5))
        return self.vendor.at(self.base, self.http).vend(request)


@pytest.fixture(params=sorted(VENDORS))
def counter(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[Counter]:
    http = HttpClient(clock, Remembered())
    with saying() as (base, requests):
        yield Counter(VENDORS[request.param], clock, http, base, requests)
    http.close()


@pytest.mark.parametrize("status", [200, 201, 202])
def test_rubbish_is_unknown(counter: Counter, status: int) -> None:
    found = {what: counter.buy(status, body) for what, body in RUBBISH.items()}
    guessed = {what: one for what, one in found.items() if not isinstance(one, Unknown)}
    assert guessed == {}


def test_a_redirect_is_not_followed_and_unknown(counter: Counter) -> None:
    with saying(200, "{}") as (elsewhere, followed):
        counter.requests.headers = {"Location": elsewhere}
        for status in (301, 302, 303, 307, 308):
            assert isinstance(counter.buy(status, ""), Unknown), status
    assert followed.seen == []


def test_a_success_with_any_field_of_another_kind_breaks_nothing(counter: Counter) -> None:
    """Each field of each recorded delivery in turn, and what it holds, replaced by what it can't
    be. What decides isn't guessed at: that is another test's; here nothing may be raised."""
    for body in _deliveries(counter.vendor)[:2]:
        for strange in _replaced(json.loads(body)):
            counter.buy(200, json.dumps(strange))


def test_a_success_with_an_unknown_word_for_its_state_is_not_delivered(counter: Counter) -> None:
    """A delivery without any of its words is none."""
    for body in _deliveries(counter.vendor):
        outcome = counter.buy(200, json.dumps(_jolly(json.loads(body))))
        assert not isinstance(outcome, Delivered), body


def _deliveries(vendor: Vendor) -> list[str]:
    """The bodies of recorded deliveries; a vendor that never delivers at once has none here."""
    recorded = vendor.recorded_data if vendor.recorded_data is not None else vendor.recorded
    return [body for status, body, expected in recorded.values() if expected is Delivered]


def _replaced(body: Any) -> Iterator[Any]:
    """The body with one thing in it replaced, for every thing and every strange value."""
    yield from STRANGE
    if isinstance(body, dict):
        for key, value in body.items():
            yield {name: kept for name, kept in body.items() if name != key}
            for strange in _replaced(value):
                yield {**body, key: strange}
    if isinstance(body, list):
        for place, value in enumerate(body):
            for strange in _replaced(value):
                yield [*body[:place], strange, *body[place + 1 :]]


def _jolly(body: Any) -> Any:
    """The body with every word in it replaced."""
    if isinstance(body, dict):
        return {key: _jolly(value) for key, value in body.items()}
    if isinstance(body, list):
        return [_jolly(value) for value in body]
    return "jolly" if isinstance(body, str) else body
