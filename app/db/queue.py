"""What needs a person now, as queues: each is read oldest first, a page at a time, by an index of
what is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn

COUNTED_TO = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row. `at` is since when it waits, or by when it must be done; `key` names it in its
    page's address, `about` says what it is in words; `amount`, `msisdn` and `owner` are empty where
    there is none."""

    at: datetime
    id: int
    key: str
    kind: str
    about: str
    msisdn: Msisdn | None
    amount: Money | None
    state: str
    owner: str


@dataclass(frozen=True, slots=True)
class Queue:
    """`source` is what stands behind `from`, `columns` gives key, kind, about, number, minor units,
    currency, state and owner; `at` and `id` are its order."""

    source: str
    columns: str
    at: str
    id: str


_BREAK = "b.id::text, b.kind, {about}, {msisdn}, {minor}, {currency}, '', b.owner"
_OPEN = "breaks b {joins} where b.closed_at is null and {which}"
_LINE = (
    "trim(coalesce('order ' || o.reference, '') || ' ' || coalesce(b.provider, '') || ' '"
    " || coalesce(b.external_id, ''))"
)


def _breaks(which: str, about: str, minor: str = "null", currency: str = "null",
            joins: str = "", msisdn: str = "null") -> Queue:  # fmt: skip
    return Queue(
        _OPEN.format(joins=joins, which=which),
        _BREAK.format(about=about, minor=minor, currency=currency, msisdn=msisdn),
        "b.opened_at", "b.id",
    )  # fmt: skip


QUEUES: Mapping[str, Queue] = MappingProxyType({
    "unknown": Queue(
        "orders o join subscribers s on s.id = o.subscriber_id where o.id in ("
        " select id from orders where state = 'unknown' union select order_id from breaks"
        " where kind = 'unknown_order' and closed_at is null)",
        "o.reference, 'order', o.operator || ' ' || o.product || ' at ' || coalesce("
        " (select a.provider from vend_attempts a where a.order_id = o.id"
        "  order by a.number desc limit 1), 'nobody'),"
        " s.msisdn, o.price_minor, o.currency, o.state, coalesce("
        " (select b.owner from breaks b where b.order_id = o.id and b.kind = 'unknown_order'"
        "  and b.closed_at is null), '')",
        "o.placed_at", "o.id",
    ),
    "review": Queue(
        "orders o join subscribers s on s.id = o.subscriber_id"
        " left join order_risks r on r.order_id = o.id where o.state = 'review'",
        "o.reference, 'held order', concat('score ', r.points, ': ', (select string_agg("
        "  concat(one ->> 'why', ' +', one ->> 'points'), ', ')"
        "  from jsonb_array_elements(r.reasons) one)),"
        " s.msisdn, o.price_minor, o.currency, o.state, ''",
        "o.due_at", "o.id",
    ),
    "breaks": _breaks(
        "b.kind not in ('suspense', 'unknown_order', 'low_float', 'sms_over_cap',"
        " 'sms_pumping')", _LINE,
        minor="o.price_minor", currency="o.currency",
        joins="left join orders o on o.id = b.order_id"
        " left join subscribers s on s.id = o.subscriber_id",
        msisdn="s.msisdn",
    ),
    "suspense": _breaks(
        "b.kind = 'suspense'", "p.provider || ' ' || p.external_id",
        minor="p.amount_minor - p.taken_back_minor", currency="p.currency",
        joins="join topups p on p.reference = b.detail->>'topup'",
    ),
    "cases": Queue(
        "cases c join subscribers s on s.id = c.subscriber_id where c.state = 'open'",
        "c.ticket, c.kind, trim('about ' || c.subject), s.msisdn, null, null, '', c.owner",
        "c.answer_by", "c.id",
    ),
    "approvals": Queue(
        "approvals a where a.state = 'asked'",
        "a.ticket, a.act, a.reason, null, (a.detail->>'amount_minor')::bigint,"
        " a.detail->>'currency', '', a.asked_by",
        "a.asked_at", "a.id",
    ),
    "float": _breaks(
        "b.kind = 'low_float'", "b.detail->>'provider'",
        minor="(b.detail->>'left_minor')::bigint", currency="b.detail->>'currency'",
    ),
    "sms": _breaks(
        "b.kind in ('sms_over_cap', 'sms_pumping')",
        "case b.kind when 'sms_over_cap' then"
        " concat_ws(' ', b.detail->>'country', b.detail->>'day', 'cap', b.detail->>'cap')"
        " else concat(b.detail->>'prefix', ' codes ', b.detail->>'asked', ' used ',"
        " b.detail->>'used') end",
    ),
})  # fmt: skip
"""Name -> queue."""


def read(
    tx: Transaction, name: str, after: tuple[datetime, int] | None, most: int
) -> list[Waiting]:
    """Up to `most` rows behind that one."""
    queue = QUEUES[name]
    behind, params = "", []
    if after is not None:
        behind, params = f" and ({queue.at}, {queue.id}) > (%s, %s)", list(after)
    rows = tx.all(
        f"select {queue.at}, {queue.id}, {queue.columns} from {queue.source}{behind}"  # noqa: S608 - constants
        f" order by {queue.at}, {queue.id} limit %s",
        [*params, most],
    )
    return [_waiting(*row) for row in rows]


def _waiting(
    at: datetime, id_: int, key: str, kind: str, about: str | None, msisdn: str | None,
    minor: int | None, currency: str | None, state: str, owner: str | None,
) -> Waiting:  # fmt: skip
    amount = None if minor is None or currency is None else Money(minor, currency)
    return Waiting(
        at, id_, key, kind, about or "", Msisdn(msisdn) if msisdn else None, amount, state,
        owner or "",
    )  # fmt: skip


def counts(tx: Transaction) -> dict[str, int]:
    """How many wait in each, counted up to COUNTED_TO."""
    parts = [
        f"(select count(*) from (select 1 from {queue.source} limit {COUNTED_TO}) c)"  # noqa: S608 - constants
        for queue in QUEUES.values()
    ]
    row: tuple[Any, ...] = tx.one(f"select {', '.join(parts)}")
    return dict(zip(QUEUES, (int(count) for count in row), strict=True))
