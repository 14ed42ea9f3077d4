"""The real application under gunicorn, and a real browser in front of it.

Signing in is done once by its own test; the others get a session in a cookie.
"""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from app.bootstrap import Parts, parts
from app.db import ledger, subscribers
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
from tests.factories.web_cookie import COOKIE_NAME, signed_in_cookie
from tests.system.harness import free_port

PASSWORD = "correct horse 9"
_people = count(1)
_SECONDS = 90


class Office:
    """The application at `address`; `parts` reach what stands behind it."""

    def __init__(self, made: Parts, address: str) -> None:
        self.parts = made
        self.address = address
        self._names: dict[Role, str] = {}

    def sign_in(self, context: BrowserContext, role: str, browser: str) -> None:
        """A session of the role's account, in the browser's cookie."""
        wanted = Role(role)
        kind = "agent" if wanted in AGENT_ROLES else "staff"
        cookie = signed_in_cookie(self.parts, kind, self.name_of(wanted), browser)
        context.add_cookies(
            [{"name": COOKIE_NAME, "value": cookie, "url": f"{self.address}/backoffice/"}]
        )

    def name_of(self, role: Role) -> str:
        """The account of the role, one for each: an e-mail address or a number."""
        if role not in self._names:
            self._names[role] = self._somebody(role)
        return self._names[role]

    def _somebody(self, role: Role) -> str:
        number, ctx = next(_people), self.parts.context
        if role not in AGENT_ROLES:
            name = f"{role.value}{number}@nexustop.example"
            add_staff(ctx, name, Secret(PASSWORD), "cli:test", role)
            return name
        if role is Role.AGENT_TELLER:
            teller = Msisdn(f"+23480320{number:05d}")
            open_login(ctx, Msisdn(self.name_of(Role.AGENT)), Secret(PASSWORD), "cli:test", teller)
            return teller
        agent = Msisdn(f"+23480310{number:05d}")
        self.register(agent)
        add_agent(ctx, agent, f"Agent {number}", None, 0, "cli:test")
        open_login(ctx, agent, Secret(PASSWORD), "cli:test")
        return agent

    def register(self, msisdn: Msisdn) -> None:
        """A subscriber with PIN 7392 and nothing in the wallet."""
        ctx = self.parts.context
        pin = ctx.hasher.hash(Secret("7392"), msisdn)
        new = subscribers.NewSubscriber(
            msisdn, "en", "NG", "NGN", pin.hash, pin.pepper_id, ctx.clock.now()
        )
        with ctx.db.transaction() as tx:
            owner = subscribers.register(tx, new)
            assert owner is not None
            ledger.open_account(tx, wallet(owner, "NGN"))


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
