"""Breaks: what differs and waits for staff."""

import json
from collections.abc import Mapping
from datetime import datetime

from app.db.engine import Transaction


def open_(tx: Transaction, kind: str, detail: Mapping[str, object], now: datetime) -> None:
    """Staff must look at something that is no order; `detail` says at what."""
    tx.run(
        "insert into breaks (kind, detail, opened_at) values (%s, %s::jsonb, %s)",
        (kind, json.dumps(detail), now),
    )


def open_once(tx: Transaction, kind: str, detail: Mapping[str, object], now: datetime) -> None:
    """The same, unless a break of this kind with this very detail was opened before."""
    text = json.dumps(detail)
    tx.run(
        "insert into breaks (kind, detail, opened_at) select %s, %s::jsonb, %s where not exists"
        " (select from breaks where kind = %s and detail = %s::jsonb)",
        (kind, text, now, kind, text),
    )


def open_of_order(tx: Transaction, kind: str, order_id: int, now: datetime) -> None:
    """Staff must look at this order; one open break of a kind for each."""
    tx.run(
        "insert into breaks (kind, order_id, opened_at) values (%s, %s, %s) on conflict do nothing",
        (kind, order_id, now),
    )


def close_of_order(tx: Transaction, kind: str, order_id: int, now: datetime) -> None:
    tx.run(
        "update breaks set closed_at = %s where kind = %s and order_id = %s and closed_at is null",
        (now, kind, order_id),
    )


def close_of_topup(tx: Transaction, reference: str, resolution: str, now: datetime) -> None:
    """What made staff look at a top-up in suspense is over by itself."""
    tx.run(
        "update breaks set closed_at = %s, closed_by = 'system', resolution = %s"
        " where kind = 'suspense' and detail->>'topup' = %s and closed_at is null",
        (now, resolution, reference),
    )
