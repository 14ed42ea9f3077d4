"""Sending money by the REST API: once per key, behind the PIN and, above the country's amount, a
second factor."""

from typing import Any

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from tests.api.client import Service, make_service, next_key
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.second_factor.factors import Factors, wrong

STRANGER = Msisdn("+2348031900001")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    made = World(db, clock)
    made.tier = 3
    return made


def sending(to: str, amount: int, **more: Any) -> dict[str, Any]:
    return {
        "msisdn": to, "amount_minor": amount * 100, "currency": "NGN", "pin": PIN, **more,
    }  # fmt: skip


def test_money_is_sent_once_however_often_the_key_comes(service: Service) -> None:
    world, key = service.world, next_key()
    app, friend = service.signed_in(world.subscriber(naira(1_000))), world.subscriber()
    who = app.get(f"/api/recipients/{friend}?amount_minor=30000")
    assert who.json == {"msisdn": friend, "registered": True, "name": None}
    first = app.post("/api/transfers", sending(friend, 300), key=key)
    assert (first.status_code, first.json["state"]) == (201, "received")
    again = app.post("/api/transfers", sending(friend, 300), key=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert world.spendable(friend) == naira(300)
    assert app.get("/api/wallet").json["balance_minor"] == 70_000
    assert app.get(first.headers["Location"]).json == first.json
    assert app.get("/api/transfers").json["items"] == [first.json]
    other = service.signed_in(friend)
    assert other.get(first.headers["Location"]).status_code == 404
    assert other.post(f"{first.headers['Location']}/cancel").status_code == 404
    assert app.post(f"{first.headers['Location']}/cancel").json["code"] == "not_waiting"


def test_money_for_a_stranger_waits_and_may_be_called_back(service: Service) -> None:
    app = service.signed_in(service.world.subscriber(naira(1_000)))
    assert app.get(f"/api/recipients/{STRANGER}").json["registered"] is False
    sent = app.post("/api/transfers", sending(STRANGER, 300), key=next_key())
    assert (sent.status_code, sent.json["state"]) == (201, "waiting")
    assert sent.json["returns_at"]
    for _ in range(2):
        back = app.post(f"{sent.headers['Location']}/cancel")
        assert (back.status_code, back.json["state"]) == (200, "returned")
    assert app.get("/api/wallet").json["balance_minor"] == 100_000
    assert service.world.books_differ() == []


def test_refusals_send_nothing(service: Service) -> None:
    world = service.world
    app, friend = service.signed_in(world.subscriber(naira(100))), world.subscriber()
    wanted = [
        ("insufficient_funds", sending(friend, 300)),
        ("not_sent_here", sending(app.msisdn, 50)),
        ("not_sent_here", sending("+254711000001", 50)),
        ("wrong_pin", sending(friend, 50, pin="1111")),
        ("invalid_body", sending(friend, 50, code="123456")),
        ("invalid_body", sending(friend, 0)),
    ]
    for code, body in wanted:
        answer = app.post("/api/transfers", body, key=next_key())
        assert answer.json["code"] == code
    assert app.post("/api/transfers", sending(friend, 50)).json["code"] == "idempotency_key_missing"
    assert app.get("/api/wallet").json["balance_minor"] == 10_000


@pytest.mark.parametrize("what", ["transfers", "purchase"])
def test_a_large_amount_wants_a_code_and_goes_with_it_under_the_same_key(
    world: World, service: Service, what: str
) -> None:
    factors = Factors(world)
    owner, key = factors.with_list(), next_key()
    app, friend = service.signed_in(owner), world.subscriber()
    body = sending(friend, 30_000)
    if what == "purchase":
        body |= {"product": "airtime", "operator": "mtn-ng"}
    asked = app.post(f"/api/{what}", body, key=key)
    assert (asked.status_code, asked.json["code"]) == (403, "needs_second_factor")
    assert asked.json["kinds"] == ["list", "agent"]
    right = factors.lists[owner][asked.json["position"] - 1]

    def with_code(code: Any, pin: str = PIN) -> Any:
        typed = {"code": code.value, "code_from": "list", "pin": pin}
        return app.post(f"/api/{what}", body | typed, key=key)

    assert with_code(right, "1111").json["code"] == "wrong_pin", "no code is looked at"
    tried = with_code(wrong(right)).json
    assert (tried["code"], tried["tries_left"]) == ("wrong_second_factor", 4)
    done = with_code(right)
    assert done.status_code in (201, 202), done.json
    assert with_code(wrong(right)).json == done.json, "the same key, the same answer"
    assert app.get("/api/wallet").json["balance_minor"] == 70_000_00


def test_who_has_no_pin_cannot_use_up_the_codes_of_its_owner(
    world: World, service: Service
) -> None:
    owner = Factors(world).with_list()
    app, friend = service.signed_in(owner), world.subscriber()
    body = sending(friend, 30_000, pin="1111", code="000000", code_from="list")
    for _ in range(7):
        answer = app.post("/api/transfers", body, key=next_key()).json["code"]
    assert answer == "pin_locked"
    tried = "select count(*) from factor_attempts a join subscribers s on s.id = a.subscriber_id"
    assert world.one(f"{tried} where s.msisdn = %s", owner) == 0


def test_recipients_are_looked_up_a_few_times_an_hour_and_never_uncounted(
    world: World, redis_url: str
) -> None:
    service = make_service(world, redis_url, api_recipients_per_caller=2)
    app = service.signed_in(world.subscriber())
    answers = [app.get(f"/api/recipients/{STRANGER}").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert app.get("/api/recipients/nobody").status_code == 429
    service.close()
    app.service = alone = make_service(world, "redis://127.0.0.1:1")
    assert app.get(f"/api/recipients/{STRANGER}").status_code == 503
    alone.close()


def test_a_list_of_what_was_sent_goes_on_where_a_page_ended(service: Service) -> None:
    world = service.world
    app = service.signed_in(world.subscriber(naira(1_000), exempt=True))
    friend = world.subscriber()
    for amount in (100, 101, 102):
        app.post("/api/transfers", sending(friend, amount), key=next_key())
    first = app.get("/api/transfers?limit=2").json
    rest = app.get("/api/transfers", query_string={"cursor": first["next_cursor"]}).json
    amounts = [one["amount_minor"] for one in first["items"] + rest["items"]]
    assert (amounts, rest["next_cursor"]) == ([10_200, 10_100, 10_000], None)
