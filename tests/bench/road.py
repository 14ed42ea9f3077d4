"""From an order's commit to its settlement, with the real worker, relay and sandbox."""

import json
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from app.db.engine import Database
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import BuyAirtime, OrderPlaced, Origin
from app.domain.secret import Secret
from app.services.buy_airtime import buy_airtime
from app.services.demo import SUBSCRIBER, fund_wallet
from tests.bench.hops import Sessions
from tests.bench.load import paced
from tests.bench.results import Row, percentile
from tests.bench.servers import Ground

PROGRAM = [sys.executable, "-m", "app.cli"]
ORDERS_PER_SECOND = 20
VENDOR_MS = 250
SLOW_VENDOR_MS = 500
IN_FLIGHT_ORDERS = 1_500


def settle_overhead_ms(on: Ground) -> Row:
    """p95 of placed to settled, minus what the vendor's exchange took, at 20 orders a second."""
    with ExitStack() as stack:
        _roles(on, stack, VENDOR_MS)
        _place(on, "warm", 40, 0.05)
        _until_ended(on)
        placed = _place(on, "settle", 300, 1 / ORDERS_PER_SECOND)
        _until_ended(on)
    rows = rows_of(
        on,
        "select extract(epoch from o.ended_at - o.placed_at) * 1000 - e.duration_ms"
        " from orders o join vend_attempts a on a.order_id = o.id"
        " join exchanges e on e.subject = a.reference and e.path like '%%/pay'"
        " where o.channel = 'bench' and o.session like 'settle-%%' and o.state = 'delivered'",
    )
    values = [float(row[0]) for row in rows]
    value = percentile(values, 95)
    note = f"{len(values)} of {len(placed)} orders, median {statistics.median(values):.0f} ms"
    return Row("settle_overhead_ms", value, "ms", "<= 250", value <= 250, note=note)


def enqueue_to_start_ms(on: Ground) -> Row:
    """p99 from an order's commit to the start of its job, nothing else going on."""
    with ExitStack() as stack:
        _roles(on, stack, 0)
        _place(on, "warm2", 20, 0.05)
        _until_ended(on)
        placed = _place(on, "start", 200, 0.1)
        _until_ended(on)
    started = dict(
        rows_of(
            on,
            "select o.session, min(a.opened_at) from orders o"
            " join vend_attempts a on a.order_id = o.id where o.channel = 'bench' group by 1",
        )
    )
    values = [(started[name] - at).total_seconds() * 1000 for name, at in placed.items()]
    value = percentile(values, 99)
    note = f"{len(values)} orders, median {statistics.median(values):.1f} ms"
    return Row("enqueue_to_start_ms", value, "ms", "<= 50", value <= 50, note=note)


def vends_in_flight(on: Ground) -> Row:
    """Vends a second while each takes the vendor 500 ms; receipts are queued, not sent."""
    with ExitStack() as stack:
        sandbox(on, stack, SLOW_VENDOR_MS)
        place_many(on, IN_FLIGHT_ORDERS)
        worker = stack.enter_context(
            on.process([*PROGRAM, "worker", "--topics", "vend", "ask", "probe"])
        )
        stack.enter_context(on.process([*PROGRAM, "scheduler"]))
        _until_ended(on, 120)
        memory = _peak_mb(worker)
    first, last, count = rows_of(
        on,
        "select min(a.opened_at), max(o.ended_at), count(*) from orders o"
        " join vend_attempts a on a.order_id = o.id"
        " where o.channel = 'flight' and o.state = 'delivered'",
    )[0]
    value = count / (last - first).total_seconds()
    met = value >= 100 and memory <= 400
    note = f"{count} vends, worker peak {memory:.0f} MB"
    return Row("vends_in_flight", value, "/s", ">= 100 in <= 400 MB", met, memory_mb=memory,
               note=note)  # fmt: skip


def refund_p99_s(on: Ground) -> Row:
    """p99 from the vendor's final refusal to a commit that others can read, in which the hold is
    voided and the SMS queued; 40 refusals a second beside 200 hops a second."""
    count = 800
    with ExitStack() as stack:
        _roles(on, stack, VENDOR_MS)
        port, web = on.web("gunicorn")
        stack.enter_context(web)  # type: ignore[arg-type]
        control(on, "faults", {"provider": "vtpass", "fault": "decline", "count": 2 * count})
        sessions = Sessions(port, "refund-")
        sessions.open(int(200 * count / 40 / 8) + 200)
        seen = stack.enter_context(_refunds_seen(on))
        beside = stack.enter_context(ThreadPoolExecutor(1))
        hops = beside.submit(paced, port, sessions.mixed, 16, 200, count / 40)
        _place(on, "refund", count, 1 / 40)
        _until_ended(on)
        time.sleep(1)
        rate = hops.result().per_second
    known = rows_of(
        on,
        "select o.id, extract(epoch from e.started_at) + e.duration_ms / 1000.0 from orders o"
        " join vend_attempts a on a.order_id = o.id"
        " join exchanges e on e.subject = a.reference and e.path like '%%/pay'"
        " where o.session like 'refund-%%' and o.state = 'declined'",
    )
    values = [seen[order] - float(at) for order, at in known if order in seen]
    if len(values) < 0.99 * count:
        raise RuntimeError(f"{len(values)} refunds of {count} orders")
    value = percentile(values, 99)
    note = (f"{len(values)} refunds at 40/s beside {rate:.0f} hops/s, median"
            f" {statistics.median(values) * 1000:.0f} ms")  # fmt: skip
    return Row("refund_p99_s", value, "s", "<= 2", value <= 2, note=note)


