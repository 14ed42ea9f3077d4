"""Signing in to the REST API: codes, tokens, and what ends them."""

import base64
import json

import pytest

from app.domain.msisdn import Msisdn
from app.security.api_tokens import ACCESS, REFRESH, ApiTokens, Claims
from tests.api.client import KEYS, Service
from tests.factories.world import naira


def test_a_code_from_the_sms_gives_tokens_that_read_the_wallet(service: Service) -> None:
    app = service.signed_in(service.world.subscriber(naira(1_000)))
    answer = app.get("/api/wallet")
    assert answer.status_code == 200
    assert answer.json == {"balance_minor": 100_000, "currency": "NGN", "accounts": []}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["RateLimit-Limit"] == "300"
    assert answer.headers["RateLimit-Remaining"] == "299"
    assert "Set-Cookie" not in answer.headers


def test_a_code_works_once_for_its_number_and_five_tries(service: Service) -> None:
    msisdn, other = service.world.subscriber(), service.world.subscriber()
    code = service.code_for(msisdn)
    wrong = "000000" if code != "000000" else "000001"

    def give(number: str, typed: str) -> int:
        return service.post("/api/auth/token", {"msisdn": number, "code": typed}).status_code

    assert give(other, code) == 401
    assert [give(msisdn, wrong) for _ in range(4)] == [401] * 4
    assert give(msisdn, code) == 200
    assert give(msisdn, code) == 401, "it was used"

    fresh = service.code_for(msisdn)
    assert [give(msisdn, "999999" if fresh != "999999" else "1") for _ in range(5)] == [401] * 5
    assert give(msisdn, fresh) == 401, "five tries are all"


def test_nobody_hears_whether_a_number_is_known(service: Service) -> None:
    world = service.world
    known, blocked, unknown = world.subscriber(), world.subscriber(), Msisdn("+2348039999999")
    with world.db.statement() as tx:
        tx.run("update subscribers set blocked = true where msisdn = %s", (blocked,))
    said = set()
    for number in (known, blocked, unknown):
        answer = service.post("/api/auth/otp", {"msisdn": number})
        said.add((answer.status_code, answer.text, tuple(sorted(answer.headers.keys()))))
    assert len(said) == 1
    world.look()
    assert [world.sms(number) for number in (known, blocked, unknown)] == [["sign_in_code"], [], []]


def test_a_code_asked_for_again_is_the_same_one_until_it_is_old(service: Service) -> None:
    msisdn = service.world.subscriber()
    first, again = service.code_for(msisdn), service.code_for(msisdn)
    assert first == again
    assert service.world.sms(msisdn) == ["sign_in_code"] * 2
    service.world.clock.advance(minutes=4, seconds=30)
    assert service.code_for(msisdn) != first


def test_a_refresh_token_that_comes_twice_ends_the_sign_in_and_its_owner_hears_of_it_once(
    service: Service,
) -> None:
    app = service.signed_in(service.world.subscriber())
    stolen = app.refresh
    app.take(service.post("/api/auth/token", {"refresh_token": stolen}).json)
    assert app.get("/api/wallet").status_code == 200
    for _ in range(2):
        answer = service.post("/api/auth/token", {"refresh_token": stolen})
        assert (answer.status_code, answer.json["code"]) == (401, "invalid_token")
    assert app.get("/api/wallet").status_code == 401
    assert service.post("/api/auth/token", {"refresh_token": app.refresh}).status_code == 401
    assert service.world.sms(app.msisdn) == ["sign_in_code", "sign_in_ended"]


def test_sign_ins_are_listed_ended_and_nobody_elses(service: Service) -> None:
    msisdn = service.world.subscriber()
    phone, tablet = service.signed_in(msisdn), service.signed_in(msisdn)
    stranger = service.signed_in(service.world.subscriber())
    items = tablet.get("/api/auth/sign-ins").json["items"]
    assert [one["current"] for one in items].count(True) == 1
    (other,) = [one["id"] for one in items if not one["current"]]
    assert stranger.send("DELETE", f"/api/auth/sign-ins/{other}").status_code == 404
    assert tablet.send("DELETE", f"/api/auth/sign-ins/{other}").status_code == 204
    assert phone.get("/api/wallet").status_code == 401
    assert tablet.post("/api/auth/sign-out").status_code == 204
    assert tablet.get("/api/wallet").status_code == 401


