"""`make run`: start everything in order, keep it running, end all of it within ten seconds.

Servers first, then migrations and demo data, then the sandbox, web, worker and scheduler. Each is
a child of this process and dies with it; what dies by itself is started again.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from dotenv import dotenv_values
from setproctitle import setproctitle

from app.bootstrap import KNOWN_PROVIDERS, PAYMENT_PROVIDERS, SettingsProblem, parts
from app.launcher import database, demo_settings
from app.launcher.children import Child, log_tail
from app.launcher.servers import EmbeddedServers, Server, prepare
from app.services.run_staff import DEMO_STAFF

READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 9.0
_SERVERS_NEED_SECONDS = 3.0
_LOOK_EVERY_SECONDS = 0.2


class AlreadyRunning(Exception):
    """Another `make run` uses this DATA_DIR."""


def supervise() -> int:
    """Run everything until a signal. Exit code 0 when asked to stop, 1 when it couldn't start.

    Raises SettingsProblem before anything is started."""
    for name, value in dotenv_values(".env").items():
        os.environ.setdefault(name, value or "")
    data_dir = Path(os.environ.get("DATA_DIR", "var")).resolve()
    (data_dir / "logs").mkdir(parents=True, exist_ok=True)
    setproctitle("nexustop-run")
    run = _Run(data_dir)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, run.stop)
    try:
        with (data_dir / "run.lock").open("w") as lock:
            _take(lock)
            return run.everything()
    except AlreadyRunning:
        print(f"{data_dir} is in use by another run", file=sys.stderr)
        return 1


def _take(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunning from None


class _Run:
    """One run of the system: its children, in the order in which they start."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._servers: list[Child] = []
        self._roles: list[Child] = []
        self._stopping = False

    def stop(self, *_: object) -> None:
        self._stopping = True

    def everything(self) -> int:
        began = time.monotonic()
        try:
            self._start(began)
            while not self._stopping:
                self._look()
        except SettingsProblem:
            raise
        except Exception as error:  # noqa: BLE001 - said to a person; nothing is left behind
            if not self._stopping:
                print(f"could not start: {error}", file=sys.stderr)
                return 1
        finally:
            self._end()
        return 0

    def _start(self, began: float) -> None:
        demo_settings.secret_settings(self._data_dir)
        ours = {"DATABASE_URL", "REDIS_URL"} - {name for name in os.environ if os.environ[name]}
        layout = prepare(self._data_dir) if ours else None
        settings = demo_settings.run_settings(self._data_dir, _addresses(layout, ours))
        os.environ["DATA_DIR"] = str(self._data_dir)
        parts(self._data_dir)
        if layout is not None:
            self._start_servers(layout, ours)
        os.environ.update({"PROMETHEUS_MULTIPROC_DIR": str(_empty(self._data_dir / "metrics"))})
        self._migrate()
        for role in _roles(self._data_dir, smpp=bool(parts(self._data_dir).settings.smpp_host)):
            child = Child(role)
            child.start()
            self._roles.append(child)
        address = f"http://127.0.0.1:{settings['PORT']}"
        self._wait_until_ready(address)
        if not self._stopping:
            _say_hello(address, settings, _staff_password(self._data_dir), time.monotonic() - began)

    def _start_servers(self, layout: EmbeddedServers, ours: set[str]) -> None:
        """Those the environment gives no address of."""
        if "DATABASE_URL" in ours:
            self._start_server(layout.postgres)
            database.wait_for_postgres(layout)
            database.create_roles_and_database(layout)
        if "REDIS_URL" in ours:
            self._start_server(layout.valkey)
            database.wait_for_valkey(layout)

    def _start_server(self, server: Server) -> None:
        child = Child(server)
        child.start()
        self._servers.append(child)

    def _migrate(self) -> None:
        from app.db import migrations
        from app.services.demo import load_demo
        from app.services.open_books import open_books
        from app.services.sample_catalogue import load_sample

        made = parts(self._data_dir)
        migrations.upgrade(made.settings.owner_database_url)
        open_books(made.db, KNOWN_PROVIDERS, PAYMENT_PROVIDERS)
        load_demo(made.context, made.settings.demo_staff_password.get_secret_value())
        load_sample(made.vending)
        made.db.dispose()

    def _wait_until_ready(self, address: str) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self._stopping:
            if _answers(f"{address}/readyz"):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{address}/readyz did not answer; see {self._data_dir / 'logs'}\n"
                    + log_tail(self._data_dir / "logs" / "web.log")
                )
            self._look()

    def _look(self) -> None:
        for child in (*self._servers, *self._roles):
            said = child.restart_if_dead()
            if said:
                print(said, file=sys.stderr, flush=True)
        time.sleep(_LOOK_EVERY_SECONDS)

    def _end(self) -> None:
        """Roles first, so that they can finish against servers that still run."""
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        for children, until in (
            (self._roles, deadline - _SERVERS_NEED_SECONDS),
            (self._servers, deadline),
        ):
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.end_by(until)


