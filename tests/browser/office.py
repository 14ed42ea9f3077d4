"""The real application under gunicorn, and a real browser in front of it.

Signing in is done once by its own test; the others get a session made by the services, in a cookie
signed as the application signs it.
"""

import hashlib
import hmac
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from app.bootstrap import Parts, parts
from app.db import ledger, subscribers, web_accounts, web_sessions
from app.domain.ledger import wallet
from app.domain.msisdn import Msisdn
from app.domain.roles import AGENT_ROLES, Role
from app.domain.secret import Secret
from app.launcher.demo_settings import run_settings, secret_settings
from app.services.agent_logins import open_login
from app.services.open_books import open_books
from app.services.run_agents import add_agent
from app.services.run_staff import add_staff
from tests.conftest import Urls
from tests.system.harness import free_port

PASSWORD = "correct horse 9"
AXE = Path(__file__).parent / "vendor/axe-core-4.14.1/axe.min.js"
_people = count(1)
_SECONDS = 90


class Office:
    """The application at `address`; `parts` reach what stands behind it."""

    def __init__(self, made: Parts, address: str) -> None:
        self.parts = made
        self.address = address
        self._sessions: dict[str, tuple[str, str]] = {}

    def sign_in(self, context: BrowserContext, role: str, browser: str) -> None:
        """A session of somebody of this role, in the browser's cookie."""
        ctx = self.parts.context
        kind, name = self._somebody(Role(role))
        token = ctx.factors.web.new_token()
        with ctx.db.transaction() as tx:
            account = web_accounts.find(tx, kind, name)
            assert account is not None
            digest = ctx.factors.web.token(token)
            web_sessions.begin(
                tx, digest, kind, account.id, ctx.clock.now(), "127.0.0.1", browser[:200]
            )
        seen = hashlib.sha512(f"127.0.0.1|{browser}".encode()).hexdigest()
        cookie = self._signed({"_user_id": token.value, "_fresh": True, "_id": seen})
        context.add_cookies(
            [{"name": "nexustop_backoffice", "value": cookie, "url": f"{self.address}/backoffice/"}]
        )

    def _somebody(self, role: Role) -> tuple[str, str]:
        """An account of the role: its kind and name."""
        number, ctx = next(_people), self.parts.context
        if role not in AGENT_ROLES:
            name = f"{role.value}{number}@nexustop.example"
            add_staff(ctx, name, Secret(PASSWORD), "cli:test", role)
            return "staff", name
        agent, teller = Msisdn(f"+23480310{number:05d}"), None
        self._register(agent)
        add_agent(ctx, agent, f"Agent {number}", None, 0, "cli:test")
        if role is Role.AGENT_TELLER:
            teller = Msisdn(f"+23480320{number:05d}")
        open_login(ctx, agent, Secret(PASSWORD), "cli:test", teller)
        return "agent", teller or agent

    def _register(self, msisdn: Msisdn) -> None:
        ctx = self.parts.context
        pin = ctx.hasher.hash(Secret("7392"), msisdn)
        new = subscribers.NewSubscriber(
            msisdn, "en", "NG", "NGN", pin.hash, pin.pepper_id, ctx.clock.now()
        )
        with ctx.db.transaction() as tx:
            owner = subscribers.register(tx, new)
            assert owner is not None
            ledger.open_account(tx, wallet(owner, "NGN"))

    def _signed(self, content: dict[str, object]) -> str:
        key = self.parts.settings.secret_key.get_secret_value().encode()
        app = Flask("signs")
        app.secret_key = hmac.digest(key, b"back-office cookies", "sha256")
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        signed: str = signer.dumps(content)
        return signed


class Watched:
    """A page, and whatever its console complained of: errors, what its policy refused."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _console(self, said: ConsoleMessage) -> None:
        answered = said.text.startswith("Failed to load resource: the server responded with")
        ours = said.location["url"] == self.page.url
        if said.type in {"error", "warning"} and not (answered and ours):
            # A page that is itself an answer of 4xx is told of as an error too.
            self.problems.append(said.text)


@contextmanager
def office_on(urls: Urls, redis_url: str, folder: Path) -> Iterator[Office]:
    """The web server inside the block, on a fresh database."""
    port = free_port()
    os.environ.update({"PORT": str(port), "SANDBOX_PORT": str(free_port())})
    secret_settings(folder)
    servers = {
        "DATABASE_URL": urls.program, "MIGRATION_DATABASE_URL": urls.owner, "REDIS_URL": redis_url,
    }  # fmt: skip
    run_settings(folder, servers)
    made = parts(folder, threads=4)
    open_books(made.db, made.settings.vending_names, made.settings.funding_providers)
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "web"], stdout=log, stderr=log,
            env={**os.environ, "DATA_DIR": str(folder), "WEB_WORKERS": "1", "WEB_THREADS": "8"},
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process, folder / "web.log")
        yield Office(made, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=20)
        made.close()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)


def grave_findings(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
