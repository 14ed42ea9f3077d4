"""All ten thousand four-digit PINs, tried at USSD, SMS, API and web together within one day.

The thief holds what each door wants first: sessions of the victim's number, forged SMS senders, and
even a one-time code for the API. Architecture.md allows ten wrong guesses a day over all doors, at
most three of them by SMS; the back-office looks at no PIN at all.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from itertools import count

import pytest

from app.db.engine import Database
from app.domain.days import day_of, next_midnight
from app.domain.msisdn import Msisdn
from app.domain.requests import BuyAirtime, OrderPlaced, Origin, PinLocked
from app.domain.secret import Secret
from app.ports.channels import MoSms
from app.security.pin import PinHash, PinHasher
from app.services.buy_airtime import buy_airtime
from app.services.check_pin import Door, verify
from app.services.mo_sms import handle
from app.sessions.lean import LeanRedis
from app.sessions.rate_limits import RateLimits
from tests.api.client import Service, make_service, next_key
from tests.backoffice.site import Site, make_site
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

PINS = [f"{number:04d}" for number in range(10_000) if f"{number:04d}" != PIN] + [PIN]
"""The right one comes last: every one before it must have been looked at to get there."""
MOST_BY_HAND, BLOCK = 600, 940
"""So many go through the doors one by one, the others in blocks of so many at a time."""
REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.LOCKED, HTTPStatus.UNPROCESSABLE_ENTITY}
_ids = count(1)


class Counting(PinHasher):
    """Counts the PINs that are compared with a hash: what a guesser learns something from."""

    def __init__(self) -> None:
        self.compared = 0
        super().__init__("p1:test-pepper", memory_kib=8, passes=1)

    def matches(self, stored: PinHash, pin: Secret, msisdn: Msisdn) -> bool:
        self.compared += msisdn != "nobody"
        return super().matches(stored, pin, msisdn)


@pytest.fixture
def world(db: Database, clock: FixedClock, redis_url: str) -> Iterator[World]:
    made, lean = World(db, clock), LeanRedis(redis_url)
    made.context = replace(
        made.context, rate_limits=RateLimits(lean, b"test"), hasher=Counting()
    )  # fmt: skip
    yield made
    lean.close()


@pytest.fixture
def site(world: World, redis_url: str) -> Iterator[Site]:
    made = make_site(world, redis_url)
    yield made
    made.close()


@pytest.fixture
def service(world: World, redis_url: str) -> Iterator[Service]:
    """The API, with so few limits of pace that only the PIN's own hold."""
    made = make_service(
        world, redis_url, api_codes_per_number=10_000, api_writes_per_caller=100_000
    )  # fmt: skip
    yield made
    made.close()


class Thief:
    """Guesses at each door in turn; `compared` is how many PINs each door has looked at."""

    def __init__(
        self, world: World, victim: Msisdn, site: Site | None = None,
        service: Service | None = None,
    ) -> None:  # fmt: skip
        self.world, self.victim, self.service = world, victim, service
        self.app = service.signed_in(victim) if service else None
        self.compared: Counter[str] = Counter()
        self.browser = site.browser() if site else None
        self.token = self.browser.csrf() if self.browser else ""

    def guess(self, door: str, pin: str) -> None:
        hasher = self.world.context.hasher
        assert isinstance(hasher, Counting)
        before = hasher.compared
        getattr(self, f"by_{door}")(pin)
        self.compared[door] += hasher.compared - before

    def by_ussd(self, pin: str) -> None:
        self._buy("ussd", pin, Door.USSD)

    def by_api(self, pin: str) -> None:
        if self.service is None or self.app is None:
            self._buy("api", pin, Door.API)
            return
        body = {"product": "airtime", "msisdn": self.victim, "amount_minor": 10_000,
                "currency": "NGN", "operator": "mtn-ng", "pin": pin}  # fmt: skip
        answer = self.app.post("/api/purchase", body, key=next_key())
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self.app = self.service.signed_in(self.victim)
            answer = self.app.post("/api/purchase", body, key=next_key())
        assert answer.status_code in REFUSED, answer.text

    def by_sms(self, pin: str) -> None:
        world, gateway_id = self.world, f"pins-{next(_ids)}"
        handle(
            world.context,
            MoSms("kannel", gateway_id, self.victim, "38412", f"AIR 100 {pin}", None,
                  world.clock.now()),
            "*384*123#",
        )  # fmt: skip

    def by_web(self, pin: str) -> None:
        assert self.browser is not None
        self.browser.post("/backoffice/sign-in", self.token, name=self.victim, password=pin)

    def _buy(self, channel: str, pin: str, door: Door) -> None:
        origin = Origin(channel, f"pins-{next(_ids)}", 5, self.victim)
        request = BuyAirtime(self.victim, "mtn-ng", naira(100), Secret(pin))
        bought = buy_airtime(self.world.context, origin, request, door)
        assert not isinstance(bought, OrderPlaced)


