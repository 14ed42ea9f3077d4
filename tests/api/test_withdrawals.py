"""Cash at an agent by the REST API: held once; the code is in the answer and kept nowhere."""

from typing import Any

from app.domain.requests import CashDone
from app.domain.secret import Secret
from tests.agents.counter import Counter
from tests.api.client import Service, next_key
from tests.factories.world import PIN, naira


def cash(amount: int, fee_minor: int, **more: Any) -> dict[str, Any]:
    return {
        "amount_minor": amount * 100, "fee_minor": fee_minor, "currency": "NGN", "pin": PIN, **more,
    }  # fmt: skip


def test_cash_is_held_once_and_paid_for_the_code(service: Service) -> None:
    world, key = service.world, next_key()
    counter, owner = Counter(world), world.subscriber(naira(10_000))
    agent, app = counter.agent(), service.signed_in(owner)
    number = counter.number(agent)
    quoted = app.get(f"/api/withdrawals/quote?amount_minor=500000&agent={number}").json
    assert quoted["agent_name"] == "Corner shop"
    fee = quoted["fee_minor"]
    body = cash(5_000, fee, agent=number)
    first = app.post("/api/withdrawals", body, key=key)
    assert (first.status_code, first.json["state"], first.json["fee_minor"]) == (201, "open", fee)
    again = app.post("/api/withdrawals", body, key=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    code = first.json["cash_code"]
    assert app.get("/api/wallet").json["balance_minor"] == 1_000_000 - 500_000 - fee
    assert "cash_code" not in app.get(first.headers["Location"]).json
    kept = world.one(
        "select answer::text from api_requests where answer->>'id' = %s", first.json["id"]
    )
    assert "open" in kept
    assert code not in kept

    paid = counter.pay_out(agent, owner, 5_000, Secret(code))
    assert isinstance(paid, CashDone), paid
    assert app.get(first.headers["Location"]).json["state"] == "paid"
    assert app.post("/api/withdrawals", body, key=key).json["cash_code"] is None


def test_no_more_than_the_fee_that_was_said_is_taken_and_no_less_than_it_costs(
    service: Service,
) -> None:
    app = service.signed_in(service.world.subscriber(naira(10_000)))
    fee = app.get("/api/withdrawals/quote?amount_minor=500000").json["fee_minor"]
    cheap = app.post("/api/withdrawals", cash(5_000, 0), key=next_key())
    assert (cheap.status_code, cheap.json["code"], cheap.json["fee_minor"]) == (
        409, "fee_changed", fee,
    )  # fmt: skip
    dear = app.post("/api/withdrawals", cash(5_000, fee + 500), key=next_key())
    assert dear.json["fee_minor"] == fee
    wanted = [
        ("no_such_agent", cash(5_000, fee, agent="999999999")),
        ("no_cash_here", cash(5_000, fee, currency="KES")),
        ("no_cash_here", cash(100_000_000, fee)),
        ("wrong_pin", cash(5_000, fee, pin="1111")),
    ]
    for code, body in wanted:
        assert app.post("/api/withdrawals", body, key=next_key()).json["code"] == code
    other = service.signed_in(service.world.subscriber())
    assert other.get(dear.headers["Location"]).status_code == 404
