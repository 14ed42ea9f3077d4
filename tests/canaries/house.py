"""A whole program in one process whose every word is kept: doors, jobs, sandbox, logs."""

import io
import json
import os
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pyotp
import redis
import structlog
from werkzeug.test import Client

from app.domain.secret import Secret
from app.observability import logging as structured
from app.observability.lines import BufferedLines
from app.services.copy_hops import copy_hops
from app.services.run_staff import add_demo_staff
from app.sessions import hop_stream
from providers.sandbox.phones import PHONES, TEXTS, Call, Text
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.canaries.search import (
    Written,
    every_process,
    everything_in_files,
    everything_in_postgres,
    everything_in_redis,
)
from tests.factories.gateway import KANNEL, SUBSCRIBER, Gateway, settings
from tests.system.harness import free_port
from workers.queues import queues
from workers.relay import Relay
from workers.runtime import ACTS, Runtime
from workers.threads import JobThreads

PASSWORD = "correct horse 9 battery staple"
STAFF = "admin@nexustop.test"
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_numbers = count(1)


@dataclass
class House:
    """The program, and what it has written so far."""

    gateway: Gateway
    sandbox: str
    data: Path
    logs: io.BytesIO
    servers_logs: Path | None
    browser: Client
    app_key: str = ""

    # --- doors -------------------------------------------------------------------------------

    def ussd(self, gateway: str, *typed: str, msisdn: str = SUBSCRIBER) -> str:
        """A session by this gateway's own dialect, hop by hop; its last screen."""
        call = Call(f"canary-{next(_numbers)}", msisdn, "*384*123#", "*384*123#", "62130")
        for step in range(len(typed) + 1):
            screen = self.gateway.show(gateway, PHONES[gateway].hop(call, typed[:step]))
        return screen.text

    def sms(self, gateway: str, text: str, msisdn: str = SUBSCRIBER) -> None:
        """An SMS to the short code by this gateway's own dialect."""
        sent = Text(f"mo-{next(_numbers)}", msisdn, "20880", text, "62130", datetime.now(UTC))
        wire = TEXTS[gateway](sent)
        path = f"/sms/{gateway}{wire.tail}" + (f"?{wire.query}" if wire.query else "")
        kind = wire.headers.get("Content-Type", "")
        self.gateway.call(path, wire.body, wire.method, kind, wire.headers)

    def form(self, path: str, token: bool = True, **fields: str) -> Any:
        """A form of the back-office, sent by the browser."""
        if token:
            fields["csrf_token"] = self._csrf(path)
        return self.browser.post(path, data=fields)

    def _csrf(self, path: str) -> str:
        for page in (path, "/backoffice/account", "/backoffice/sign-in"):
            if found := _TOKEN.search(self.browser.get(page).text):
                return found[1]
        raise AssertionError("no page with a form")

    def code(self) -> str:
        """What the code app shows."""
        return pyotp.TOTP(self.app_key).now()

    def said_by_sms(self) -> str:
        """All that was handed to handsets, which is where codes belong."""
        with urllib.request.urlopen(f"{self.sandbox}/control/sms", timeout=10) as answer:
            return " ".join(one["text"] for one in json.load(answer))

    # --- jobs --------------------------------------------------------------------------------

    def put_jobs_into_redis(self) -> None:
        """As the scheduler's relay does."""
        parts = self.gateway.parts
        Relay(parts, parts.redis, Runtime(parts, JobThreads(2))).relay()

    def run_jobs(self) -> None:
        """What workers and the scheduler do with it, and with what follows from it; including what
        they write."""
        parts = self.gateway.parts
        while waiting := [one for one in queues(parts.redis).items() if one[1].count]:
            for topic, queue in waiting:
                for job in queue.jobs:
                    for subject in job.args[0]:
                        ACTS[topic](parts, subject)
                queue.empty()
            self.put_jobs_into_redis()
        copy_hops(parts.db, hop_stream.take(parts.redis))
        parts.exchanges.close()

    # --- what was written --------------------------------------------------------------------

    def written(self) -> Iterator[Written]:
        """By every sink."""
        parts = self.gateway.parts
        parts.lines.flush()
        yield from (
            Written("log", line.decode("latin-1")) for line in self.logs.getvalue().splitlines()
        )
        yield Written("metrics", self.gateway.call("/metrics", method="GET")[1])
        yield from everything_in_postgres(parts.db)
        yield from everything_in_redis(parts.redis)
        yield from everything_in_files(self.data)
        if self.servers_logs is not None:
            yield from everything_in_files(self.servers_logs)
        yield from every_process([os.getpid()])


@contextmanager
def house(
    database_url: str, redis_url: str, data: Path, servers_logs: Path | None
) -> Iterator[House]:
    """Vendors and gateways are the sandbox's; nothing of an earlier run is in the way."""
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    wanted = settings(
        database_url, redis_url, sandbox_port=port, data_dir=data, sms_gateways=",".join(TEXTS),
        africastalking_base_url=f"{at}/africastalking", vtpass_base_url=f"{at}/vtpass",
        africastalking_api_key="demo-canary-at-key", paystack_secret_key="demo-canary-ps-key",
        paystack_base_url=f"{at}/paystack", identity_base_url=f"{at}/identity", **KANNEL,
    )  # fmt: skip
    served = SandboxServer(SandboxSettings(callback_base="http://127.0.0.1:1"), "127.0.0.1", port)
    running = threading.Thread(target=served.run)
    running.start()
    logs = io.BytesIO()
    structured.configure(logs)
    try:
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
        with Gateway.to(wanted, lines=BufferedLines(logs)) as gateway:
            add_demo_staff(gateway.parts.context, Secret(PASSWORD))
            browser = Client(gateway.parts.web)
            yield House(gateway, at, data, logs, servers_logs, browser)
    finally:
        structlog.reset_defaults()
        served.stop()
        running.join()
