"""A payment provider's webhook, stored and answered, beside the bare route."""

import hashlib
import hmac
import itertools
import json
import statistics
from typing import Any

from tests.bench.hops import CONNECTIONS, SECONDS, bare_request
from tests.bench.load import Request, paced, post
from tests.bench.results import ROUNDS, Row, percentile
from tests.bench.servers import Ground

PER_SECOND = 200


def webhook_ms(on: Ground) -> Row:
    """p99 of signed webhooks, each another event, at 200 a second through gunicorn."""
    ours: list[float] = []
    theirs: list[float] = []
    port, web = on.web("gunicorn")
    bare_port, bare = on.bare()
    key = on.parts.settings.paystack_secret_key.get_secret_value().encode()
    sent = events(key)
    with web, bare:  # type: ignore[attr-defined]
        for number in range(-1, ROUNDS):
            one = _p99(port, sent)
            other = _p99(bare_port, bare_request("/bare"))
            if number >= 0:
                ours.append(one)
                theirs.append(other)
    kept = on.one("select count(*) from payment_events")
    wanted = int((ROUNDS + 1) * PER_SECOND * SECONDS)
    if kept != wanted:
        raise RuntimeError(f"{kept} of {wanted} events stored")
    value, bare_value = statistics.median(ours), statistics.median(theirs)
    return Row(
        "webhook_ms", value, "ms", "<= 50 or <= 3x bare", value <= max(50, 3 * bare_value), ours,
        bare=bare_value, note=f"p99 at {PER_SECOND}/s, all stored; bare {bare_value:.1f} ms",
    )  # fmt: skip


def events(key: bytes) -> Request:
    """Paystack's `charge.success`, signed, with a new reference each time."""
    numbers = itertools.count()

    def request(_: int) -> bytes:
        event = {"event": "charge.success", "data": {
            "reference": f"bench-{next(numbers)}", "amount": 100_000, "currency": "NGN",
            "channel": "dedicated_nuban", "authorization": {"receiver_bank_account_number": "1"},
        }}  # fmt: skip
        body = json.dumps(event).encode()
        signature = hmac.new(key, body, hashlib.sha512).hexdigest()
        return post("/webhooks/paystack", body, "Content-Type: application/json",
                    f"x-paystack-signature: {signature}")  # fmt: skip

    return request


def _p99(port: int, request: Request) -> float:
    result = paced(port, request, CONNECTIONS, PER_SECOND, SECONDS)
    if result.bad:
        raise RuntimeError(f"{result.bad} answers were not 200")
    return percentile(result.milliseconds, 99)


ROWS: tuple[Any, ...] = (webhook_ms,)
