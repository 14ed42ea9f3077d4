"""The back-office on a real database, and browsers without a screen in front of it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pyotp
import redis
from flask import Flask
from werkzeug.test import TestResponse

from app.db import web_accounts
from app.domain.msisdn import Msisdn
from app.domain.roles import AGENT_ROLES, Role
from app.domain.secret import Secret
from app.ports.channels import MtSms, SmsAccepted
from app.services.agent_logins import open_login
from app.services.backoffice.web_code import key_place
from app.services.reconcile import ReconcileContext
from app.services.run_agents import add_agent
from app.services.run_staff import add_staff
from app.services.sms_context import SmsContext
from app.web.application import create_app
from app.web.backoffice.desk import Desk
from app.web.backoffice.guard import no_page
from app.web.backoffice.site import backoffice
from providers import registry
from tests.factories.gateway import settings
from tests.factories.world import World

PASSWORD = "correct horse 9"
_people = count(1)
_SILENT = timedelta(seconds=18)
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@dataclass
class Someone:
    """An account with a code app; `agent` is the agent's number for people of agents."""

    name: str
    role: Role
    key: str
    agent: Msisdn | None = None


@dataclass
class Browser:
    """One browser with its cookies, in front of the site."""

    site: "Site"
    client: Any
    someone: Someone | None = None

    def get(self, path: str, **more: Any) -> TestResponse:
        answer: TestResponse = self.client.get(path, **more)
        return answer

    def post(self, path: str, token: str | None = None, **fields: str) -> TestResponse:
        """Send a form, with a good CSRF token unless one is given."""
        wanted = self.csrf() if token is None else token
        answer: TestResponse = self.client.post(path, data={"csrf_token": wanted, **fields})
        return answer

    def csrf(self) -> str:
        """The token of a page of this session."""
        for page in ("/backoffice/account", "/backoffice/sign-in"):
            found = _TOKEN.search(self.get(page).text)
            if found:
                return found.group(1)
        raise AssertionError("no page with a form")

    def code(self) -> str:
        """What the code app shows; time passes until it is one that wasn't used."""
        assert self.someone is not None
        self.site.world.clock.advance(seconds=30)
        return pyotp.TOTP(self.someone.key).at(self.site.world.clock.now())

    def give_password(self, name: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/backoffice/sign-in", name=name, password=password)

    def sign_in(self, someone: Someone) -> TestResponse:
        """Both steps; what the second answers."""
        self.someone = someone
        assert self.give_password(someone.name).location == "/backoffice/sign-in/code"
        return self.post("/backoffice/sign-in/code", code=self.code())


@dataclass
class Site:
    """The site, and the browser that is used at the moment."""

    world: World
    app: Flask
    desk: Desk
    people: dict[str, Someone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now = self.browser()

    def close(self) -> None:
        self.desk.redis.close()

    def browser(self) -> Browser:
        """Another one, with no cookies."""
        return Browser(self, self.app.test_client())

    def sign_in(self, role: str) -> Browser:
        """Somebody of this role signs in; the browser, which is the one in use from now on."""
        self.now = self.browser()
        assert self.now.sign_in(self.someone(role)).status_code == 303
        return self.now

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.now.get(path, **more)

    def post(self, path: str, token: str | None = None, **fields: str) -> TestResponse:
        return self.now.post(path, token, **fields)

    def someone(self, role: str, *, new: bool = False) -> Someone:
        """An account of this role with a code app; the same one again unless `new`."""
        if new or role not in self.people:
            self.people[role] = self._make(Role(role))
        return self.people[role]

    def without_app(self, role: str) -> Someone:
        """A new account that hasn't enrolled a code app."""
        number = next(_people)
        wanted = Role(role)
        if wanted not in AGENT_ROLES:
            name = f"{role}{number}@nexustop.example"
            add_staff(self.world.context, name, Secret(PASSWORD), "cli:test", wanted)
            return Someone(name, wanted, "")
        agent = self.world.subscriber()
        add_agent(self.world.context, agent, f"Agent {number}", None, 0, "cli:test")
        teller = Msisdn(f"+23480320{number:05d}") if wanted is Role.AGENT_TELLER else None
        open_login(self.world.context, agent, Secret(PASSWORD), "cli:test", teller)
        return Someone(teller or agent, wanted, "", agent)

    def _make(self, role: Role) -> Someone:
        made = self.without_app(role.value)
        made.key = pyotp.random_base32()
        ctx = self.world.context
        with ctx.db.transaction() as tx:
            account = web_accounts.find(tx, _kind(role), made.name)
            assert account is not None
            sealed = ctx.fields.encrypt(Secret(made.key), key_place(account.kind, account.id))
            assert web_accounts.enrol(tx, account.kind, account.id, sealed, 0, ctx.clock.now())
        return made

    def audited(self, act: str) -> list[tuple[str, str, dict[str, str]]]:
        """Who, to what and in what detail, oldest first."""
        rows = self.world.all(
            "select actor, subject, detail from audit where act = %s order by id", act
        )
        return [(actor, subject, detail) for actor, subject, detail in rows]


class _Takes:
    """An SMS gateway that takes whatever it is given."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, sms: MtSms) -> SmsAccepted:
        return SmsAccepted(f"{self.name}-{sms.reference}", "NGN 2.2000")


def _uncounted(_: str, __: str) -> None:
    """No metrics."""


def _kind(role: Role) -> str:
    return "agent" if role in AGENT_ROLES else "staff"


def make_site(world: World, redis_url: str, **more: Any) -> Site:
    """`more` are fields of the Desk that differ."""
    wanted = settings("postgresql:///unused", redis_url)
    given: dict[str, Any] = {
        "context": world.context, "vending": world.vending, "funding": world.funding,
        "reconcile": ReconcileContext(world.funding, {}, registry.EXPORTS),
        "sms": SmsContext(world.context, (_Takes("first"), _Takes("second")), _SILENT, _uncounted),
        "redis": redis.Redis.from_url(redis_url), "settings": wanted, "secret_key": b"test",
        "limits_at": redis_url.replace("unix://", "redis+unix://", 1), "secure": False,
        "tries": "1000 per minute",
    }  # fmt: skip
    desk = Desk(**(given | more))
    return Site(world, create_app(backoffice(desk), no_page), desk)
