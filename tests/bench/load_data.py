"""`python -m tests.bench.load_data`: a database as it is after a long time, in a folder that stays.

Subscribers, agents, orders with all that belongs to them, the ledger of it all, complaints, breaks
and the audit log, written in bulk by tests/bench/past/*.sql and the same for the same seed. The
books are right: `nexustop ledger verify` and `nexustop audit verify` hold. An order leaves four or
five postings; where fewer are wanted than all orders leave, the newest orders have theirs and
`ledger verify` names the older ones.
"""

import argparse
import io
import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2

from app.bootstrap import KNOWN_PROVIDERS, PAYMENT_PROVIDERS
from app.security.audit import Entry
from app.services.demo import load_demo
from app.services.fold_funnel import fold_funnel
from app.services.fold_ledger import fold_ledger
from app.services.fold_orders import count_orders_again, fold_orders
from app.services.open_books import open_books
from app.services.renew_fields import renew_fields
from app.services.sample_catalogue import load_sample
from app.services.seal_ledger import seal_ledger
from tests.bench.servers import Ground, standing

SUBSCRIBERS, ORDERS, POSTINGS, SEED = 1_000_000, 5_000_000, 10_000_000, 1
PER_SUBSCRIBER, PER_ORDER = 2, 4.57
"""Postings: money in; an order's, and its share of what agents do."""
MOST_SUBSCRIBERS, MOST_ORDERS = 1_000_000, 10_000_000
"""References of more would run into each other."""
PLACE = Path("var/loaded")
STEPS = sorted((Path(__file__).parent / "past").glob("*.sql"))
ORDERS_PER_AUDIT_ENTRY = 25

_POSTGRES = {
    "wal_level": "minimal", "max_wal_senders": "0", "fsync": "off", "full_page_writes": "off",
    "synchronous_commit": "off", "autovacuum": "off", "maintenance_work_mem": "512MB",
    "work_mem": "256MB", "max_parallel_workers_per_gather": "0", "log_min_duration_statement": "-1",
}  # fmt: skip
"""Tables that are emptied and filled in one transaction aren't written to the log as well."""

_TABLES = (
    "subscribers", "agents", "orders", "vend_attempts", "route_decisions", "exchanges", "mt_sms",
    "ussd_hops", "topups", "cash_ins", "float_moves", "ledger_transactions", "postings",
    "posting_marks", "folds", "cases", "case_steps", "breaks", "audit",
)  # fmt: skip
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = any(%s::regclass[]) and not exists
    (select from pg_constraint c where c.conindid = indexrelid)
