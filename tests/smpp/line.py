"""The program's SMPP process between a database and an SMSC, and what people see of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.config import Settings
from app.db import outbox
from app.domain.msisdn import Msisdn
from app.services.send_sms import send_sms
from app.services.sweep import take_outbox
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings
from tests.smpp.smsc import Smsc

SECONDS = 60.0


@dataclass
class Line:
    """`environment` is added to the process's settings."""

    gateway: Gateway
    smsc: Smsc
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the process, and wait until it is bound."""
        self.launch()
        self.smsc.expect("bound")

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "smpp"], stdout=log, stderr=log,
                env={**os.environ, **self.environment}, start_new_session=True,
            )  # fmt: skip

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    # --- the program's side ----------------------------------------------------------------------

    def queue(self, text: str, to: str = SUBSCRIBER) -> str:
        """An SMS on its way; its reference."""
        context = self.gateway.parts.context
        with context.db.transaction() as tx:
            number = tx.one("select coalesce(max(id), 0) + 1 from mt_sms")[0]
            outbox.queue_sms(
                tx, Msisdn(to), "reply", "en", {"sentence": text, "arguments": {}},
                dedupe_key=f"line-{number}",
            )  # fmt: skip
        self.work()
        return f"sms-{self.one('select max(id) from mt_sms where msisdn = %s', to)}"

    def work(self) -> None:
        """Queued SMS are handed to the gateway, as workers do it."""
        parts = self.gateway.parts
        while due := take_outbox(parts.db):
            for sms_id in due.jobs.get(outbox.NOTIFY, ()):
                send_sms(parts.sms, sms_id)

    def state(self, reference: str) -> str:
        """Of an MT SMS."""
        return str(self.one("select state from mt_sms where gateway_id = %s", reference))

    def one(self, sql: str, *params: object) -> Any:
        with self.gateway.parts.db.statement() as tx:
            return tx.one(sql, params)[0]

    def run(self, sql: str, *params: object) -> None:
        with self.gateway.parts.db.statement() as tx:
            tx.run(sql, params)

    def until(self, true: Callable[[], object], what: str) -> None:
        """Wait for something to come about."""
        deadline = time.monotonic() + SECONDS
        while not true():
            if time.monotonic() > deadline:
                raise AssertionError(f"not in time: {what}\n{self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def until_state(self, reference: str, state: str) -> None:
        self.until(lambda: self.state(reference) == state, f"{reference} {state}")


@contextmanager
def line(urls: Urls, redis_url: str, folder: Path, *tls: Path, **more: str) -> Iterator[Line]:
    """A bound process; `tls` as Smsc takes it, `more` settings by their name in the environment."""
    with Smsc(*tls) as smsc:
        wanted = {
            "smpp_host": "127.0.0.1", "smpp_port": str(smsc.port), "smpp_system_id": "nexustop",
            "smpp_password": "secret", "sms_gateways": "smpp",
            **{name.lower(): value for name, value in more.items()},
        }  # fmt: skip
        made = settings(urls.program, redis_url, **wanted)
        with Gateway.to(made) as gateway:
            found = Line(gateway, smsc, folder / "smpp.log", _environment(made, folder))
            try:
                found.start()
                yield found
            finally:
                if found.process is not None and found.process.poll() is None:
                    found.kill()


def _environment(made: Settings, folder: Path) -> dict[str, str]:
    """The settings as a process reads them."""
    told = {"DATA_DIR": str(folder)}
    for name in made.model_fields_set:
        value = getattr(made, name)
        value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        told[name.upper()] = ",".join(value) if isinstance(value, tuple) else str(value)
    return told
