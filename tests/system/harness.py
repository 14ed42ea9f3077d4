"""Starts `nexustop run` in a folder of its own and drives it as gateways, people and staff do."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg2

from app import cli

SUBSCRIBER, PIN = "+2348030000001", "7392"
_sessions = count(1)


class StillWaiting(AssertionError):
    """Something didn't come about in time."""


@dataclass
class System:
    """A running system. `environment` is added to that of the command."""

    data_dir: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())
    sandbox_port: int = field(default_factory=lambda: free_port())
    process: "subprocess.Popen[str] | None" = None

    # --- starting and stopping ---------------------------------------------------------------

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"], env=self._environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.until(self._ready, 90, "ready")

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        return self.process.returncode

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ, "DATA_DIR": str(self.data_dir), "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port), **self.environment,
        }  # fmt: skip

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(self.process.communicate()[0])
        try:
            return self.get(f"http://127.0.0.1:{self.port}/readyz")[0] == 200
        except OSError:
            return False

    def pids(self, title: str) -> list[int]:
        """Processes of this run whose command line holds `title`, newest first."""
        assert self.process is not None
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and _descends(int(folder.name), self.process.pid):
                try:
                    words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue
                if title in words:
                    found.append(int(folder.name))
        return sorted(found, reverse=True)

    def cli(self, *words: str) -> tuple[int, str]:
        """Run one `nexustop` command beside it; exit code and output."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *words], env=self._environment(), text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def command(self, *words: str) -> tuple[int, str]:
        """The same in this process, without the seconds in which Python starts."""
        said = io.StringIO()
        with (
            mock.patch.dict(os.environ, self._environment()),
            redirect_stdout(said), redirect_stderr(said),
        ):  # fmt: skip
            try:
                code = cli.main(words)
            except SystemExit as ended:
                code = int(ended.code or 0)
        return code, said.getvalue()

    # --- what people and gateways do ---------------------------------------------------------

    def hop(self, session: str, text: str, msisdn: str = SUBSCRIBER, network: str = "62130") -> str:
        """One hop, as Africa's Talking sends it; the body."""
        fields = {
            "sessionId": session, "serviceCode": "*384*123#", "phoneNumber": msisdn,
            "networkCode": network, "text": text,
        }  # fmt: skip
        body = urllib.parse.urlencode(fields).encode()
        return self.get(f"http://127.0.0.1:{self.port}/ussd/africastalking", body)[1].decode()

    def dial(self, *inputs: str, msisdn: str = SUBSCRIBER) -> list[str]:
        """A whole session, input by input; every screen."""
        session = f"s-{os.getpid()}-{next(_sessions)}"
        return [
            self.hop(session, "*".join(inputs[:step]), msisdn) for step in range(len(inputs) + 1)
        ]

    def buy(self, recipient: str, amount: str = "100", msisdn: str = SUBSCRIBER) -> str:
        """Airtime for another number; the last screen."""
        return self.dial("1", "2", recipient, "5", amount, "1", PIN, msisdn=msisdn)[-1]

    def send_sms(self, text: str, msisdn: str = SUBSCRIBER, gateway_id: str = "") -> None:
        fields = {
            "from": msisdn, "to": "20880", "text": text, "date": "2026-11-24 10:00:00",
            "id": gateway_id or f"mo-{os.getpid()}-{next(_sessions)}", "networkCode": "62130",
        }  # fmt: skip
        body = urllib.parse.urlencode(fields).encode()
        self.get(f"http://127.0.0.1:{self.port}/sms/africastalking/inbound", body)

    # --- the sandbox -------------------------------------------------------------------------

    def control(self, path: str, body: dict[str, Any] | None = None, method: str = "") -> Any:
        url = f"http://127.0.0.1:{self.sandbox_port}/control/{path}"
        data = json.dumps(body).encode() if body is not None else None
        return json.loads(self.get(url, data, method, "application/json")[1])

    def fault(self, provider: str, fault: str, times: int, capability: str = "vending") -> None:
        wanted = {"provider": provider, "fault": fault, "count": times, "capability": capability}
        self.control("faults", wanted)

    def vends(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("vends")
        return found

    def sms(self, msisdn: str = SUBSCRIBER) -> list[str]:
        rows = self.control(f"sms?to={urllib.parse.quote(msisdn)}")
        return [row["text"] for row in rows]

    # --- looking -----------------------------------------------------------------------------

    def until(self, holds: Callable[[], object], seconds: float, what: str) -> None:
        """Wait until it holds."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise StillWaiting(f"not within {seconds} s: {what}")
            time.sleep(0.1)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """Rows as the owner sees them; a server that has just been killed is waited for."""
        for pause in (0.2, 0.5, 1, 2, 4, 8):
            try:
                return self._sql(query)
            except psycopg2.OperationalError:
                time.sleep(pause)
        return self._sql(query)

    def _sql(self, query: str) -> list[tuple[Any, ...]]:
        settings = dict(
            line.split("=", 1) for line in (self.data_dir / "run.env").read_text().splitlines()
        )
        connection = psycopg2.connect(settings["MIGRATION_DATABASE_URL"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def open_orders(self) -> int:
        return int(
            self.sql("select count(*) from orders where state not in "
                     "('delivered', 'declined', 'reversed')")[0][0]
        )  # fmt: skip

    @staticmethod
    def get(
        url: str, body: bytes | None = None, method: str = "",
        kind: str = "application/x-www-form-urlencoded",
    ) -> tuple[int, bytes]:  # fmt: skip
        request = urllib.request.Request(url, body, {"Content-Type": kind})
        if method:
            request.method = method
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[System]:
    """A system that is up inside the block and gone after it."""
    system = System(folder, environment)
    try:
        system.start()
        yield system
    finally:
        if system.process is not None and system.process.poll() is None:
            system.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _descends(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            return False
    return False
