"""The staff's dashboard: what a look at it takes, and what it takes from the hops beside it."""

import itertools
import statistics
import threading
import time
from typing import Any

import psycopg2

from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.fold_orders import count_orders_again, fold_orders
from app.services.run_staff import add_staff
from tests.bench.hops import CONNECTIONS, SECONDS, Sessions
from tests.bench.load import Result, closed, paced
from tests.bench.results import ROUNDS, Row, percentile, ratio
from tests.bench.servers import Ground
from tests.factories.web_cookie import COOKIE_NAME, signed_in_cookie

VIEWERS, EVERY_SECONDS = 20, 7.0
"""Staff who look, and how often the page renews itself."""
ORDERS = 300_000
_VIEWS = ("period=today", "period=24h", "period=7d", "period=30d")
_BROWSER = "bench"
_SOLD = """
insert into orders (reference, subscriber_id, channel, session, step, product, operator, recipient,
                    amount_minor, price_minor, currency, state, placed_at, deadline, provider,
                    ended_at)
select translate(lpad(to_hex(i), 6, '0'), '0123456789abcdef', 'GHJKLMNPQRSTUVWX'),
       (select min(id) from subscribers), (array['past', 'past-sms', 'schedule'])[1 + i % 3],
       'd' || i, 1, (array['airtime', '1024mb-7d'])[1 + i % 2],
       (array['mtn-ng', 'airtel-ng', 'glo-ng', 't2-ng'])[1 + i % 4], '+2348030000001', 10000, 10000,
       'NGN', case when i % 50 = 0 then 'declined' else 'delivered' end, m.at, m.at, 'vtpass',
       m.at + interval '1 millisecond' * (300 + i * 7919::bigint % 9000)
from generate_series(1, {orders}) i,
     lateral (select now() - interval '32 days' * (1 - i::float / {orders}) as at) m
"""


def dashboard_cached_ms(on: Ground) -> Row:
    """p95 of the part that renews itself, 20 a second in four views, each made anew every 3 s."""
    _sell(on)
    looks = _looks(on)
    port, web = on.web("gunicorn")
    with web:  # type: ignore[attr-defined]
        _good(closed(port, looks, 4, requests=40))
        rounds = []
        for _ in range(ROUNDS):
            result = paced(port, looks, 8, 20, 2 * SECONDS)
            _good(result)
            rounds.append(percentile(result.milliseconds, 95))
    value = statistics.median(rounds)
    return Row("dashboard_cached_ms", value, "ms", "<= 150", value <= 150, rounds,
               note=f"{ORDERS:,} orders of a month; those who made it anew included")  # fmt: skip


def hop_beside_dashboard(on: Ground) -> Row:
    """Hops a second while 20 staff have the dashboard open, over hops a second without."""
    _sell(on)
    looks, beside, alone = _looks(on), [], []
    port, web = on.web("gunicorn")
    with web:  # type: ignore[attr-defined]
        _good(closed(port, looks, 4, requests=40))
        _hops(port, "warm")
        for number in range(ROUNDS):
            alone.append(_hops(port, f"a{number}"))
            beside.append(_hops_with_viewers(port, f"b{number}", looks))
    note = f"{VIEWERS} viewers, each every {EVERY_SECONDS:g} s"
    return ratio("hop_beside_dashboard", beside, alone, 0.90, note)


def _sell(on: Ground) -> None:
    """A month of orders, counted as the scheduler does when it starts."""
    connection = psycopg2.connect(on.layout.owner_url.replace("nexustop_owner@", "postgres@"))
    with connection, connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(_SOLD.format(orders=ORDERS))
        cursor.execute("analyze orders")
    connection.close()
    count_orders_again(on.parts.db, on.parts.clock)
    fold_orders(on.parts.db)


def _hops(port: int, mark: str) -> float:
    sessions = Sessions(port, f"d{mark}-")
    sessions.open(int(9_000 * SECONDS / 11) + 200)
    result = closed(port, sessions.walk, CONNECTIONS, seconds=SECONDS)
    _good(result)
    return result.per_second


def _hops_with_viewers(port: int, mark: str, looks: Any) -> float:
    """Viewers come and go on from before the hops until after them."""
    stop, seen = threading.Event(), Result(0)

    def look() -> None:
        while not stop.is_set():
            part = paced(port, looks, 4, VIEWERS / EVERY_SECONDS, EVERY_SECONDS / VIEWERS * 3)
            seen.milliseconds += part.milliseconds
            seen.bad += part.bad

    viewers = threading.Thread(target=look)
    viewers.start()
    try:
        time.sleep(0.3)
        return _hops(port, mark)
    finally:
        stop.set()
        viewers.join()
        _good(seen)


def _looks(on: Ground) -> Any:
    """Requests of the part that renews itself, of the views in turn, by one who is signed in."""
    name = "bench@nexustop.example"
    add_staff(on.parts.context, name, Secret("correct horse 9"), "bench", Role.SUPPORT)
    cookie = signed_in_cookie(on.parts, "staff", name, _BROWSER)
    turns = itertools.cycle(_VIEWS)

    def look(_: int) -> bytes:
        return "\r\n".join([
            f"GET /backoffice/dashboard/live?{next(turns)} HTTP/1.1", "Host: bench",
            f"User-Agent: {_BROWSER}", f"Cookie: {COOKIE_NAME}={cookie}", "", "",
        ]).encode()  # fmt: skip

    return look


def _good(result: Result) -> None:
    if result.bad:
        raise RuntimeError(f"{result.bad} answers were not 200")


ROWS: tuple[Any, ...] = (dashboard_cached_ms, hop_beside_dashboard)
