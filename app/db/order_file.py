"""Everything that was said and done about one order, as staff need it to decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import outbox
from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """One request to a provider and its answer, secrets cut out (`exchanges`)."""

    at: datetime
    peer: str
    request: str
    asked: str
    status: int | None
    answered: str
    fault: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """An SMS about the order; `text` is what was sent, empty before that."""

    kind: str
    state: str
    sent_at: datetime | None
    queued_at: datetime
    text: str
    code: str
    reported_at: datetime | None


@dataclass(frozen=True, slots=True)
class BreakSeen:
    """`resolution` is empty while it is open."""

    id: int
    kind: str
    owner: str
    resolution: str
    opened_at: datetime


SENT_AGAIN_AT_MOST = 3


def messages_about(tx: Transaction, order_id: int) -> list[MessageSeen]:
    """Every SMS about the order, oldest first. They are found by their keys, which are unique:
    an index on their order would cost every sale."""
    keys = [f"order:{order_id}:{word}" for word in ("held", "outcome", "slow", "vendor_reversal")]
    keys += [f"order:{order_id}:again:{n}" for n in range(1, SENT_AGAIN_AT_MOST + 1)]
    rows = tx.all(
        """
        select kind, state, sent_at, queued_at, coalesce(sent_text, ''), code, reported_at
        from mt_sms where dedupe_key = any(%(keys)s || array(
            select 'order:' || order_id || ':goodwill:' || reference from refunds
            where order_id = %(order)s))
        order by id
        """,
        {"keys": keys, "order": order_id},
    )
    return [MessageSeen(*row) for row in rows]


def receipt_again(tx: Transaction, order_id: int, balance_minor: int, now: datetime) -> str:
    """Queue the order's receipt once more, with what the wallet holds now: empty when it is
    queued, else why not."""
    first = tx.maybe(
        "select msisdn, kind, language, params from mt_sms where dedupe_key = %s for update",
        (f"order:{order_id}:outcome",),
    )
    if first is None:
        return "it has no receipt yet: it hasn't ended"
    keys = [f"order:{order_id}:again:{n}" for n in range(1, SENT_AGAIN_AT_MOST + 1)]
    times, busy = tx.one(
        "select count(*) filter (where dedupe_key = any(%s)),"
        " bool_or(state in ('queued', 'sending') or sent_at > %s) from mt_sms"
        " where dedupe_key = any(%s)",
        (keys, now - timedelta(minutes=1), [*keys, f"order:{order_id}:outcome"]),
    )
    if busy:
        return "it is on its way, or went less than a minute ago"
    if times == SENT_AGAIN_AT_MOST:
        return f"it was sent {times} times more: read it to the buyer"
    msisdn, kind, language, params = first
    outbox.queue_sms(
        tx, msisdn, kind, language, params | {"balance_minor": balance_minor},
        dedupe_key=keys[times],
    )  # fmt: skip
    return ""


def breaks_of(tx: Transaction, order_id: int) -> list[BreakSeen]:
    """Every break of the order, oldest first."""
    rows = tx.all(
        "select id, kind, owner, case when closed_at is null then '' else"
        " coalesce(nullif(resolution, ''), 'closed') end, opened_at"
        " from breaks where order_id = %s order by id",
        (order_id,),
    )
    return [BreakSeen(*row) for row in rows]
