"""Real PostgreSQL and Valkey for every test that stores something; fixed clock for all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg2
import pytest
import redis

from app.db import migrations
from app.db.engine import Database
from app.launcher import database as embedded
from app.launcher.children import Child
from app.launcher.servers import prepare
from tests.factories.folders import remove_servers_folder, servers_folder
from tests.factories.lazy_routes import compile_routes_when_asked
from tests.fakes.clock import FixedClock

_numbers = count(1)
compile_routes_when_asked()


LONGEST_FIRST = (
    "system", "browser", "journeys", "simulation", "menus", "smpp", "web", "vending",
    "reconciliation",
)  # fmt: skip
"""Folders whose files take longest. Started last, one of them would be waited for alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; the rest stays in its order."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=rank)


@dataclass(frozen=True)
class Servers:
    """Addresses of the servers the tests use; `admin_url` may create databases. `logs` is where
    they write theirs, None of given ones."""

    admin_url: str
    redis_url: str
    logs: Path | None = None


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Embedded servers started once, or those of TEST_DATABASE_URL and TEST_REDIS_URL."""
    given = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if given[0] and given[1]:
        yield Servers(given[0], given[1])
        return
    folder = servers_folder("tests")
    layout = prepare(folder, fast=True)
    children = [Child(layout.postgres), Child(layout.valkey)]
    for child in children:
        child.start()
    try:
        embedded.wait_for_postgres(layout)
        embedded.wait_for_valkey(layout)
        embedded.create_roles_and_database(layout)
        yield Servers(embedded.admin_url(layout), layout.redis_url, layout.postgres.log.parent)
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.end_by(time.monotonic() + 5)
        remove_servers_folder(folder)


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """A database with the newest migration, copied for each test module."""
    name = f"nexustop_template_{os.getpid()}"
    _create(servers, name, None)
    migrations.upgrade(_url(servers, name, "nexustop_owner"))
    return name


@dataclass(frozen=True)
class Urls:
    """One database, seen as its owner and as the program."""

    owner: str
    program: str


@pytest.fixture(scope="module")
def urls(servers: Servers, template: str) -> Iterator[Urls]:
    """A fresh database for the module."""
    with fresh_database(servers, template) as made:
        yield made


@contextmanager
def fresh_database(servers: Servers, template: str) -> Iterator[Urls]:
    """A copy of the template, gone after the block."""
    name = f"nexustop_test_{os.getpid()}_{next(_numbers)}"
    _create(servers, name, template)
    yield Urls(_url(servers, name, "nexustop_owner"), _url(servers, name, "nexustop_app"))
    _admin(servers, f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def db(urls: Urls) -> Iterator[Database]:
    """The program's own way to the module's database. One for all its tests: a connection is slow
    until it knows the catalogue and has compiled the functions it calls."""
    database = Database(urls.program, pool_size=16, wait_seconds=30)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def owner(urls: Urls) -> Iterator[Database]:
    """The same database as its owner, who may do more."""
    database = Database(urls.owner, pool_size=4)
    yield database
    database.dispose()


@pytest.fixture
def redis_url(servers: Servers) -> str:
    """An empty Valkey."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    return servers.redis_url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def _create(servers: Servers, name: str, template: str | None) -> None:
    # Copied file by file: the other way writes each page to the log, too.
    source = f"template {template or 'template0'} strategy file_copy"
    _admin(servers, f"create database {name} owner nexustop_owner {source}")


def _admin(servers: Servers, sql: str) -> None:
    connection = psycopg2.connect(servers.admin_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()


def _url(servers: Servers, name: str, role: str) -> str:
    head, query = servers.admin_url.split("?", 1)
    host = head.split("@", 1)[1].split("/", 1)[0]
    return f"postgresql://{role}@{host}/{name}?{query}"
