"""How often something may be asked: counted exactly, all limits of a request in one trip."""

import threading
from collections.abc import Iterator

import pytest
import redis

from app.sessions.lean import LeanRedis
from app.sessions.rate_limits import Limit, RateLimits, Taken

NUMBER = Limit("code-number", "+2348030000001", 3, 3_600)
ADDRESS = Limit("code-address", "192.0.2.7", 100, 3_600)


@pytest.fixture
def lean(redis_url: str) -> Iterator[LeanRedis]:
    made = LeanRedis(redis_url)
    yield made
    made.close()


@pytest.fixture
def limits(lean: LeanRedis) -> RateLimits:
    return RateLimits(lean, b"a key of the tests")


def keys(redis_url: str) -> list[bytes]:
    with redis.Redis.from_url(redis_url) as client:
        return sorted(client.scan_iter("limit:*"))


def test_as_often_as_allowed_and_no_more(limits: RateLimits) -> None:
    taken = [limits.take([NUMBER]) for _ in range(5)]
    assert [one.allowed for one in taken] == [True, True, True, False, False]
    assert [one.remaining for one in taken] == [2, 1, 0, 0, 0]
    assert taken[2].reset_seconds == 3_600
    assert taken[3].reset_seconds == 1_200
    assert limits.take([Limit("code-number", "+2348030000002", 3, 3_600)]).allowed


def test_the_tightest_limit_is_told(limits: RateLimits) -> None:
    assert limits.take([ADDRESS, NUMBER]) == Taken(True, NUMBER, 2, 1_200)
    only_few_left = Limit("code-address", "192.0.2.7", 2, 3_600)
    assert limits.take([NUMBER, only_few_left]).limit == only_few_left


def test_a_refused_asking_takes_nothing_from_the_other_limits(limits: RateLimits) -> None:
    for _ in range(3):
        assert limits.take([NUMBER, ADDRESS]).allowed
    for _ in range(20):
        assert limits.take([NUMBER, ADDRESS]).limit == NUMBER
    assert limits.take([ADDRESS]).remaining == 96


def test_a_third_of_the_time_gives_one_of_three_back(limits: RateLimits, redis_url: str) -> None:
    for _ in range(3):
        limits.take([NUMBER])
    [key] = keys(redis_url)
    with redis.Redis.from_url(redis_url) as client:
        full_at = float(client.get(key) or 0)
        client.set(key, str(full_at - 1_200_000))
    assert [limits.take([NUMBER]).allowed for _ in range(2)] == [True, False]


def test_a_crowd_gets_no_more_than_one_would(limits: RateLimits) -> None:
    allowed: list[bool] = []
    crowd = [
        threading.Thread(target=lambda: allowed.append(limits.take([NUMBER]).allowed))
        for _ in range(20)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert allowed.count(True) == 3


def test_nobodys_number_is_in_redis(limits: RateLimits, redis_url: str) -> None:
    limits.take([NUMBER, ADDRESS])
    told = b" ".join(keys(redis_url))
    assert b"234803" not in told
    assert b"192.0.2" not in told
