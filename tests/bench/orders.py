"""Orders placed per second against pgbench's own transaction, on the same server.

Both are driven by pgbench, so that the client costs the same: what is compared is what the database
does for one order (idempotency, hold, order, outbox, cleared PIN attempt: one statement, one
commit) with what it does for one tpcb-like transaction.
"""

import re
from pathlib import Path
from typing import Any

from tests.bench.results import ROUNDS, Row, ratio
from tests.bench.servers import Ground

CLIENTS = "32"
SECONDS = "4"
SUBSCRIBERS = 20_000
MOST_PER_CLIENT = 20_000
FLOATS = 64

_SEED = f"""
insert into subscribers (msisdn, language, country, currency, registered_at, pin_hash, pepper_id,
                         pin_changed_at, limits_exempt)
select '+23481' || lpad(i::text, 8, '0'), 'en', 'NG', 'NGN', now(), '-', 'p1', now(), true
from generate_series(1, {SUBSCRIBERS}) i;
select count(open_account('wallet', id::text, 'NGN', true)) from subscribers
where msisdn like '+23481%';
select count(open_account('provider_float', 'bench' || i, 'NGN', false))
from generate_series(1, {FLOATS}) i;
select count(*) from subscribers s, lateral post_transaction(
    'bench:' || s.id, 'funding', '\\x00',
    array[account_id('funding', '', 'NGN'), account_id('wallet', s.id::text, 'NGN')],
    array[-100000000000, 100000000000]) where s.msisdn like '+23481%';
analyze;
"""

_PLACE = f"""
\\set n random(0, :people - 1)
\\set c :c + 1
\\set r (:round * {CLIENTS} + :client_id) * {MOST_PER_CLIENT} + :c
select order_id from place_order('bench', :r::text, 1, :first::bigint + :n::bigint,
    lpad(to_hex(:r::bigint), 6, '0')::char(6), 'airtime', 'mtn-ng', '+2348030000001', 10000,
    10000, 'NGN', now(), interval '20 seconds', interval '60 seconds', current_date, null, '\\x00',
    10000, null, null, null);
"""
"""One statement, as the program sends it; the reference is made of round, client and counter."""

_SETTLE = """
select transaction_id from post_transaction(
    'order:' || lpad(to_hex(:r::bigint), 6, '0') || chr(58) || 'end', 'post', '\\x00',
    array[account_id('holds', '', 'NGN'),
          account_id('provider_float', 'bench' || :float::text, 'NGN')],
    array[-10000, 10000]);
"""
"""chr(58) is a colon, which pgbench would take for one of its variables."""


def order_ratio(on: Ground) -> Row:
    """Orders placed, distinct wallets, against tpcb-like at scale 20, both prepared, 32 clients."""
    _seed(on)
    on.pgbench("-i", "-q", "-s", "20")
    script = _file(on, "place", _PLACE)
    ours, theirs = [], []
    for number in range(ROUNDS):
        ours.append(_tps(on, *_orders(on, script, number)))
        theirs.append(_tps(on, "-b", "tpcb-like"))
    return ratio("order_ratio", ours, theirs, 0.6, "orders against tpcb-like")


def hot_float_ratio(on: Ground) -> Row:
    """Orders placed and settled on one provider float, against the same spread over many."""
    _seed(on)
    hot = _file(on, "hot", "\\set float 1\n" + _PLACE + _SETTLE)
    spread = _file(on, "spread", f"\\set float random(1, {FLOATS})\n" + _PLACE + _SETTLE)
    ours, theirs = [], []
    for number in range(ROUNDS):
        ours.append(_tps(on, *_orders(on, hot, 2 * number)))
        theirs.append(_tps(on, *_orders(on, spread, 2 * number + 1)))
    return ratio("hot_float_ratio", ours, theirs, 0.85, "one float against many")


def _orders(
    on: Ground, script: str, number: int, people: int = SUBSCRIBERS
) -> tuple[str, ...]:  # fmt: skip
    """pgbench's words for a round of orders of so many people; rounds share no reference."""
    first = on.one("select min(id) from subscribers where msisdn like '+23481%'")
    numbers = {"round": number, "c": 0, "first": first, "people": people}
    words = [word for name, value in numbers.items() for word in ("-D", f"{name}={value}")]
    return (*words, "-f", script)


def placed_per_second(on: Ground, number: int, people: int) -> float:
    """One round of orders of so many people."""
    return _tps(on, *_orders(on, _file(on, "place", _PLACE), number, people))


def _seed(on: Ground) -> None:
    done = on.data_dir / "seeded"
    if not done.exists():
        import psycopg2

        connection = psycopg2.connect(on.layout.owner_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in _SEED.split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
        connection.close()
        done.touch()


def _tps(on: Ground, *what: str) -> float:
    said = on.pgbench("-n", "-M", "prepared", "-c", CLIENTS, "-j", "2", "-T", SECONDS, *what)
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _file(on: Ground, name: str, text: str) -> str:
    path = Path(on.data_dir) / f"{name}.sql"
    path.write_text(text)
    return str(path)


ROWS: tuple[Any, ...] = (order_ratio, hot_float_ratio)