def _addresses(layout: EmbeddedServers | None, ours: set[str]) -> dict[str, str]:
    if layout is None:
        return {}
    known = {
        "DATABASE_URL": {"DATABASE_URL": layout.program_url,
                         "MIGRATION_DATABASE_URL": layout.owner_url},
        "REDIS_URL": {"REDIS_URL": layout.redis_url},
    }  # fmt: skip
    return {name: value for one in ours for name, value in known[one].items()}


def _roles(data_dir: Path, *, smpp: bool) -> list[Server]:
    program = [sys.executable, "-m", "app.cli"]
    environment = dict(os.environ)
    web = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    wanted = parts(data_dir).settings
    argv = {
        "sandbox": ["--port", os.environ.get("SANDBOX_PORT", "8001"), "--callback-base", web,
                    "--book", str(data_dir / "sandbox.book"), "--short-code", wanted.short_code,
                    "--gateways", ",".join(wanted.ussd_gateways),
                    "--sms-short-code", wanted.sms_short_code,
                    "--sms-gateways", ",".join(wanted.sms_gateways)],
        "web": [], "worker": [], "scheduler": [], **({"smpp": []} if smpp else {}),
    }  # fmt: skip
    return [
        Server(name, [*program, name, *more], data_dir / "logs" / f"{name}.log", signal.SIGTERM,
               None, environment)
        for name, more in argv.items()
    ]  # fmt: skip


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _staff_password(data_dir: Path) -> str:
    """As generated; whoever has set it knows it."""
    if os.environ.get("DEMO_STAFF_PASSWORD"):
        return "in DEMO_STAFF_PASSWORD"
    return parts(data_dir).settings.demo_staff_password.get_secret_value()


def _say_hello(address: str, settings: dict[str, str], password: str, seconds: float) -> None:
    staff = " and ".join(f"{name} ({role.replace('_', ' ')})" for name, role in DEMO_STAFF.items())
    print(
        f"NexusTop runs (started in {seconds:.1f} s). Ctrl-C ends it.\n"
        f"  phone      {address}/simulator/\n"
        f"  back-office {address}/backoffice/ (demo staff, and the demo agent by number)\n"
        f"  health     {address}/readyz  {address}/metrics\n"
        f"  sandbox    http://127.0.0.1:{settings['SANDBOX_PORT']}/control/vends\n"
        "  demo subscriber +2348030000001, PIN 7392, wallet NGN 5,000.00\n"
        "  demo agent      +2348030000002, PIN 7392, float NGN 50,000.00\n"
        f"  demo staff      {staff}, password {password}\n"
        "                  (the demo agent's in the back-office, too)\n"
        "  terminal   .venv/bin/nexustop dial '*384*123#' --as +2348030000001",
        flush=True,
    )
