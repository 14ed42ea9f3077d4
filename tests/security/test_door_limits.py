"""Limits at the doors: who is refused, what still goes, and that Redis away refuses nobody."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from app.db.engine import Database
from app.domain.door_limits import BENEFICIARIES, DOOR_LIMITS, ENROLMENTS, SMS_COMMANDS
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ChoosePin,
    Done,
    Enrol,
    Origin,
    PinPurpose,
    SaveBeneficiary,
    TooFast,
)
from app.domain.secret import Secret
from app.ports.channels import MoSms
from app.services.beneficiaries import save_beneficiary
from app.services.choose_pin import choose_pin
from app.services.enrol import enrol
from app.services.mo_sms import handle
from app.sessions.lean import LeanRedis
from app.sessions.rate_limits import Limit, RateLimits
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.security.limits_page import PAGE, page

_ids = count(1)


@pytest.fixture
def world(db: Database, clock: FixedClock, redis_url: str) -> Iterator[World]:
    made, lean = World(db, clock), LeanRedis(redis_url)
    made.context = replace(made.context, rate_limits=RateLimits(lean, b"test"))
    yield made
    lean.close()


def use_up(world: World, limit: object, whom: str, leave: int = 0) -> None:
    limits = world.context.rate_limits
    assert limits is not None
    one = next(limit_ for limit_ in DOOR_LIMITS if limit_ is limit)
    for _ in range(one.most - leave):
        limits.take([Limit(one.name, whom, one.most, one.seconds)])


def sms(world: World, sender: Msisdn, text: str) -> str:
    gateway_id = f"limits-{next(_ids)}"
    handle(
        world.context,
        MoSms("kannel", gateway_id, sender, "38412", text, None, world.clock.now()),
        "*384*123#",
    )
    return str(world.one("select outcome from mo_sms where gateway_id = %s", gateway_id))


def test_sms_commands_of_one_number_stop_without_an_answer_but_stop_and_block(world: World) -> None:
    ada = world.subscriber()
    use_up(world, SMS_COMMANDS, ada, leave=1)
    assert sms(world, ada, "BAL") == "GetBalance"
    before = world.one("select count(*) from mt_sms where msisdn = %s", ada)
    assert sms(world, ada, "BAL") == "too_many"
    assert world.one("select count(*) from mt_sms where msisdn = %s", ada) == before
    assert sms(world, ada, "STOP") == "OfferWish"
    assert sms(world, world.subscriber(), "BAL") == "GetBalance", "others are heard"


def test_a_prefix_enrols_so_many_in_an_hour(world: World) -> None:
    def dial(msisdn: Msisdn) -> object:
        origin = Origin("test", f"enrol-{msisdn}", 5, msisdn)
        choose_pin(world.context, origin, ChoosePin(Secret("7392"), PinPurpose.ENROL))
        return enrol(world.context, origin, Enrol(Secret("7392"), "en"))

    use_up(world, ENROLMENTS, "+23480966", leave=1)
    assert dial(Msisdn("+2348096600001")) == Done()
    assert isinstance(dial(Msisdn("+2348096600002")), TooFast)
    assert dial(Msisdn("+2348096600001")) == Done(), "who is registered stays so"
    assert dial(Msisdn("+2348096700001")) == Done()


def test_names_are_given_to_so_many_numbers_in_an_hour(world: World) -> None:
    ada, bola = world.subscriber(), world.subscriber(exempt=True)

    def save(owner: Msisdn, number: int) -> object:
        request = SaveBeneficiary(Msisdn(f"+23480955000{number:02d}"), f"Name{number}")
        return save_beneficiary(world.context, world.origin(owner), request)

    for owner in (ada, bola):
        use_up(world, BENEFICIARIES, owner)
    assert isinstance(save(ada, 1), TooFast)
    assert save(bola, 1) == Done(), "demo people have no limits"


def test_without_redis_nobody_is_refused(world: World) -> None:
    away = LeanRedis("unix:///nowhere/redis.sock")
    world.context = replace(world.context, rate_limits=RateLimits(away, b"test"))
    assert sms(world, world.subscriber(), "BAL") == "GetBalance"
    away.close()


def test_names_of_limits_are_their_own() -> None:
    names = [one.name for one in DOOR_LIMITS]
    assert len(set(names)) == len(names)


def test_the_page_of_limits_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "write it again: python -m tests.security.limits_page"