def test_a_blocked_subscriber_is_out_at_once(service: Service) -> None:
    app = service.signed_in(service.world.subscriber())
    with service.world.db.statement() as tx:
        tx.run("update subscribers set blocked = true where msisdn = %s", (app.msisdn,))
    assert app.get("/api/wallet").json["code"] == "invalid_token"
    assert service.post("/api/auth/token", {"refresh_token": app.refresh}).status_code == 401


def test_signing_keys_change_without_anybody_being_signed_out(service: Service) -> None:
    app = service.signed_in(service.world.subscriber())
    now = service.world.clock.now()
    claims = service.desk.tokens.read(ACCESS, _secret(app.access), now)
    first, second = KEYS.split(",")
    turned = ApiTokens(f"{second},{first}")
    assert turned.read(ACCESS, _secret(app.access), now) == claims
    app.access = turned.sign(ACCESS, claims, now, now.replace(hour=23)).value
    assert app.get("/api/wallet").status_code == 200


def test_tokens_that_are_not_ours_or_not_for_this_are_refused(service: Service) -> None:
    app = service.signed_in(service.world.subscriber())
    now = service.world.clock.now()
    head, body, signature = app.access.split(".")
    claims = json.loads(_plain(body))
    stranger = ApiTokens("a1:a-key-that-nobody-here-has-ever-seen")
    unknown = ApiTokens("zz:first-signing-key-of-the-tests-32")
    until = now.replace(hour=23)
    mine = Claims(claims["sub"], claims["sid"], claims["gen"])
    refused = {
        "none": f"{_wrapped({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "none, signed": f"{_wrapped({'alg': 'none', 'kid': 'a1'})}.{body}.{signature}",
        "another algorithm": f"{_wrapped({'alg': 'HS512', 'kid': 'a1'})}.{body}.{signature}",
        "tampered": f"{head}.{_wrapped(claims | {'sid': claims['sid'][::-1]})}.{signature}",
        "for renewing": app.refresh,
        "for something else": service.desk.tokens.sign("other", mine, now, until).value,
        "another key": stranger.sign(ACCESS, mine, now, until).value,
        "an unknown key": unknown.sign(ACCESS, mine, now, until).value,
        "an access token to renew with": app.access,
        "no token": "x", "half a token": head, "empty": ".", "not base64": "é.é.é",
    }  # fmt: skip
    del refused["an access token to renew with"]
    for name, token in refused.items():
        answer = service.get("/api/wallet", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json["code"]) == (401, "invalid_token"), name
        assert answer.headers["WWW-Authenticate"].startswith("Bearer"), name
        assert answer.content_type == "application/problem+json", name
    assert service.post("/api/auth/token", {"refresh_token": app.access}).status_code == 401
    assert service.get("/api/wallet").json["code"] == "not_signed_in"

    service.world.clock.advance(minutes=10)
    assert app.get("/api/wallet").json["code"] == "token_expired"
    claims_of_refresh = service.desk.tokens.read(REFRESH, _secret(app.refresh), now)
    assert claims_of_refresh == mine


@pytest.mark.parametrize("limit", ["api_codes_per_number", "api_codes_per_address"])
def test_codes_are_asked_for_so_often_and_no_more(limit: str, service: Service) -> None:
    number = service.world.subscriber()
    most = int(getattr(service.desk.settings, limit))
    numbers = [number] * most if "number" in limit else [
        Msisdn(f"+23480{place:02d}9{place:06d}"[:14]) for place in range(most)
    ]  # fmt: skip
    for one in numbers:
        service.post("/api/auth/otp", {"msisdn": one})
    answer = service.post("/api/auth/otp", {"msisdn": number})
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0


def _secret(token: str) -> "object":
    from app.domain.secret import Secret

    return Secret(token)


def _plain(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _wrapped(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
