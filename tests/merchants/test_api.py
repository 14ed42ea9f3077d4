"""Merchants' programs at the REST API: scopes, limits, purchases, the float, webhooks."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.api_callers import Scope
from app.services.merchants.keys import revoke_key
from tests.api.client import Service, make_service, next_key
from tests.factories.world import naira
from tests.merchants.shop import HOOK, Shop

BUY = {"product": "airtime", "msisdn": "+2348031230001", "amount_minor": 20_000,
       "currency": "NGN", "operator": "mtn-ng"}  # fmt: skip


class Program:
    """A merchant's program: each request carries its key."""

    def __init__(self, service: Service, key: str) -> None:
        self.service, self.key = service, key

    def send(self, method: str, path: str, body: Any = None, once: str = "", **more: Any
             ) -> TestResponse:  # fmt: skip
        headers = {"Authorization": f"Bearer {self.key}"}
        if once:
            headers["Idempotency-Key"] = once
        return self.service.send(method, f"/api/{path}", json=body, headers=headers, **more)

    def buy(self, reference: str, once: str = "", **fields: Any) -> TestResponse:
        body = BUY | {"client_reference": reference} | fields
        return self.send("POST", "purchase", body, once or next_key())


@pytest.fixture
def service(shop: Shop, redis_url: str) -> Iterator[Service]:
    made = make_service(shop.world, redis_url)
    yield made
    made.close()


@pytest.fixture
def live(shop: Shop, service: Service) -> Program:
    return Program(service, shop.key())


@pytest.fixture
def test(shop: Shop, service: Service) -> Program:
    return Program(service, shop.key(live=False))


