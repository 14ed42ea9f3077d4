"""Servers and processes of a benchmark, as `make run` starts them, in a folder of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg2

from app.bootstrap import KNOWN_PROVIDERS, PAYMENT_PROVIDERS, Parts, parts
from app.db import migrations
from app.launcher import database, demo_settings
from app.launcher.children import Child
from app.launcher.servers import EmbeddedServers, prepare
from app.services.demo import load_demo
from app.services.open_books import open_books
from app.services.sample_catalogue import load_sample
from tests.system.harness import free_port

SETTINGS = {"RESUME_MINUTES": "0"}
"""Of every row: one subscriber opens thousands of sessions at once here, and none is to offer what
another has left."""


@dataclass
class Ground:
    """Embedded servers with the newest schema and the demo people."""

    data_dir: Path
    layout: EmbeddedServers
    environment: dict[str, str]

    @property
    def parts(self) -> Parts:
        return parts(self.data_dir)

    def one(self, sql: str) -> Any:
        """The first column of the first row, as the owner."""
        connection = psycopg2.connect(self.layout.owner_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                row = cursor.fetchone()
                return row[0] if row else None
        finally:
            connection.close()

    def pgbench(self, *words: str) -> str:
        """Run PostgreSQL's own pgbench against it; its output."""
        program = Path(self.layout.postgres.argv[0]).with_name("pgbench")
        host = self.layout.owner_url.rsplit("host=", 1)[1]
        done = subprocess.run(
            [str(program), "-h", host, "-U", "postgres", *words, "nexustop"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    @contextmanager
    def process(self, argv: list[str], url: str = "", **environment: str) -> Iterator[int]:
        """A process of the system; ready when `url` answers. Gives its id."""
        log = (self.data_dir / "logs" / "bench.log").open("ab")
        process = subprocess.Popen(
            argv, env={**self.environment, **environment}, stdout=log, stderr=log
        )
        try:
            if url:
                _wait_for(url)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()

    def web(self, server: str) -> "tuple[int, object]":
        """The program's web role on `server`; its port and the process's context."""
        port = free_port()
        program = [sys.executable, "-m", "app.cli", "web"]
        return port, self.process(
            program, f"http://127.0.0.1:{port}/readyz", PORT=str(port), WEB_SERVER=server
        )

    def bare(self) -> "tuple[int, object]":
        """The bare route on gunicorn, gthread 2x8."""
        port = free_port()
        program = [
            sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", "2",
            "-k", "gthread", "--threads", "8", "--keep-alive", "30", "tests.bench.bare:application",
        ]  # fmt: skip
        return port, self.process(program, f"http://127.0.0.1:{port}/nothing")


@contextmanager
def ground(**environment: str) -> Iterator[Ground]:
    """Fresh servers; everything is gone afterwards, the settings too."""
    folder = Path(tempfile.mkdtemp(prefix="nexustop-bench-"))
    folder.chmod(0o755)
    try:
        with standing(folder, environment, {}) as made:
            open_books(made.parts.db, KNOWN_PROVIDERS, PAYMENT_PROVIDERS)
            load_demo(made.parts.context)
            load_sample(made.parts.vending)
            yield made
    finally:
        shutil.rmtree((folder / "postgres").resolve().parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def standing(
    folder: Path, environment: Mapping[str, str], postgres: Mapping[str, str]
) -> Iterator[Ground]:
    """Servers on the data in `folder`, made when there is none, with the newest schema; the data
    stays. Settings of the program and of PostgreSQL are those that differ."""
    before = dict(os.environ)
    os.environ.update(
        {"SANDBOX_PORT": str(free_port()), "PORT": str(free_port()), **SETTINGS, **environment}
    )
    layout = prepare(folder)
    differing = [part for name, value in postgres.items() for part in ("-c", f"{name}={value}")]
    server = replace(layout.postgres, argv=[*layout.postgres.argv, *differing])
    children = [Child(server), Child(layout.valkey)]
    try:
        for child in children:
            child.start()
        database.wait_for_postgres(layout)
        database.wait_for_valkey(layout)
        database.create_roles_and_database(layout)
        demo_settings.secret_settings(folder)
        urls = {"DATABASE_URL": layout.program_url, "REDIS_URL": layout.redis_url,
                "MIGRATION_DATABASE_URL": layout.owner_url}  # fmt: skip
        demo_settings.run_settings(folder, urls)
        metrics = folder / "metrics"
        metrics.mkdir(exist_ok=True)
        migrations.upgrade(layout.owner_url)
        yield Ground(folder, layout, {
            **os.environ, **urls, "DATA_DIR": str(folder), "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        })  # fmt: skip
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.end_by(time.monotonic() + 60)
        os.environ.clear()
        os.environ.update(before)


def _wait_for(url: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return
        except OSError:
            pass
        else:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(url)
        time.sleep(0.1)
