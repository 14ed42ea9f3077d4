"""What programs do that people don't: many requests at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api.client import App, Service, next_key
from tests.factories.world import PIN, naira

_AT_ONCE = 8


def _airtime(app: App, pin: str = PIN) -> dict[str, Any]:
    return {
        "product": "airtime", "msisdn": app.msisdn, "amount_minor": 10_000, "currency": "NGN",
        "operator": "mtn-ng", "pin": pin,
    }  # fmt: skip


def test_one_key_sent_many_times_at_once_buys_once(service: Service) -> None:
    app, key = service.signed_in(service.world.subscriber(naira(1_000), exempt=True)), next_key()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(
            pool.map(lambda _: app.post("/api/purchase", _airtime(app), key=key), range(_AT_ONCE))
        )
    codes = {answer.status_code for answer in answers}
    assert 202 in codes
    assert codes <= {202, 409}
    assert {one.json["code"] for one in answers if one.status_code == 409} <= {"in_progress"}
    assert app.get("/api/wallet").json["balance_minor"] == 90_000


def test_guesses_at_once_find_the_same_end_as_one_after_another(service: Service) -> None:
    app = service.signed_in(service.world.subscriber(naira(1_000), exempt=True))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(
            pool.map(
                lambda place: app.post(
                    "/api/purchase", _airtime(app, f"{place:04d}"), key=next_key()
                ).json["code"],
                range(_AT_ONCE),
            )
        )
    assert answers.count("wrong_pin") <= 2
    assert set(answers) <= {"wrong_pin", "pin_locked", "try_later"}
    guesses = service.world.one(
        "select guesses from subscribers where msisdn = %s", app.msisdn
    )  # fmt: skip
    assert guesses == 3


def test_codes_asked_for_and_tried_at_once_stay_within_their_tries(service: Service) -> None:
    msisdn = service.world.subscriber()
    code = service.code_for(msisdn)
    wrong = [f"{place:06d}" for place in range(_AT_ONCE) if f"{place:06d}" != code]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        tried = list(
            pool.map(
                lambda typed: (
                    service.post("/api/auth/token", {"msisdn": msisdn, "code": typed}).status_code
                ),
                wrong,
            )
        )
    assert set(tried) == {401}
    assert service.world.one("select tries from sign_in_codes where msisdn = %s", msisdn) == 5
    assert service.post("/api/auth/token", {"msisdn": msisdn, "code": code}).status_code == 401
