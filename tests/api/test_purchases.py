"""Buying by the REST API: once per key, for no more than was said, behind the PIN."""

from typing import Any

import pytest

from app.db import rates
from app.db.engine import Database
from app.domain.rates import sample_rates
from tests.api.client import App, Service, next_key
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, {"first": ScriptedVendor(clock, "first")})


def airtime(app: App, amount: int = 200, **more: Any) -> dict[str, Any]:
    return {
        "product": "airtime", "msisdn": app.msisdn, "amount_minor": amount * 100,
        "currency": "NGN", "operator": "mtn-ng", "pin": PIN, **more,
    }  # fmt: skip


def buyer(service: Service, amount: int = 1_000, **more: Any) -> App:
    return service.signed_in(service.world.subscriber(naira(amount), **more))


def test_airtime_is_bought_once_however_often_the_key_comes(service: Service) -> None:
    app, key = buyer(service), next_key()
    first = app.post("/api/purchase", airtime(app, client_reference="cart-1"), key=key)
    assert first.status_code == 202
    bought = first.json
    assert bought["state"] == "placed"
    assert (bought["price_minor"], bought["price_currency"]) == (20_000, "NGN")
    again = app.post("/api/purchase", airtime(app, client_reference="cart-1"), key=key)
    assert (again.status_code, again.json) == (202, bought)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert app.get("/api/wallet").json["balance_minor"] == 80_000

    other = app.post("/api/purchase", airtime(app, 300, client_reference="cart-1"), key=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    named = app.get("/api/purchases?client_reference=cart-1").json["items"]
    assert [one["id"] for one in named] == [bought["id"]]
    taken = app.post("/api/purchase", airtime(app, client_reference="cart-1"), key=next_key())
    assert (taken.status_code, taken.json["code"]) == (409, "client_reference_used")
    assert app.get(first.headers["Location"]).json["client_reference"] == "cart-1"

    stranger = buyer(service)
    assert stranger.get(f"/api/purchases/{bought['id']}").status_code == 404
    same_key = stranger.post("/api/purchase", airtime(stranger), key=key)
    assert same_key.json["id"] != bought["id"]


def test_a_purchase_whose_answer_was_lost_is_found_by_a_repeat(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, key = buyer(service), next_key()

    def dies(*_: Any, **__: Any) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("app.web.api.once.keep", dies)
        patched.setattr("app.web.api.once.release", dies)
        assert app.post("/api/purchase", airtime(app), key=key).status_code == 500
    at_work = app.post("/api/purchase", airtime(app), key=key)
    assert (at_work.status_code, at_work.json["code"]) == (409, "in_progress")
    service.world.clock.advance(seconds=30)
    found = app.post("/api/purchase", airtime(app, pin="0000"), key=key)
    assert found.status_code == 202, "what was done is done, whatever PIN comes now"
    assert len(app.get("/api/purchases").json["items"]) == 1
    assert app.get("/api/wallet").json["balance_minor"] == 80_000


def test_a_wrong_pin_is_no_answer_for_ever_and_three_close_the_api_alone(service: Service) -> None:
    app, key = buyer(service), next_key()
    wrong = app.post("/api/purchase", airtime(app, pin="1111"), key=key)
    assert (wrong.status_code, wrong.json["code"], wrong.json["tries_left"]) == (
        403,
        "wrong_pin",
        2,
    )
    assert app.post("/api/purchase", airtime(app), key=key).status_code == 202
    assert service.world.one("select count(*) from orders where session like %s",
                             f"s{_owner(service, app)}:%") == 1  # fmt: skip

    again = next_key()
    said = [
        app.post("/api/purchase", airtime(app, pin="1111"), key=again).json["code"]
        for _ in range(3)
    ]
    assert said == ["wrong_pin", "pin_locked", "pin_locked"], "three a day, right ones between"
    locked = app.post("/api/purchase", airtime(app), key=next_key())
    assert locked.json["code"] == "pin_locked"
    assert int(locked.headers["Retry-After"]) <= 24 * 3600
    assert service.world.sms(app.msisdn).count("pin_by_api_off") == 1
    answer = service.world.buy(app.msisdn)
    assert type(answer).__name__ == "OrderPlaced", "USSD stays open"
    service.world.clock.advance(hours=24)
    app.take(service.post("/api/auth/token", {"refresh_token": app.refresh}).json)
    assert app.post("/api/purchase", airtime(app), key=next_key()).status_code == 202


def _owner(service: Service, app: App) -> int:
    return int(service.world.one("select id from subscribers where msisdn = %s", app.msisdn))


def test_a_pin_is_stored_nowhere_nor_guessable_from_what_is_stored(service: Service) -> None:
    app, key = buyer(service), next_key()
    app.post("/api/purchase", airtime(app, pin="8642"), key=key)
    app.post("/api/purchase", airtime(app), key=key)
    rows = service.world.all("select r::text from api_requests r")
    assert rows
    assert not any('"pin"' in row[0] or "8642" in row[0].split(",")[-1] for row in rows)


def test_refusals_are_problems_and_take_nothing(service: Service) -> None:
    app = buyer(service, 100)
    short = app.post("/api/purchase", airtime(app), key=next_key())
    assert (short.status_code, short.json["code"]) == (402, "insufficient_funds")
    assert (short.json["balance_minor"], short.json["price_minor"]) == (10_000, 20_000)
    wanted = {
        "not_sold_here": {"amount_minor": 1},
        "wrong_currency": {"currency": "KES"},
        "plan_gone": {"product": "data", "plan_code": "9999mb-9d", "amount_minor": None},
    }
    for code, change in wanted.items():
        body = {k: v for k, v in airtime(app, **change).items() if v is not None}
        answer = app.post("/api/purchase", body, key=next_key())
        assert (answer.status_code >= 400, answer.json["code"]) == (True, code)
    missing = app.post("/api/purchase", airtime(app))
    assert (missing.status_code, missing.json["code"]) == (400, "idempotency_key_missing")
    assert app.get("/api/wallet").json["balance_minor"] == 10_000


def test_a_plan_is_bought_at_the_price_that_the_list_said(service: Service) -> None:
    world = service.world
    world.stock_plans()
    app = buyer(service, 5_000, exempt=True)
    world.clock.advance(minutes=9)
    listed = app.get("/api/plans?operator=mtn-ng&validity=weekly").json["items"]
    plan = next(one for one in listed if one["plan_code"] == "1024mb-7d")
    assert (plan["name"], plan["price_minor"], plan["currency"]) == ("1GB 7 days", 80_000, "NGN")
    assert app.get("/api/plans").json["items"]
    data = {
        "product": "data", "msisdn": app.msisdn, "plan_code": "1024mb-7d", "currency": "NGN",
        "operator": "mtn-ng", "pin": PIN,
    }  # fmt: skip
    bought = app.post("/api/purchase", data, key=next_key())
    assert (bought.status_code, bought.json["price_minor"]) == (202, 80_000)

    with world.db.statement() as tx:
        tx.run(
            "insert into product_prices (operator, code, price_minor, currency, valid_from,"
            " set_by) values ('mtn-ng', '1024mb-7d', 90000, 'NGN', %s, 'test')",
            (world.clock.now(),),
        )  # fmt: skip
    dearer = app.post("/api/purchase", data, key=next_key())
    assert (dearer.status_code, dearer.json["code"]) == (409, "price_changed")
    assert dearer.json["price_minor"] == 90_000
    said = app.post("/api/purchase", {**data, "said_minor": 90_000}, key=next_key())
    assert (said.status_code, said.json["price_minor"]) == (202, 90_000)


def test_what_is_paid_abroad_wants_its_price_said(service: Service) -> None:
    world = service.world
    with world.db.transaction() as tx:
        rates.add_samples(tx, list(sample_rates()), world.clock.now())
    app = buyer(service, 50_000)
    abroad = airtime(
        app, msisdn="+254711000001", operator="safaricom-ke", currency="KES", amount_minor=10_000
    )  # fmt: skip
    unsaid = app.post("/api/purchase", abroad, key=next_key())
    assert (unsaid.status_code, unsaid.json["code"]) == (422, "price_not_said")
    price = unsaid.json["price_minor"]
    quoted = app.post("/api/quotes", {k: v for k, v in abroad.items() if k != "pin"})
    assert quoted.json["price_minor"] == price
    assert quoted.json["rate"].startswith("KES 1 = NGN")
    less = app.post("/api/purchase", {**abroad, "said_minor": price - 1}, key=next_key())
    assert (less.status_code, less.json["code"]) == (409, "price_changed")
    bought = app.post("/api/purchase", {**abroad, "said_minor": price}, key=next_key())
    assert bought.status_code == 202
    assert bought.json["price_minor"] == price


def test_lists_go_on_where_a_page_ended(service: Service) -> None:
    app = buyer(service, 2_000, exempt=True)
    ids = [
        app.post("/api/purchase", airtime(app, 100 + place), key=next_key()).json["id"]
        for place in range(5)
    ]
    seen, cursor = [], ""
    while cursor is not None:
        page = app.get(f"/api/purchases?limit=2{f'&cursor={cursor}' if cursor else ''}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ids[::-1]

    first = app.get("/api/transactions?limit=3").json
    assert [one["title"] for one in first["items"]] == ["Purchase"] * 3
    rest = app.get("/api/transactions", query_string={"cursor": first["next_cursor"]}).json
    assert [one["kind"] for one in rest["items"]] == ["hold", "hold", "funding"]
    other = buyer(service)
    stolen = other.get("/api/transactions", query_string={"cursor": first["next_cursor"]})
    assert (stolen.status_code, stolen.json["code"]) == (422, "invalid_query")


def test_the_blocked_and_the_signed_out_buy_nothing(service: Service) -> None:
    app = buyer(service)
    app.post("/api/auth/sign-out")
    assert app.post("/api/purchase", airtime(app), key=next_key()).status_code == 401
    assert service.world.one("select count(*) from orders o join subscribers s on s.id ="
                             " o.subscriber_id where msisdn = %s", app.msisdn) == 0  # fmt: skip


def test_a_purchase_that_repeats_is_made_once_and_stopped(service: Service) -> None:
    app, key = buyer(service), next_key()
    body = {
        "product": "airtime", "msisdn": app.msisdn, "operator": "mtn-ng", "price_minor": 20_000,
        "currency": "NGN", "every": "week", "day": 1, "pin": PIN,
    }  # fmt: skip
    wrong = app.post("/api/schedules", {**body, "pin": "1111"}, key=key)
    assert (wrong.json["code"], wrong.json["tries_left"]) == ("wrong_pin", 2), "the API's own count"
    first = app.post("/api/schedules", body, key=key)
    assert (first.status_code, first.json["state"]) == (201, "active")
    assert app.post("/api/schedules", body, key=key).json == first.json
    assert app.get("/api/schedules").json["items"] == [first.json]
    refused: list[tuple[str, dict[str, Any]]] = [
        ("too_much_to_schedule", {"price_minor": 3_000_000}),
        ("not_sold_here", {"price_minor": 1}),
        ("invalid_body", {"day": 8}),
        ("invalid_body", {"plan_code": "1024mb-7d"}),
    ]
    for code, change in refused:
        assert app.post("/api/schedules", body | change, key=next_key()).json["code"] == code
    other = buyer(service)
    other.send("DELETE", f"/api/schedules/{first.json['id']}")
    assert app.get("/api/schedules").json["items"], "nobody stops another's"
    for _ in range(2):
        assert app.send("DELETE", f"/api/schedules/{first.json['id']}").status_code == 204
    assert app.get("/api/schedules").json == {"items": []}
    assert app.send("DELETE", f"/api/schedules/{'9' * 30}").status_code == 404
