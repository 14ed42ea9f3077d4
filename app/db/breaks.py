"""Breaks: what differs and waits for staff."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    """Staff must look at this order; one break of a kind for each. An accepted one stays so."""
    tx.run(
        "insert into breaks (kind, order_id, opened_at) values (%s, %s, %s) on conflict do nothing",
        (kind, order_id, now),
    )


def take_up(tx: Transaction, kind: str, order_id: int, now: datetime) -> bool:
    """Staff look at this order of their own will, even where its break was accepted before; False
    when it is open already."""
    return (
        tx.run(
            """
            insert into breaks as b (kind, order_id, opened_at) values (%s, %s, %s)
            on conflict (kind, order_id) do update set closed_at = null, closed_by = '',
                resolution = '' where b.closed_at is not null
            """,
            (kind, order_id, now),
        )
        == 1
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


# --- what staff do with them -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A break as staff see it. `order` is the reference of its order, `provider` and `external_id`
    name the line of a statement it is about; each empty where there is none."""

    id: int
    kind: str
    order_id: int | None
    order: str
    provider: str
    external_id: str
    detail: dict[str, Any]
    opened_at: datetime
    owner: str
    closed: bool
    resolution: str


_SELECT = """
select b.id, b.kind, b.order_id, coalesce(o.reference, ''), coalesce(b.provider, ''),
       coalesce(b.external_id, ''), b.detail, b.opened_at, b.owner, b.closed_at is not null,
       b.resolution
from breaks b left join orders o on o.id = b.order_id
"""


def open_list(
    tx: Transaction, kind: str | None, owner: str | None, opened_before: datetime
) -> list[BreakRow]:
    """Open breaks, oldest first; of this kind and this owner, where given."""
    rows = tx.all(
        f"{_SELECT} where b.closed_at is null and b.opened_at <= %s"
        " and coalesce(b.kind = %s, true) and coalesce(b.owner = %s, true)"
        " order by b.opened_at, b.id",
        (opened_before, kind, owner),
    )
    return [BreakRow(*row) for row in rows]


def find(tx: Transaction, break_id: int) -> BreakRow | None:
    row = tx.maybe(f"{_SELECT} where b.id = %s", (break_id,))
    return BreakRow(*row) if row else None


def lock(tx: Transaction, break_id: int) -> BreakRow | None:
    """The break, locked until the transaction ends."""
    row = tx.maybe(f"{_SELECT} where b.id = %s for update of b", (break_id,))
    return BreakRow(*row) if row else None


def take(tx: Transaction, break_id: int, owner: str) -> bool:
    """Give an open break an owner; False when it is closed."""
    return (
        tx.run(
            "update breaks set owner = %s where id = %s and closed_at is null", (owner, break_id)
        )
        == 1
    )


def end(tx: Transaction, break_id: int, resolution: str, actor: str, now: datetime) -> None:
    """It is over, and how. Lock it first, and see that it is open. Without an owner it becomes the
    actor's."""
    tx.run(
        "update breaks set closed_at = coalesce(closed_at, %s), resolution = %s, closed_by = %s,"
        " owner = case owner when '' then %s else owner end where id = %s",
        (now, resolution, actor, actor, break_id),
    )


def of_order(tx: Transaction, kind: str, order_id: int) -> int:
    """The id of this kind of break of an order."""
    row = tx.one("select id from breaks where kind = %s and order_id = %s", (kind, order_id))
    return int(row[0])