def test_ten_thousand_pins_at_four_doors_in_a_day_get_no_further_than_ten(
    world: World, site: Site, service: Service
) -> None:
    victim, ctx = world.subscriber(naira(1_000)), world.context
    begin_a_day(world)
    thief = Thief(world, victim, site, service)
    doors = ("ussd", "sms", "api", "ussd", "api", "web")
    singly, at_once = PINS[:MOST_BY_HAND], PINS[MOST_BY_HAND:]
    for number, pin in enumerate(singly):
        thief.guess(doors[number % len(doors)], pin)
        if number % 60 == 59:
            block, at_once = at_once[:BLOCK], at_once[BLOCK:]
            thief.compared["together"] += taken_together(world, victim, block)
            world.clock.advance(hours=2)
    assert not at_once, "all ten thousand were tried"
    assert 5 <= thief.compared.total() <= 10
    assert thief.compared["sms"] <= 3
    assert thief.compared["api"] <= 3
    assert thief.compared["web"] == 0, "the back-office compares no PIN"
    assert min(thief.compared[door] for door in ("ussd", "sms", "api")) > 0, "doors were open"
    assert world.spendable(victim) == naira(1_000)
    guesses = world.one("select guesses from subscribers where msisdn = %s", victim)
    assert guesses == thief.compared.total()
    assert day_of(ctx.clock.now(), "NG") == world.one(
        "select guess_day from subscribers where msisdn = %s", victim
    ), "it was one day"


def begin_a_day(world: World) -> None:
    """Wait for the midnight where the victim lives: guesses are counted by calendar day."""
    left = next_midnight(world.clock.now(), "NG") - world.clock.now()
    world.clock.advance(seconds=left / timedelta(seconds=1))


def taken_together(world: World, victim: Msisdn, pins: list[str]) -> int:
    """So many sessions of all doors at once, at the function that every door asks before it looks
    at a PIN; how many PINs it let be looked at."""
    now = world.clock.now()
    with world.db.transaction() as tx:
        row = tx.one(
            """
            select count(*) filter (where t.taken) from (
                select n, (array['ussd', 'api', 'sms'])[1 + n %% 3] as door
                from generate_series(1, %(pins)s) n) g,
            subscribers s,
            lateral take_pin_attempt(g.door, 'block-' || %(block)s || '-' || g.n, 5, s.id, g.door,
                                     %(now)s, %(day)s, %(midnight)s) t
            where s.msisdn = %(victim)s
            """,
            {
                "pins": len(pins), "block": next(_ids), "now": now, "day": day_of(now, "NG"),
                "midnight": next_midnight(now, "NG"), "victim": victim,
            },
        )  # fmt: skip
        tx.run("update pin_attempts set verdict = 'wrong' where verdict is null")
    return int(row[0])


def test_no_day_gives_more_than_ten_and_no_sms_or_api_more_than_three(world: World) -> None:
    victim = world.subscriber(naira(1_000))
    for _ in range(3):
        begin_a_day(world)
        thief = Thief(world, victim)
        for number in range(23):
            for door in ("sms", "api", "ussd"):
                thief.guess(door, f"{number:04d}")
            world.clock.advance(hours=1)
        assert thief.compared.total() <= 10
        assert max(thief.compared["sms"], thief.compared["api"]) <= 3


def test_a_stranger_at_any_door_never_locks_the_owner_out_of_ussd(world: World, site: Site) -> None:
    """A stranger forges SMS, hasn't a one-time code, and may type the number at the back-office."""
    victim = world.subscriber(naira(1_000))
    stranger = Thief(world, victim, site)
    for _ in range(4):
        for number in range(30):
            stranger.guess("sms", f"{number:04d}")
        for _ in range(6):
            stranger.guess("web", "0000")
        origin = Origin("ussd", f"owner-{next(_ids)}", 5, victim)
        for wrong in ("1111", "2222"):
            mistyped = Origin("ussd", f"owner-{next(_ids)}", 5, victim)
            assert not isinstance(
                verify(world.context, mistyped, Secret(wrong), Door.USSD), PinLocked
            )
        request = BuyAirtime(victim, "mtn-ng", naira(100), Secret(PIN))
        assert isinstance(buy_airtime(world.context, origin, request), OrderPlaced)
        world.clock.advance(hours=24)