def test_a_purchase_is_made_once_and_found_by_either_name(shop: Shop, live: Program) -> None:
    key = next_key()
    first = live.buy("inv-1", key)
    assert (first.status_code, first.json["state"]) == (202, "placed")
    assert live.buy("inv-1", key).json == first.json
    assert live.buy("inv-1").json["id"] == first.json["id"], "another key, the same reference"
    assert shop.float_ == naira(9_800)
    shop.pass_time(3)
    by_id = live.send("GET", f"purchases/{first.json['id']}")
    assert by_id.json["state"] == "delivered"
    assert live.send("GET", "purchases/by-reference/inv-1").json == by_id.json
    assert first.headers["Location"] == f"/api/purchases/{first.json['id']}"
    assert live.buy("inv-1").status_code == 201
    reused = live.buy("inv-1", amount_minor=30_000)
    assert (reused.status_code, reused.json["code"]) == (409, "client_reference_used")
    other_body = live.buy("inv-2", key)
    assert (other_body.status_code, other_body.json["code"]) == (422, "idempotency_key_reused")
    assert live.send("GET", "float").json == {
        "float_minor": 9_800_00, "low_below_minor": 5_000_00, "currency": "NGN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"pin": "7392"}, 422, "pin_not_allowed"),
        ({"client_reference": ""}, 422, "invalid_body"),
        ({"client_reference": "a/b"}, 422, "invalid_body"),
        ({"client_reference": None}, 422, "invalid_body"),
        ({"amount_minor": 2_000_000_00}, 422, "not_sold_here"),
        ({"amount_minor": 10_001_00}, 422, "insufficient_funds"),
        ({"amount_minor": "1"}, 422, "invalid_body"), ({"amount_minor": True}, 422, "invalid_body"),
        ({"surprise": 1}, 422, "invalid_body"),
    ],
)  # fmt: skip
def test_what_cannot_be_bought_is_a_problem_and_costs_nothing(
    shop: Shop, live: Program, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = live.buy(**({"reference": "inv-1"} | fields))
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == code
    assert 400 <= answer.status_code < 500
    assert shop.float_ == naira(10_000)


def test_a_test_key_answers_like_a_live_one_and_moves_nothing(
    shop: Shop, live: Program, test: Program
) -> None:
    real, made = live.buy("inv-1").json, test.buy("inv-1").json
    assert made.keys() == real.keys()
    assert (made["live"], made["state"]) == (False, "delivered")
    found = test.send("GET", f"purchases/{made['id']}")
    assert found.json == made
    assert live.send("GET", f"purchases/{made['id']}").status_code == 404
    poor = test.buy("inv-2", msisdn="+2348031230008")
    assert poor.json["code"] == "insufficient_funds"
    assert shop.float_ == naira(9_800)


def test_each_scope_opens_its_own_and_nothing_else(shop: Shop, service: Service) -> None:
    asks = {
        Scope.BALANCE: ("GET", "float", None), Scope.CATALOGUE: ("GET", "operators", None),
        Scope.HISTORY: ("GET", "purchases/by-reference/none", None),
        Scope.PURCHASE: ("POST", "purchase", BUY | {"client_reference": "x"}),
        Scope.WEBHOOKS: ("GET", "webhooks", None),
    }  # fmt: skip
    for scope in Scope:
        program = Program(service, shop.key(scopes=frozenset({scope})))
        for needed, (method, path, body) in asks.items():
            answer = program.send(method, path, body, next_key())
            assert (answer.status_code == 403) == (needed is not scope), (scope, path)
    assert program.send("GET", "wallet").status_code == 403
    assert service.send("GET", "/api/float").status_code == 401


def test_a_key_is_refused_from_elsewhere_beyond_its_limit_and_once_revoked(
    shop: Shop, service: Service
) -> None:
    there = Program(service, shop.key(networks=("203.0.113.0/24",)))
    at = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    assert there.send("GET", "float").json["code"] == "not_allowed"
    assert there.send("GET", "float", **at).status_code == 200
    few = Program(service, shop.key(per_minute=3))
    answers = [few.send("GET", "float") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Limit"] == "3"
    assert "Retry-After" in answers[3].headers
    other = there.send("GET", "float", **at)
    assert other.status_code == 200, (other.json, dict(other.headers))
    revoke_key(shop.world.context, shop.id, there.key.split("_")[2], "agent")
    assert there.send("GET", "float", **at).json["code"] == "invalid_token"


def test_wrong_keys_are_counted_by_address(service: Service) -> None:
    wrong = Program(service, "nxk_live_aaaaaaaaaaaa_" + "0" * 49)
    seen = {wrong.send("GET", "float").status_code for _ in range(70)}
    assert seen == {401, 429}


def test_endpoints_are_made_changed_tried_and_deleted(shop: Shop, live: Program, test: Program
                                                      ) -> None:  # fmt: skip
    wanted = {"url": HOOK, "events": ["purchase.delivered"]}
    made = live.send("POST", "webhooks", wanted)
    assert made.status_code == 201
    assert made.json["secret"].startswith("nxw_")
    path = f"webhooks/{made.json['id']}"
    (listed,) = live.send("GET", "webhooks").json["items"]
    assert listed == live.send("GET", path).json
    assert "secret" not in listed
    assert test.send("GET", "webhooks").json["items"] == []
    for method in ("GET", "DELETE"):
        assert test.send(method, path).status_code == 404
    changed = live.send("PUT", path, wanted | {"events": ["purchase.declined", "float.low"]})
    assert changed.json["events"] == ["purchase.declined", "float.low"]
    fresh = live.send("POST", f"{path}/secret").json["secret"]
    assert fresh != made.json["secret"]
    sent = live.send("POST", f"{path}/ping")
    assert sent.status_code == 202
    shop.pass_time(3)
    assert shop.server.kinds == ["ping"]
    (row,) = live.send("GET", "webhooks/deliveries").json["items"]
    assert (row["id"], row["state"], row["type"]) == (sent.json["delivery"], "delivered", "ping")
    one = live.send("GET", f"webhooks/deliveries/{row['id']}").json
    assert one["log"][0]["status"] == 200
    assert one["body"].encode() == shop.server.posts[0][2]
    assert test.send("GET", f"webhooks/deliveries/{row['id']}").status_code == 404
    assert live.send("POST", f"webhooks/deliveries/{row['id']}/replay").status_code == 202
    again = live.send("POST", f"webhooks/deliveries/{row['id']}/replay")
    assert again.json["code"] == "endpoint_off"
    assert live.send("DELETE", path).status_code == 204
    assert live.send("GET", path).status_code == 404
    assert live.send("POST", f"{path}/ping").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://hooks.example.com/"}, {"url": "https://127.0.0.1/"}, {"url": 5},
        {"url": ""},
        {"events": []}, {"events": ["ping"]}, {"events": "float.low"}, {"more": 1},
    ],
)  # fmt: skip
def test_a_wrong_endpoint_is_a_problem(live: Program, wrong: dict[str, Any]) -> None:
    wanted = {"url": HOOK, "events": ["float.low"]} | wrong
    answer = live.send("POST", "webhooks", wanted)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_body")
