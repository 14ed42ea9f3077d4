"""The scheduler process: relays the outbox, sweeps what is overdue, runs the regular jobs."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from app.bootstrap import Parts
from app.observability.logging import logger, where
from app.services.copy_hops import copy_hops
from app.services.reconcile_daily import ask_due_statements
from app.services.sweep import tell_of_delays, tidy
from app.services.watch_providers import PROBE_EVERY
from app.sessions import connection, hop_stream
from workers.relay import Relay
from workers.runtime import Runtime
from workers.threads import JobThreads

_FALLBACK_THREADS = 32
_STATEMENTS_EVERY = 600.0
_log = logger("scheduler")


@dataclass
class Regular:
    """An act and how often it runs, in seconds."""

    name: str
    every: float
    act: Callable[[], object]
    due: float = field(default=0.0)

    def run_if_due(self, now: float) -> None:
        """Run it when its time has come; a failure is logged and it comes again."""
        if now < self.due:
            return
        self.due = now + self.every
        try:
            self.act()
        except Exception as error:  # noqa: BLE001 - a server may be away; it comes again
            _log.warning("regular_failed", name=self.name, error=where(error))


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
        Regular("delays", 5, lambda: tell_of_delays(parts.db, parts.clock)),
        Regular("hops", 2, lambda: _copy_hops(parts, client)),
        Regular("tidy", 5, lambda: tidy(parts.db, parts.clock)),
        Regular("statements", _STATEMENTS_EVERY, lambda: ask_due_statements(parts.reconciliation)),
        Regular("probe", PROBE_EVERY.total_seconds(), relay.probe),
    ]
    _log.info("scheduler_started")
    while not stopping.is_set():
        for regular in regulars:
            regular.run_if_due(time.monotonic())
        relay.wait(stopping.wait)
    fallback.threads.close(5)
    _log.info("scheduler_stopped")
    return 0


def _copy_hops(parts: Parts, client: "redis.Redis") -> None:
    while rows := hop_stream.take(client):
        copy_hops(parts.db, rows)
