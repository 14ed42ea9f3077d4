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
