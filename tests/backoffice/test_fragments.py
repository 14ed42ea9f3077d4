"""A part of a page is made once for all who look at it."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.sessions.fragments import Fragments


@pytest.fixture
def client(redis_url: str) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(redis_url) as made:
        yield made


@pytest.fixture
def fragments(client: "redis.Redis") -> Fragments:
    return Fragments(client, fresh=600, kept=1_200, making=30)


def lapse(client: "redis.Redis") -> None:
    """The few seconds are over."""
    assert client.delete("fragment:sales:fresh") == 1


def at_once(act: object, times: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(times)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_fifty_who_come_at_once_to_nothing_have_it_made_once(fragments: Fragments) -> None:
    made, seen = count(1), []
    at_once(lambda: seen.append(fragments.get("sales", lambda: f"no {next(made)}")), 50)
    assert seen == ["no 1"] * 50


def test_while_one_makes_it_anew_the_others_get_the_last_one_at_once(
    client: "redis.Redis", fragments: Fragments
) -> None:
    fragments.get("sales", lambda: "old")
    lapse(client)
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert go_on.wait(30)
        return "new"

    got: list[str] = []
    maker = threading.Thread(target=lambda: got.append(fragments.get("sales", slowly)))
    maker.start()
    assert begun.wait(30)
    assert {fragments.get("sales", lambda: "mine") for _ in range(50)} == {"old"}
    go_on.set()
    maker.join()
    assert got == ["new"]
    assert fragments.get("sales", lambda: "mine") == "new"


def test_fifty_who_come_when_it_is_stale_have_it_made_once(
    client: "redis.Redis", fragments: Fragments
) -> None:
    made = count(1)

    def anew() -> str:
        return f"no {next(made)}"

    for _ in range(4):
        at_once(lambda: fragments.get("sales", anew), 50)
        lapse(client)
    assert next(made) == 5


def test_parts_of_other_names_are_made_apart(fragments: Fragments) -> None:
    assert [fragments.get(name, lambda n=name: n) for name in ("a", "b", "a")] == ["a", "b", "a"]  # type: ignore[misc]


def test_a_maker_that_fails_leaves_the_place_to_the_next(fragments: Fragments) -> None:
    def fails() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fragments.get("sales", fails)
    assert fragments.get("sales", lambda: "good") == "good"


def test_without_redis_it_is_made_for_each() -> None:
    nowhere = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    fragments = Fragments(nowhere)
    assert [fragments.get("sales", lambda: "made") for _ in range(2)] == ["made", "made"]
