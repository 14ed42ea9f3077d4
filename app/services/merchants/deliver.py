"""Send a webhook: claim it, commit, post it with no transaction open, record the answer.

At least once: again only when the sender died between posting and recording, and then with the same
event id. No order is promised.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from app.db import agents, webhook_deliveries, webhook_endpoints
from app.db.engine import Transaction
from app.db.webhook_deliveries import DueRow, TryRow
from app.domain.secret import Secret
from app.domain.webhooks import EVENT_ID, LONGEST_SHOWN, OFF_AFTER, SIGNATURE, next_try, signature
from app.ports.webhooks import WebhookAnswer, WebhookPost
from app.security.audit import Entry, append
from app.security.field_encryption import Unreadable
from app.services.context import Context
from app.services.merchants.endpoints import (
    SECRET,
    SECRET_BEFORE,
    secret_place,
    tell_switched_off,
)

_LEASE = timedelta(seconds=60)
"""Longer than resolving, connecting and waiting for an answer take together."""
_MOST_IN_A_ROW = 200


class Places:
    """How many webhooks a process sends at once, and how many of them to one endpoint: one that
    hangs holds up its own share, and no purchase."""

    def __init__(self, most: int = 25, each: int = 4) -> None:
        self._most, self._each = most, each
        self._inside: Counter[int] = Counter()
        self._lock = Lock()

    def enter(self, endpoint_id: int) -> bool:
        """Take a place; False when there is none. `leave` gives it back."""
        with self._lock:
            full = self._inside.total() >= self._most or self._inside[endpoint_id] >= self._each
            if not full:
                self._inside[endpoint_id] += 1
            return not full

    def leave(self, endpoint_id: int) -> None:
        with self._lock:
            self._inside[endpoint_id] -= 1


@dataclass(frozen=True, slots=True)
class WebhookContext:
    """`monotonic` gives seconds, for how long an endpoint took."""

    services: Context
    sender: WebhookPost
    places: Places = field(default_factory=Places)
    monotonic: Callable[[], float] = time.monotonic


def deliver_webhook(of: WebhookContext, delivery_id: int) -> None:
    """Send it unless somebody else does, then whatever else waits for the same endpoint, until it
    fails. Any number of workers may call this at once; one that finds no place leaves it to those
    who have one, or to the sweeper."""
    ctx = of.services
    with ctx.db.statement() as tx:
        endpoint_id = webhook_deliveries.endpoint_of(tx, delivery_id)
    if endpoint_id is None or not of.places.enter(endpoint_id):
        return
    try:
        wanted: int | None = delivery_id
        for _ in range(_MOST_IN_A_ROW):
            if wanted is None or not _deliver(of, wanted):
                return
            with ctx.db.statement() as tx:
                wanted = webhook_deliveries.next_due(tx, endpoint_id, ctx.clock.now())
    finally:
        of.places.leave(endpoint_id)


def _deliver(of: WebhookContext, delivery_id: int) -> bool:
    """False when its endpoint didn't take it."""
    ctx, now = of.services, of.services.clock.now()
    with ctx.db.transaction() as tx:
        due = webhook_deliveries.claim(tx, delivery_id, now, now + _LEASE)
        if due is None:
            webhook_deliveries.drop_orphan(tx, delivery_id, now)
            return True
    began = of.monotonic()
    answer = _post(of, due, now)
    elapsed_ms = int((of.monotonic() - began) * 1000)
    said = _shown(answer.said)
    made = TryRow(due.number, now, answer.status, answer.fault, said, elapsed_ms)
    with ctx.db.transaction() as tx:
        webhook_deliveries.tried(tx, due.id, made)
        if answer.well:
            webhook_deliveries.delivered(tx, due.id, answer.status or 0, ctx.clock.now())
            webhook_endpoints.well(tx, due.endpoint_id)
        else:
            _not_delivered(tx, due, made, ctx.clock.now())
    return answer.well


def _post(of: WebhookContext, due: DueRow, now: datetime) -> WebhookAnswer:
    body = due.event.body()
    try:
        secrets = _secrets(of.services, due)
    except Unreadable:
        return WebhookAnswer(None, fault="secret_unreadable")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "NexusTop-Webhooks/1",
        EVENT_ID: due.event.id,
        SIGNATURE: signature(body, int(now.timestamp()), secrets),
    }
    return of.sender.post(due.url, headers, body)


def _secrets(ctx: Context, due: DueRow) -> list[Secret]:
    """Those that sign now, the newest first. Raises Unreadable."""
    stored = ((SECRET, due.secret), (SECRET_BEFORE, due.secret_before))
    return [
        ctx.fields.decrypt(sealed, secret_place(due.endpoint_id, column))
        for column, sealed in stored
        if sealed is not None
    ]


def _not_delivered(tx: Transaction, due: DueRow, made: TryRow, now: datetime) -> None:
    if not webhook_deliveries.not_delivered(tx, due, made, next_try(due.round_, now), now):
        return
    if webhook_endpoints.failed(tx, due.endpoint_id, now) <= now - OFF_AFTER:
        _switch_off(tx, due, now)


def _switch_off(tx: Transaction, due: DueRow, now: datetime) -> None:
    """It has answered nothing well for days: its owner is told, and looks."""
    days = OFF_AFTER.days
    if not webhook_endpoints.turn_off(tx, due.endpoint_id, "off", f"failed for {days} days", now):
        return
    agent = agents.find(tx, due.agent_id)
    row = webhook_endpoints.get(tx, due.endpoint_id)
    if agent is not None:
        tell_switched_off(tx, agent, row, f"webhook_off:{row.reference}:{now.isoformat()}")
    detail = {"agent": agent.msisdn if agent else "", "url": row.url}
    append(tx, Entry(now, "system", "webhook.off", row.reference, detail))


def _shown(said: str) -> str:
    """What an endpoint said, cut, and without what a page or a database can't hold."""
    return "".join(c if c.isprintable() else " " for c in said[:LONGEST_SHOWN])
