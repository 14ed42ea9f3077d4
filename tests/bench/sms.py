"""SMS commands at 20 a second with the real web, worker, relay and sandbox: how soon the gateway
has its 200, and how soon it has the reply."""

import itertools
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import urlencode

from tests.bench.load import Result, paced, post
from tests.bench.results import Row, percentile
from tests.bench.road import rows_of, sandbox
from tests.bench.servers import Ground

PER_SECOND = 20
SECONDS = 20
_CONNECTIONS = 4
_PROGRAM = [sys.executable, "-m", "app.cli"]
_PATH = "/sms/africastalking/inbound"
ENVIRONMENT = {"SMS_HOURLY_PER_NUMBER": "1000000"}
"""All are of one subscriber, who may ask so often here."""


def mo_sms_p99_ms(on: Ground) -> Row:
    """p99 of `BAL` by SMS, from when it was due to the whole answer to the gateway."""
    result, _ = _balances(on)
    value = percentile(result.milliseconds, 99)
    note = (f"{len(result.milliseconds)} at {PER_SECOND}/s,"
            f" median {statistics.median(result.milliseconds):.1f} ms")  # fmt: skip
    return Row("mo_sms_p99_ms", value, "ms", "<= 50", value <= 50, note=note)


def mo_reply_p99_s(on: Ground) -> Row:
    """p99 of `BAL` by SMS, from its request to the gateway's word that it has the reply."""
    _, values = _balances(on)
    value = percentile(values, 99)
    note = (f"{len(values)} replies at {PER_SECOND}/s,"
            f" median {statistics.median(values) * 1000:.0f} ms")  # fmt: skip
    return Row("mo_reply_p99_s", value, "s", "<= 1", value <= 1, note=note)


def _balances(on: Ground) -> tuple[Result, list[float]]:
    """How each was answered, and the seconds to each reply; the first ones aren't measured."""
    left: dict[str, float] = {}
    numbers = itertools.count()

    def request(_: int) -> bytes:
        name = f"bench-{next(numbers)}"
        left[name] = time.time()
        fields = {"date": "2026-03-02 11:00:00", "from": "+2348030000001", "id": name,
                  "text": "BAL", "to": "20880", "networkCode": "62130"}  # fmt: skip
        return post(_PATH, urlencode(fields).encode())

    with ExitStack() as stack:
        port, web = on.web("gunicorn")
        stack.enter_context(web)  # type: ignore[arg-type]
        sandbox(on, stack, 0)
        for role in ("worker", "scheduler"):
            stack.enter_context(on.process([*_PROGRAM, role]))
        paced(port, request, _CONNECTIONS, PER_SECOND, 2)
        warm = len(_replies(on, len(left)))
        result = paced(port, request, _CONNECTIONS, PER_SECOND, SECONDS)
        had = _replies(on, len(left))
    if result.bad:
        raise RuntimeError(f"{result.bad} SMS weren't answered 200")
    measured = list(left)[warm:]
    return result, [had[name].timestamp() - left[name] for name in measured]


def _replies(on: Ground, total: int) -> dict[str, datetime]:
    """MO SMS -> when the gateway had said that it has the reply."""
    deadline = time.monotonic() + 60
    while True:
        rows = rows_of(
            on,
            "select split_part(dedupe_key, ':', 3), sent_at from mt_sms"
            " where kind = 'balance' and sent_at is not null",
        )
        if len(rows) == total:
            return dict(rows)
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(rows)} replies to {total} SMS")
        time.sleep(0.2)


ROWS = (mo_sms_p99_ms, mo_reply_p99_s)
