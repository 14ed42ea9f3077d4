"""Queries on deliveries of webhooks, from the queue to an endpoint's answer.

Whoever sends one has put `next_at` ahead; a sender that was paused and taken over changes nothing
but that an endpoint took it, which is true whoever says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.webhooks import DeliveryState, Event


@dataclass(frozen=True, slots=True)
class DueRow:
    """A delivery in the hands of whoever claimed it; `number` is this try's, `round_` counts from
    when it was sent anew by hand. `secret` and `secret_before` are as stored."""

    id: int
    number: int
    round_: int
    event: Event
    endpoint_id: int
    agent_id: int
    url: str
    secret: str
    secret_before: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    id: int
    event: Event
    endpoint: str
    url: str
    state: str
    tries: int
    next_at: datetime | None
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class TryRow:
    """`status` is the endpoint's, None with a `fault`; `answer` begins what it said."""

    number: int
    at: datetime
    status: int | None
    fault: str
    answer: str
    elapsed_ms: int


def endpoint_of(tx: Transaction, delivery_id: int) -> int | None:
    """The id of the endpoint that it goes to."""
    row = tx.maybe("select endpoint_id from webhook_deliveries where id = %s", (delivery_id,))
    return int(row[0]) if row else None


def next_due(tx: Transaction, endpoint_id: int, now: datetime) -> int | None:
    """The id of a delivery to the endpoint that is due and nobody sends."""
    row = tx.maybe(
        "select id from webhook_deliveries where endpoint_id = %s and state = 'waiting'"
        " and next_at <= %s order by next_at limit 1",
        (endpoint_id, now),
    )
    return int(row[0]) if row else None


def claim(tx: Transaction, delivery_id: int, now: datetime, until: datetime) -> DueRow | None:
    """Take a delivery that is due: it is the caller's until then. None when it isn't due, somebody
    else has it, or its endpoint isn't on."""
    row = tx.maybe(
        """
        update webhook_deliveries d
        set next_at = %(until)s, due_at = %(until)s, tries = d.tries + 1
        from webhook_events v, webhook_endpoints e
        where d.id = %(id)s and d.state = 'waiting' and d.next_at <= %(now)s
          and v.id = d.event_id and e.id = d.endpoint_id and e.state = 'on'
        returning d.id, d.tries, d.tries - d.tries_before, v.event_id, v.kind, v.live, v.at, v.data,
                  e.id, e.agent_id, e.url, e.secret,
                  case when e.before_until > %(now)s then e.secret_before end
        """,
        {"id": delivery_id, "now": now, "until": until},
    )
    if row is None:
        return None
    id_, number, round_, event_id, kind, live, at, data, *endpoint = row
    return DueRow(id_, number, round_, Event(event_id, kind, live, at, data), *endpoint)


def drop_orphan(tx: Transaction, delivery_id: int, now: datetime) -> None:
    """One that came to wait while its endpoint was being switched off."""
    tx.run(
        """
        update webhook_deliveries d set state = 'dropped', due_at = null, ended_at = %s,
            last_fault = 'endpoint_off'
        from webhook_endpoints e
        where d.id = %s and d.state = 'waiting' and e.id = d.endpoint_id and e.state <> 'on'
        """,
        (now, delivery_id),
    )


def tried(tx: Transaction, delivery_id: int, row: TryRow) -> None:
    """Keep what came of a try."""
    tx.run(
        "insert into webhook_tries (delivery_id, number, at, status, fault, answer, elapsed_ms)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (delivery_id, row.number, row.at, row.status, row.fault, row.answer, row.elapsed_ms),
    )


def delivered(tx: Transaction, delivery_id: int, status: int, now: datetime) -> None:
    tx.run(
        "update webhook_deliveries set state = 'delivered', due_at = null, ended_at = %s,"
        " last_status = %s, last_fault = '' where id = %s and state = 'waiting'",
        (now, status, delivery_id),
    )


