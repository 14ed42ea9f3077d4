"""Makes an embedded PostgreSQL ours: waits for it, creates roles and the database."""

import time

import psycopg2
import redis

from app.launcher.servers import EmbeddedServers


class ServerDidNotStart(Exception):
    """An embedded server didn't answer in time; its log says why."""


def wait_for_postgres(servers: EmbeddedServers, seconds: float = 30) -> None:
    """Until PostgreSQL takes connections. Raises ServerDidNotStart."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg2.connect(admin_url(servers)).close()
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                raise ServerDidNotStart(str(servers.postgres.log)) from error
            time.sleep(0.05)
        else:
            return


def wait_for_valkey(servers: EmbeddedServers, seconds: float = 30) -> None:
    """Until Valkey answers PING (it loads its data first). Raises ServerDidNotStart."""
    deadline = time.monotonic() + seconds
    client = redis.Redis.from_url(servers.redis_url, socket_timeout=2)
    try:
        while True:
            try:
                client.ping()
            except (redis.ConnectionError, redis.TimeoutError) as error:
                if time.monotonic() > deadline:
                    raise ServerDidNotStart(str(servers.valkey.log)) from error
                time.sleep(0.05)
            else:
                return
    finally:
        client.close()


def create_roles_and_database(servers: EmbeddedServers) -> None:
    """An owner for migrations and a program role that can't write the ledger; idempotent."""
    connection = psycopg2.connect(admin_url(servers))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for role, options in (("nexustop_owner", "login createrole"), ("nexustop_app", "login")):
            cursor.execute("select 1 from pg_roles where rolname = %s", (role,))
            verb = "alter" if cursor.fetchone() else "create"
            cursor.execute(f"{verb} role {role} {options}")
        cursor.execute("select 1 from pg_database where datname = 'nexustop'")
        if not cursor.fetchone():
            cursor.execute("create database nexustop owner nexustop_owner template template0")
    connection.close()


def admin_url(servers: EmbeddedServers) -> str:
    """The superuser's address, for set-up only."""
    return servers.owner_url.replace("nexustop_owner@/nexustop", "postgres@/postgres")
