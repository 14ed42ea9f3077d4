"""The REST API on a real database, and apps in front of it."""

from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.domain.msisdn import Msisdn
from app.security.api_tokens import ApiTokens
from app.services.merchants.who_calls import merchant_of
from app.sessions.lean import LeanRedis
from app.sessions.rate_limits import RateLimits
from app.web.api.desk import ApiDesk
from app.web.api.guard import no_resource
from app.web.api.site import api
from app.web.application import create_app
from tests.factories.gateway import settings
from tests.factories.world import World

KEYS = "a1:first-signing-key-of-the-tests-32,a0:other-signing-key-of-the-tests-32"
_keys = count(1)


@dataclass
class App:
    """One subscriber's app: its tokens, and requests that carry them."""

    service: "Service"
    msisdn: Msisdn
    access: str = ""
    refresh: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, json=body, **more)

    def send(self, method: str, path: str, *, key: str = "", **more: Any) -> TestResponse:
        """`key` is the Idempotency-Key."""
        headers = {"Authorization": f"Bearer {self.access}"} | more.pop("headers", {})
        if key:
            headers["Idempotency-Key"] = key
        return self.service.send(method, path, headers=headers, **more)

    def take(self, tokens: Any) -> None:
        """Use these from now on."""
        self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]


@dataclass
class Service:
    """The API and the world behind it."""

    world: World
    app: Flask
    desk: ApiDesk
    lean: LeanRedis
    people: dict[Msisdn, App] = field(default_factory=dict)

    def close(self) -> None:
        self.lean.close()

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        """A request without a token, unless a header has one."""
        answer: TestResponse = self.app.test_client().open(path, method=method, **more)
        return answer

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, json=body, **more)

    def code_for(self, msisdn: str) -> str:
        """Ask for a code and read it from the SMS; empty without one."""
        assert self.post("/api/auth/otp", {"msisdn": msisdn}).status_code == 202
        return self.last_code(msisdn)

    def last_code(self, msisdn: str) -> str:
        """The code of the latest SMS, as its sender makes it; empty without one."""
        self.world.look()
        nonce = self.world.one(
            "select params->>'nonce' from mt_sms where msisdn = %s and kind = 'sign_in_code'"
            " order by id desc limit 1", msisdn,
        )  # fmt: skip
        codes = self.world.context.factors.sign_in
        return codes.code(msisdn, bytes.fromhex(nonce)).value if nonce else ""

    def signed_in(self, msisdn: Msisdn) -> App:
        """An app that signed in as this subscriber."""
        app = App(self, msisdn)
        body = {"msisdn": msisdn, "code": self.code_for(msisdn)}
        app.take(self.post("/api/auth/token", body).json)
        return app


def next_key() -> str:
    """A fresh Idempotency-Key."""
    return f"key-{next(_keys)}"


def make_service(world: World, redis_url: str, **more: Any) -> Service:
    """`more` are settings that differ."""
    wanted = settings("postgresql:///unused", redis_url, **more)
    lean = LeanRedis(redis_url)
    desk = ApiDesk(
        world.context,
        ApiTokens(KEYS),
        RateLimits(lean, b"test"),
        wanted,
        b"test",
        partial(merchant_of, world.context),
    )
    return Service(world, create_app([api(desk)], no_resource), desk, lean)
