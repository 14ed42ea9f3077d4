"""What limits cost, and what they spare."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.client import Service

_CODES = 200
_AT_ONCE = 16


def test_codes_asked_for_by_the_hundred_cost_no_more_sms_than_the_limit(service: Service) -> None:
    numbers = [f"+23480300{number:05d}" for number in range(_CODES)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda to: service.post("/api/auth/otp", {"msisdn": to}), numbers))
    most = service.desk.settings.api_codes_per_address
    told = [answer.status_code for answer in answers]
    assert told.count(202) == most
    assert told.count(429) == _CODES - most
    assert all(answer.json["code"] == "too_many_requests" and answer.headers["Retry-After"]
               for answer in answers if answer.status_code == 429)  # fmt: skip
    assert service.world.one("select count(*) from sign_in_codes") <= most


def test_limits_take_one_trip_to_redis(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    app = service.signed_in(service.world.subscriber())  # the script is loaded by now
    run: Callable[..., Any] = service.lean.run
    trips: list[Any] = []

    def counted(*command: Any) -> Any:
        trips.append(command[0])
        return run(*command)

    monkeypatch.setattr(service.lean, "run", counted)
    for ask in (
        lambda: app.get("/api/wallet"),
        lambda: app.get("/api/transactions"),
        lambda: app.get("/api/wallet", headers={"Authorization": "Bearer x"}),
        lambda: service.post("/api/auth/otp", {"msisdn": "+2348030000009"}),
    ):
        trips.clear()
        ask()
        assert len(trips) == 1, trips
