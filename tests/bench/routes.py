"""Routing: what a vendor that hangs costs the others, and what choosing costs an order."""

import statistics
import time
from contextlib import ExitStack

from app.bootstrap import KNOWN_PROVIDERS
from app.db import orders
from app.domain.routing import Later, NoRoute
from app.services.choose_route import choose_route
from tests.bench.results import ROUNDS, Row, ratio
from tests.bench.road import PROGRAM, VENDOR_MS, control, place_many, rows_of, sandbox
from tests.bench.servers import Ground

HANGS, HANGS_MS = "reloadly", 30_000
BESIDE = ("vtpass", "baxi", "flutterwave")
ENVIRONMENT = {"VENDING_PROVIDERS": ",".join(sorted(KNOWN_PROVIDERS))}
_ORDERS, _CHOICES = 1_500, 1_000


def hanging_vendor_ratio(on: Ground) -> Row:
    """Sales a second through the others while one vendor holds every request for 30 s, over sales a
    second while all of them answer; the orders are there before the worker looks."""
    halting: list[float] = []
    healthy: list[float] = []
    with ExitStack() as stack:
        sandbox(on, stack, VENDOR_MS)
        for name in BESIDE:
            _takes(on, name, VENDOR_MS)
        _only(on, *BESIDE, HANGS)
        for words in (["worker", "--topics", "vend", "ask"], ["scheduler"]):
            stack.enter_context(on.process([*PROGRAM, *words]))
        _sales_per_second(on, 0, VENDOR_MS)
        for number in range(1, 2 * ROUNDS, 2):
            healthy.append(_sales_per_second(on, number, VENDOR_MS))
            halting.append(_sales_per_second(on, number + 1, HANGS_MS))
    note = f"one of {len(BESIDE) + 1} vendors hangs"
    return ratio("hanging_vendor_ratio", halting, healthy, 0.90, note)


def route_choice_ms(on: Ground) -> Row:
    """Median of choosing a route of those that nine vendors offer, the decision kept; one
    transaction."""
    place_many(on, 1)
    context, values = on.parts.vending, []
    with context.db.transaction() as tx:
        [(order_id,)] = tx.all("select id from orders where channel = 'flight'")
        order = orders.lock(tx, order_id)
        now = context.clock.now()
        for _ in range(_CHOICES):
            began = time.perf_counter()
            chosen = choose_route(context, tx, order, [], now)
            values.append((time.perf_counter() - began) * 1000)
            if isinstance(chosen, Later | NoRoute):
                raise TypeError(f"no route: {chosen}")
            context.bulkheads.leave(chosen.provider)
        [(candidates,)] = tx.all(
            "select jsonb_array_length(routes) from route_decisions where order_id = %s limit 1",
            (order_id,),
        )
    value = statistics.median(values)
    note = f"{candidates} candidates, {_CHOICES} choices"
    return Row("route_choice_ms", value, "ms", "< 2", value < 2, note=note)


def _sales_per_second(on: Ground, number: int, hangs_ms: int) -> float:
    """Through the others when one hangs, else through all; from the first request to the last
    settlement. Nobody is held up any more afterwards, and nothing is held against anybody."""
    _takes(on, HANGS, hangs_ms)
    first = number * _ORDERS + 1
    place_many(on, _ORDERS, first)
    mine = f"o.channel = 'flight' and o.session::int between {first} and {first + _ORDERS - 1}"
    hung = f"a.provider = '{HANGS}'" if hangs_ms == HANGS_MS else "false"
    _until_none(
        on, f"select count(*) from orders o left join vend_attempts a on a.order_id = o.id"
            f" where {mine} and o.state <> 'delivered' and not coalesce({hung}, false)",
    )  # fmt: skip
    [(began, ended, count)] = rows_of(
        on, "select min(a.opened_at), max(o.ended_at), count(*) from orders o"
            f" join vend_attempts a on a.order_id = o.id"
            f" where {mine} and o.state = 'delivered' and not {hung}",
    )  # fmt: skip
    _takes(on, HANGS, VENDOR_MS)
    _until_none(on, "select count(*) from vend_attempts where state = 'sending'")
    _forget(on)
    return float(count / (ended - began).total_seconds())


def _takes(on: Ground, name: str, ms: int) -> None:
    control(on, "latency", {"provider": name, "milliseconds": ms})


def _only(on: Ground, *names: str) -> None:
    """Nobody else sells."""
    with on.parts.db.transaction() as tx:
        tx.run("update offers set withdrawn_at = now() where provider <> all(%s)", (list(names),))


def _forget(on: Ground) -> None:
    with on.parts.db.transaction() as tx:
        tx.run("update route_standings set weight = 100, success_bp = 10000, median_ms = 0,"
               " failures = 0, open_until = null")  # fmt: skip


def _until_none(on: Ground, sql: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while rows_of(on, sql)[0][0]:
        if time.monotonic() > deadline:
            raise TimeoutError(sql)
        time.sleep(0.2)


ROWS = (hanging_vendor_ratio, route_choice_ms)
