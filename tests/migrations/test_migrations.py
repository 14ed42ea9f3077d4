"""Every migration goes up and down, and the program's own role can't rewrite the ledger."""

import psycopg2
import pytest

from app.db import migrations
from tests.conftest import Servers, _create, _url


def test_up_to_the_newest_down_to_nothing_and_up_again(servers: Servers) -> None:
    _create(servers, "nexustop_updown", None)
    url = _url(servers, "nexustop_updown", "nexustop_owner")
    migrations.upgrade(url)
    assert migrations.current(url) == migrations.newest()
    migrations.downgrade(url, "base")
    assert migrations.current(url) is None
    assert _names(url) == ["alembic_version"]
    migrations.upgrade(url)
    assert migrations.current(url) == migrations.newest()


@pytest.mark.parametrize(
    "sql",
    [
        "update postings set amount_minor = 1", "delete from postings", "truncate postings",
        "insert into postings (transaction_id, account_id, amount_minor, currency)"
        " values (1, 1, 1, 'NGN')",
        "update ledger_transactions set kind = 'x'", "delete from ledger_transactions",
        "update balances set posted_minor = 1", "insert into balances values (1, 1, true)",
        "update accounts set guarded = false", "drop table orders",
        "update audit set actor = 'x'", "delete from audit", "truncate audit",
        "alter table balances drop constraint wallet_not_negative",
    ],
)  # fmt: skip
def test_the_programs_role_may_not(urls: object, sql: str) -> None:
    connection = psycopg2.connect(urls.program)  # type: ignore[attr-defined]
    try:
        with connection.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
            cursor.execute(sql)
        assert refused.value.pgcode in {"42501", "NX006"}
    finally:
        connection.close()


def _names(url: str) -> list[str]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select tablename from pg_tables where schemaname = 'public'"
                " union select proname::text from pg_proc p join pg_namespace n"
                " on n.oid = p.pronamespace where n.nspname = 'public'"
            )
            return [row[0] for row in cursor.fetchall()]
    finally:
        connection.close()
