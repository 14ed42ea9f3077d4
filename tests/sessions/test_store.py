"""Of copies of a hop one takes effect; the others get its answer."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis

from app.sessions.connection import connect
from app.sessions.hop_stream import take
from app.sessions.lean import LeanRedis
from app.sessions.store import HopLine, Record, SessionStore, SessionsUnavailable

LINE = HopLine("test", "s", 1, "+2348030000001", "home", "screen", 1.5, 1_700_000_000.0)


def record(version: int, text: str = "x") -> Record:
    return Record(version, "+2348030000001", version, "d", text, False, "home", ["home"])


@pytest.fixture
def store(redis_url: str) -> Iterator[SessionStore]:
    lean = LeanRedis(redis_url)
    yield SessionStore(lean, seconds=180)
    lean.close()


def test_a_saved_record_is_read_back(store: SessionStore) -> None:
    assert store.save("test", "s", None, record(1), LINE)
    assert store.load("test", "s") == record(1)
    assert store.load("test", "other") is None


def test_only_the_next_version_replaces_a_record(store: SessionStore) -> None:
    store.save("test", "s", None, record(1), LINE)
    assert not store.save("test", "s", None, record(1, "again"), LINE)
    assert store.save("test", "s", record(1), record(2), LINE)
    assert not store.save("test", "s", record(1), record(2, "late"), LINE)
    assert store.load("test", "s") == record(2)


def test_a_version_is_not_taken_for_another_it_begins_with(store: SessionStore) -> None:
    store.save("test", "s", None, record(12), LINE)
    assert not store.save("test", "s", record(1), record(2), LINE)


def test_of_thirty_two_copies_one_wins(store: SessionStore) -> None:
    store.save("test", "s", None, record(1), LINE)
    won: list[bool] = []
    gate = threading.Barrier(32)

    def copy(number: int) -> None:
        gate.wait()
        won.append(store.save("test", "s", record(1), record(2, str(number)), LINE))

    threads = [threading.Thread(target=copy, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


def test_a_record_lives_as_long_as_its_gateways_sessions(
    store: SessionStore, redis_url: str
) -> None:
    store.save("test", "s", None, record(1), LINE)
    with redis.Redis.from_url(redis_url) as client:
        assert 170 <= int(client.ttl("ussd:test:s")) <= 180  # type: ignore[arg-type]


def test_hops_are_taken_out_of_the_stream_once(store: SessionStore, redis_url: str) -> None:
    store.save("test", "s", None, record(1), replace(LINE, number="00ff:sealed"))
    with connect(redis_url) as client:
        [(_, session, hop, msisdn, index, sealed, label, *_)] = take(client)
        assert (session, hop, label) == ("s", 1, "home")
        assert (msisdn, index, sealed) == (None, b"\x00\xff", "sealed")
        assert take(client) == []


def test_a_redis_that_is_away_is_said_so(tmp_path: object) -> None:
    away = SessionStore(LeanRedis("redis://127.0.0.1:1"), seconds=180)
    with pytest.raises(SessionsUnavailable):
        away.load("test", "s")


def test_a_connection_that_broke_is_made_again(store: SessionStore, redis_url: str) -> None:
    store.save("test", "s", None, record(1), LINE)
    with redis.Redis.from_url(redis_url) as client:
        client.client_kill_filter(_type="normal", skipme=True)
        client.script_flush()
    assert store.load("test", "s") == record(1)
    assert store.save("test", "s", record(1), record(2), LINE)


def test_threads_that_come_and_go_and_connections_that_break_are_never_too_many(
    store: SessionStore, redis_url: str
) -> None:
    found: list[Record | None] = []

    def one_hop() -> None:
        found.append(store.load("test", "s"))

    for _ in range(110):
        thread = threading.Thread(target=one_hop)
        thread.start()
        thread.join()
    with redis.Redis.from_url(redis_url) as client:
        for _ in range(110):
            client.client_kill_filter(_type="normal", skipme=True)
            one_hop()
        assert found == [None] * 220
        assert client.info("clients")["connected_clients"] < 20


def test_a_session_is_called_as_its_record_says_and_by_its_id_when_nobody_knows(
    store: SessionStore,
) -> None:
    store.save("kannel", "7", None, replace(record(1), name="m-1"), LINE)
    assert store.name("kannel", "7") == "m-1"
    assert store.name("kannel", "8") == "8"
    store.save("kannel", "8", None, record(1), LINE)
    assert store.name("kannel", "8") == "8"
    assert SessionStore(LeanRedis("redis://127.0.0.1:1"), seconds=180).name("kannel", "7") == "7"


def test_what_a_session_leaves_behind_is_known_by_its_name(store: SessionStore) -> None:
    store.save("kannel", "9", None, replace(record(1), name="m-9"), LINE, ["state"])
    _, dropped = store.begin("kannel", "10", record(1).msisdn)
    assert dropped is not None
    assert (dropped.session, dropped.left) == ("m-9", ["state"])