@contextmanager
def _refunds_seen(on: Ground) -> Iterator[dict[int, float]]:
    """Order -> when another connection first saw it declined with its SMS in the queue."""
    seen: dict[int, float] = {}
    ended = threading.Event()

    def watch() -> None:
        database = Database(on.layout.owner_url, pool_size=1)
        while not ended.wait(0.01):
            with database.statement() as tx:
                rows = tx.all(
                    "select o.id from mt_sms m join orders o on o.id = m.order_id"
                    " where m.kind = 'refunded' and o.state = 'declined'"
                    " and m.queued_at > now() - interval '5 seconds'"
                )
            now = time.time()
            for (order,) in rows:
                seen.setdefault(order, now)
        database.dispose()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def _roles(on: Ground, stack: ExitStack, vendor_ms: int) -> None:
    sandbox(on, stack, vendor_ms)
    for role in ("worker", "scheduler"):
        stack.enter_context(on.process([*PROGRAM, role]))
    time.sleep(3)


def sandbox(on: Ground, stack: ExitStack, vendor_ms: int) -> None:
    """Start it; VTpass takes so long over each purchase."""
    port = on.environment["SANDBOX_PORT"]
    argv = [*PROGRAM, "sandbox", "--port", port, "--no-same-recipient-rules"]
    stack.enter_context(on.process(argv, f"http://127.0.0.1:{port}/control/vends"))
    control(on, "latency", {"provider": "vtpass", "milliseconds": vendor_ms})


def control(on: Ground, what: str, words: dict[str, object]) -> None:
    """Tell the sandbox how vendors are to behave."""
    url = f"http://127.0.0.1:{on.environment['SANDBOX_PORT']}/control/{what}"
    body = json.dumps(words).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=5).close()


def _place(on: Ground, mark: str, count: int, every: float) -> dict[str, datetime]:
    """Orders through the service a hop calls, evenly spaced; session -> time of the commit."""
    context = on.parts.context
    fund_wallet(context, SUBSCRIBER, 100_000_00 * count)
    committed: dict[str, datetime] = {}

    def one(number: int) -> None:
        name = f"{mark}-{number}"
        request = BuyAirtime(
            Msisdn(f"+234803{1_000_000 + number}"), "mtn-ng", Money(100_00, "NGN"), Secret("7392")
        )
        answer = buy_airtime(context, Origin("bench", name, 1, SUBSCRIBER), request)
        if not isinstance(answer, OrderPlaced):
            raise TypeError(f"not placed: {answer}")
        committed[name] = context.clock.now()

    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        waiting = []
        for number in range(count):
            time.sleep(max(0.0, began + number * every - time.monotonic()))
            waiting.append(pool.submit(one, number))
        for done in waiting:
            done.result()
    return committed


def place_many(on: Ground, count: int, first: int = 1) -> None:
    """Orders in one commit, of channel `flight`, each for a number of its own; they are numbered
    from `first`."""
    fund_wallet(on.parts.context, SUBSCRIBER, 100_00 * count)
    with on.parts.db.transaction() as tx:
        tx.run(
            "select place_order('flight', i::text, 1, s.id, lpad(to_hex(i), 6, 'F')::char(6),"
            " 'airtime', 'mtn-ng', '+234803' || (2000000 + i), 10000, 10000, 'NGN', now(),"
            " interval '10 minutes', interval '10 minutes', current_date, null,"
            " sha256('bench'), 10000, null, null, null)"
            " from subscribers s, generate_series(%s, %s) i where s.msisdn = %s",
            (first, first + count - 1, SUBSCRIBER),
        )


def _until_ended(on: Ground, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        open_ = rows_of(on, "select count(*) from orders where state not in"
                         " ('delivered', 'declined', 'reversed')")[0][0]  # fmt: skip
        if not open_:
            time.sleep(1)
            return
        time.sleep(0.3)
    raise TimeoutError(f"{open_} orders still open")


def rows_of(on: Ground, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds, as the owner."""
    database = Database(on.layout.owner_url, pool_size=1)
    try:
        with database.statement() as tx:
            return tx.all(sql.replace("%%", "%"))
    finally:
        database.dispose()


def _peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


ROWS: tuple[Any, ...] = (settle_overhead_ms, enqueue_to_start_ms, vends_in_flight, refund_p99_s)
