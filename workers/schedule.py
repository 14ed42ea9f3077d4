"""The scheduler process: relays the outbox, sweeps what is overdue, runs the regular jobs."""

import signal
import threading
import time

import redis

from app.bootstrap import Parts
from app.observability.logging import logger
from app.services.copy_hops import copy_hops
from app.services.judge_routes import judge_routes
from app.services.judge_sms_gateways import judge_sms_gateways
from app.services.learn_habits import learn_habits
from app.services.merchants.buy import end_rehearsals
from app.services.reconcile_daily import ask_due_statements
from app.services.sweep import tell_of_delays, tidy
from app.services.watch_providers import PROBE_EVERY
from app.sessions import connection, hop_stream
from workers.books import BooksThread
from workers.regular import Regular
from workers.relay import Relay
from workers.runtime import Runtime
from workers.threads import JobThreads

_FALLBACK_THREADS = 32
_STATEMENTS_EVERY = 600.0
_STANDINGS_EVERY = 60.0
_HABITS_EVERY = 15.0
_CATALOGUE_EVERY = 6 * 3600.0
_log = logger("scheduler")


def run(parts: Parts) -> int:
    """Relay and sweep until asked to stop."""
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    client = connection.connect(parts.settings.redis_url, timeout_seconds=5)
    fallback = Runtime(parts, JobThreads(_FALLBACK_THREADS))
    relay = Relay(parts, client, fallback)
    regulars = [
        Regular("relay", 0, relay.relay),
        Regular("sweep", 1, relay.sweep),
        Regular("rehearsals", 1, lambda: end_rehearsals(parts.context)),
        Regular("delays", 5, lambda: tell_of_delays(parts.db, parts.clock)),
        Regular("hops", 2, lambda: _copy_hops(parts, client)),
        Regular("tidy", 5, lambda: tidy(parts.db, parts.clock)),
        Regular("statements", _STATEMENTS_EVERY, lambda: ask_due_statements(parts.reconciliation)),
        Regular("standings", _STANDINGS_EVERY, lambda: judge_routes(parts.vending)),
        Regular("sms_gateways", _STANDINGS_EVERY, lambda: judge_sms_gateways(parts.sms)),
        Regular("habits", _HABITS_EVERY, lambda: learn_habits(parts.db, parts.clock)),
        Regular("catalogue", _CATALOGUE_EVERY, relay.sync_catalogues),
        Regular("probe", PROBE_EVERY.total_seconds(), relay.probe),
    ]
    books = BooksThread(parts)
    _log.info("scheduler_started")
    while not stopping.is_set():
        for regular in regulars:
            regular.run_if_due(time.monotonic())
        relay.wait(stopping.wait)
    books.close(5)
    fallback.threads.close(5)
    _log.info("scheduler_stopped")
    return 0


def _copy_hops(parts: Parts, client: "redis.Redis") -> None:
    while rows := hop_stream.take(client):
        copy_hops(parts.db, rows)