"""
_NUMBERED = """
select table_name, column_name from information_schema.columns
where is_identity = 'YES' and table_name = any(%s)
"""


def main() -> int:
    """Exit code 0 when it is loaded, 2 when the folder isn't new or the sizes won't do."""
    parser = argparse.ArgumentParser("python -m tests.bench.load_data", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=SUBSCRIBERS)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--postings", type=int, default=POSTINGS, help="about so many at most")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--place", type=Path, default=PLACE)
    wanted = parser.parse_args()
    if not (2_500 <= wanted.subscribers <= MOST_SUBSCRIBERS and 0 < wanted.orders <= MOST_ORDERS):
        parser.error(f"2,500 to {MOST_SUBSCRIBERS:,} subscribers, up to {MOST_ORDERS:,} orders")
    if wanted.place.exists():
        parser.error(f"{wanted.place} is there already: remove it, or name another --place")
    began = time.monotonic()
    with standing(wanted.place, {}, _POSTGRES) as on:
        load(on, wanted.subscribers, wanted.orders, wanted.postings, wanted.seed)
        postings = on.one("select count(*) from postings")
        size = on.one("select pg_database_size('nexustop')")
        _say(f"{postings:,} postings, {size / 1e9:.1f} GB", began)
    return 0


def load(on: Ground, subscribers: int, orders: int, postings: int, seed: int) -> None:
    """Fill a database that has nobody in it yet."""
    open_books(on.parts.db, KNOWN_PROVIDERS, PAYMENT_PROVIDERS)
    posted = max(0, min(orders, int((postings - PER_SUBSCRIBER * subscribers) / PER_ORDER)))
    names = {
        "people": subscribers, "orders": orders, "unposted": orders - posted, "seed": seed,
        "first": on.one("select max(id) from accounts"),
    }  # fmt: skip
    connection = psycopg2.connect(on.layout.owner_url.replace("nexustop_owner@", "postgres@"))
    with connection, connection.cursor() as cursor:
        # No triggers and no foreign keys looked at: what is written is right, and can be verified.
        cursor.execute("set session_replication_role = replica; set jit = off")
        cursor.execute(f"truncate {', '.join(_TABLES)} cascade")
        cursor.execute(_INDEXES, (list(_TABLES),))
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"drop index {name}")
        for step in STEPS:
            _run(cursor, step, names)
        began = time.monotonic()
        _audit(cursor, orders // ORDERS_PER_AUDIT_ENTRY)
        _say("audit log", began)
        began = time.monotonic()
        for _, made in indexes:
            cursor.execute(made)
        cursor.execute(_NUMBERED, ([*_TABLES, "accounts"],))
        for table, column in cursor.fetchall():
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', '{column}'),"
                           f" max({column})) from {table}")  # fmt: skip
        _say(f"{len(indexes)} indexes", began)
    began = time.monotonic()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.close()
    _say("vacuum", began)
    load_demo(on.parts.context)
    load_sample(on.parts.vending)
    began = time.monotonic()
    count_orders_again(on.parts.db, on.parts.clock)
    fold_orders(on.parts.db)
    fold_funnel(on.parts.db, on.parts.clock)
    _say("counts of orders and hops", began)
    began = time.monotonic()
    _say(f"{renew_fields(on.parts.context).fields:,} fields encrypted", began)
    began = time.monotonic()
    fold_ledger(on.parts.db)
    _say(f"{seal_ledger(on.parts.db):,} transactions sealed", began)


def _run(cursor: Any, step: Path, names: dict[str, int]) -> None:
    """Every statement of the file, with its `:names`."""
    began = time.monotonic()
    named = re.compile(rf":({'|'.join(names)})\b")
    text = named.sub(lambda found: str(names[found[1]]), step.read_text())
    for statement in text.split(";\n"):
        if statement.strip():
            cursor.execute(statement)
            if filled := re.search(r"insert into (\w+)", statement):
                cursor.execute(f"analyze {filled[1]}")
    _say(step.stem.partition("-")[2], began)


def _audit(cursor: Any, count: int) -> None:
    """What a few members of staff did in ninety days, chained as the program chains it."""
    people = [f"{name}@nexustop.example" for name in ("ada", "bola", "chidi", "dayo", "efe")]
    acts = ("case.take", "case.solved", "unmask", "export", "subscriber.unlock", "sign_in")
    now = datetime.now(UTC).replace(microsecond=0)
    previous, lines = b"\0" * 32, io.StringIO()
    for number in range(1, count + 1):
        at = now - timedelta(days=90) * (1 - number / count)
        entry = Entry(at, people[number * 7 % 5], acts[number * 11 % 6], f"subject {number % 9973}",
                      {"reason": f"asked for in call {number}"})  # fmt: skip
        digest = entry.digest(previous)
        cells = (
            number, at.isoformat(), entry.actor, entry.act, entry.subject,
            json.dumps(dict(entry.detail)), rf"\\x{previous.hex()}", rf"\\x{digest.hex()}",
        )  # fmt: skip
        lines.write("\t".join(map(str, cells)) + "\n")
        previous = digest
    lines.seek(0)
    cursor.copy_expert(
        "copy audit (id, at, actor, act, subject, detail, previous, digest) from stdin", lines
    )


def _say(text: str, began: float) -> None:
    print(f"  {text}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