def not_delivered(
    tx: Transaction, row: DueRow, made: TryRow, again_at: datetime | None, now: datetime
) -> bool:
    """It is tried again then, or never. False when somebody else has taken it over."""
    return (
        tx.run(
            """
            update webhook_deliveries set
                state = case when %(again)s::timestamptz is null then 'failed' else state end,
                next_at = coalesce(%(again)s, next_at), due_at = %(again)s,
                ended_at = case when %(again)s::timestamptz is null then %(now)s end,
                last_status = %(status)s, last_fault = %(fault)s
            where id = %(id)s and state = 'waiting' and tries = %(number)s
            """,
            {
                "again": again_at, "now": now, "status": made.status, "fault": made.fault,
                "id": row.id, "number": row.number,
            },
        )
        == 1
    )  # fmt: skip


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of deliveries nobody has looked at in time; they come due again after `again_after`."""
    rows = tx.all(
        """
        update webhook_deliveries set due_at = %s where id in (
            select id from webhook_deliveries where due_at <= %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]


def send_again(tx: Transaction, agent_id: int, delivery_id: int, now: datetime) -> bool:
    """Send one that has ended again, whatever came of it; False when it waits, isn't the agent's,
    or its endpoint isn't on."""
    changed = tx.run(
        """
        with again as (
            update webhook_deliveries d set state = 'waiting', tries_before = d.tries,
                next_at = %(now)s, due_at = %(now)s, ended_at = null
            from webhook_endpoints e
            where d.id = %(id)s and d.agent_id = %(agent)s and d.state <> 'waiting'
              and e.id = d.endpoint_id and e.state = 'on'
            returning d.id)
        insert into outbox (topic, subject_id) select 'webhook', id from again
        """,
        {"now": now, "id": delivery_id, "agent": agent_id},
    )
    return changed == 1


_ROW = """
select d.id, v.event_id, v.kind, v.live, v.at, v.data, e.reference, e.url, d.state, d.tries,
       case when d.state = 'waiting' then d.next_at end, d.made_at, d.ended_at
from webhook_deliveries d join webhook_events v on v.id = d.event_id
join webhook_endpoints e on e.id = d.endpoint_id
"""


def find(tx: Transaction, agent_id: int, delivery_id: int) -> DeliveryRow | None:
    """The agent's delivery."""
    row = tx.maybe(f"{_ROW} where d.agent_id = %s and d.id = %s", (agent_id, delivery_id))
    return _delivery(row) if row else None


def latest(
    tx: Transaction, agent_id: int, most: int, *, live: bool, state: DeliveryState | None,
    before: int | None,
) -> list[DeliveryRow]:  # fmt: skip
    """The agent's deliveries, the newest first; of one state, and older than that one, where
    said."""
    where = ["d.agent_id = %s", "v.live = %s"]
    params: list[object] = [agent_id, live]
    if state is not None:
        where.append("d.state = %s")
        params.append(state)
    if before is not None:
        where.append("(d.made_at, d.id) < (select made_at, id from webhook_deliveries b"
                     " where b.id = %s and b.agent_id = %s)")  # fmt: skip
        params += [before, agent_id]
    rows = tx.all(
        f"{_ROW} where {' and '.join(where)} order by d.made_at desc, d.id desc limit %s",
        [*params, most],
    )
    return [_delivery(row) for row in rows]


def tries(tx: Transaction, delivery_id: int) -> list[TryRow]:
    """The newest first."""
    rows = tx.all(
        "select number, at, status, fault, answer, elapsed_ms from webhook_tries"
        " where delivery_id = %s order by number desc limit 100",
        (delivery_id,),
    )
    return [TryRow(*row) for row in rows]


def _delivery(row: tuple) -> DeliveryRow:  # type: ignore[type-arg]
    id_, event_id, kind, live, at, data, *rest = row
    return DeliveryRow(id_, Event(event_id, kind, live, at, data), *rest)
