"""The REST API: what an app waits for, with everything running on the same two cores."""

import itertools
import json
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from app.db import api_sign_ins
from app.domain.api_sign_in import REFRESH_LASTS, Seen
from app.security.api_tokens import ACCESS, ApiTokens, Claims
from app.services.demo import PIN, SUBSCRIBER, fund_wallet
from tests.bench.hops import CONNECTIONS
from tests.bench.load import Request, paced, post
from tests.bench.results import ROUNDS, Row, percentile
from tests.bench.road import PROGRAM, sandbox
from tests.bench.servers import Ground

READS_PER_SECOND = 50
PURCHASES_PER_SECOND = 20
SECONDS = 5.0
READS = ("/api/wallet", "/api/transactions", "/api/plans?operator=mtn-ng", "/api/purchases")
KOBO = 50_00


def api_read_ms(on: Ground) -> Row:
    """p95 of wallet, transactions, plans and purchases in turn, at 50 a second."""
    authorization = _signed_in(on)
    numbers = itertools.count()

    def read(_: int) -> bytes:
        path = READS[next(numbers) % len(READS)]
        return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{authorization}\r\n\r\n".encode()

    return _row(on, "api_read_ms", lambda _: read, READS_PER_SECOND, 50)


def api_purchase_ms(on: Ground) -> Row:
    """p95 from a purchase's request to its acceptance, PIN and all, at 20 a second, each to a
    number of its own; workers, scheduler and sandbox deliver beside."""
    fund_wallet(on.parts.context, SUBSCRIBER, 100_000_000)
    authorization = _signed_in(on)

    def buying(mark: str) -> Request:
        numbers = itertools.count()

        def buy(_: int) -> bytes:
            number = next(numbers)
            wanted = {"product": "airtime", "msisdn": f"+23480310{number:05d}", "currency": "NGN",
                      "amount_minor": KOBO, "operator": "mtn-ng", "pin": PIN.value}  # fmt: skip
            return post(
                "/api/purchase", json.dumps(wanted).encode(), "Content-Type: application/json",
                authorization, f"Idempotency-Key: {mark}{number}",
            )  # fmt: skip

        return buy

    row = _row(on, "api_purchase_ms", buying, PURCHASES_PER_SECOND, 150)
    placed = on.one("select count(*) from orders where channel = 'api'")
    wanted = int((ROUNDS + 1) * PURCHASES_PER_SECOND * SECONDS)
    if placed != wanted:
        raise RuntimeError(f"{placed} of {wanted} purchases placed")
    return row


def _row(
    on: Ground, name: str, requests: Callable[[str], Request], rate: int, target: float
) -> Row:  # fmt: skip
    rounds, middle = [], []
    with ExitStack() as stack:
        sandbox(on, stack, 250)
        for role in ("worker", "scheduler"):
            stack.enter_context(on.process([*PROGRAM, role]))
        port, web = on.web("gunicorn")
        stack.enter_context(web)  # type: ignore[arg-type]
        for number in range(-1, ROUNDS):
            result = paced(port, requests(f"r{number}-"), CONNECTIONS, rate, SECONDS)
            if result.bad:
                raise RuntimeError(f"{result.bad} of {len(result.milliseconds)} were refused")
            if number >= 0:
                rounds.append(percentile(result.milliseconds, 95))
                middle.append(statistics.median(result.milliseconds))
    value = statistics.median(rounds)
    note = f"p95 at {rate}/s, median {statistics.median(middle):.1f} ms"
    return Row(name, value, "ms", f"<= {target:g}", value <= target, rounds, note=note)


def _signed_in(on: Ground) -> str:
    """The header of an app that has signed in as the demo subscriber."""
    parts = on.parts
    now = parts.context.clock.now()
    with parts.db.transaction() as tx:
        found = tx.one("select id from subscribers where msisdn = %s", (SUBSCRIBER,))
        made = api_sign_ins.begin(tx, found[0], Seen("127.0.0.1", "bench"), now,
                                  now + REFRESH_LASTS)  # fmt: skip
    claims = Claims(parts.context.factors.sign_in.subject(found[0]), made.id, made.generation)
    keys = parts.settings.api_signing_keys.get_secret_value()
    token = ApiTokens(keys).sign(ACCESS, claims, now, made.expires_at)
    return f"Authorization: Bearer {token.value}"


ROWS: tuple[Any, ...] = (api_read_ms, api_purchase_ms)
