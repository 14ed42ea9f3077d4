"""Queries on webhook endpoints. Their secrets are stored encrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """`state` is on, off or deleted; `before_until`: an older secret signs too until then."""

    id: int
    reference: str
    agent_id: int
    live: bool
    url: str
    events: Sequence[str]
    state: str
    state_why: str
    before_until: datetime | None
    failing_since: datetime | None
    made_by: str
    made_at: datetime


_SELECT = """
select id, reference, agent_id, live, url, events, state, state_why, before_until, failing_since,
       made_by, made_at
from webhook_endpoints
"""


def next_id(tx: Transaction) -> int:
    """The id of an endpoint to come: its secret is bound to it."""
    row = tx.one("select nextval(pg_get_serial_sequence('webhook_endpoints', 'id'))")
    return int(row[0])


def add(tx: Transaction, row: EndpointRow, sealed: str) -> None:
    tx.run(
        """
        insert into webhook_endpoints (id, reference, agent_id, live, url, events, secret, made_by,
                                       made_at)
        overriding system value values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            row.id, row.reference, row.agent_id, row.live, row.url, list(row.events), sealed,
            row.made_by, row.made_at,
        ),
    )  # fmt: skip


def lock_addresses(tx: Transaction, agent_id: int, *, live: bool) -> list[str]:
    """Of those the agent has; nobody makes another one until the transaction ends."""
    tx.run("select from agents where subscriber_id = %s for no key update", (agent_id,))
    rows = tx.all(
        "select url from webhook_endpoints where agent_id = %s and live = %s"
        " and state <> 'deleted'",
        (agent_id, live),
    )
    return [str(row[0]) for row in rows]


def of_agent(tx: Transaction, agent_id: int) -> list[EndpointRow]:
    """Those that aren't deleted, the oldest first."""
    rows = tx.all(f"{_SELECT} where agent_id = %s and state <> 'deleted' order by id", (agent_id,))
    return [EndpointRow(*row) for row in rows]


def find(tx: Transaction, agent_id: int, reference: str) -> EndpointRow | None:
    """The agent's endpoint, locked until the transaction ends; None for a deleted one."""
    row = tx.maybe(
        f"{_SELECT} where agent_id = %s and reference = %s and state <> 'deleted' for update",
        (agent_id, reference),
    )
    return EndpointRow(*row) if row else None


def get(tx: Transaction, endpoint_id: int) -> EndpointRow:
    return EndpointRow(*tx.one(f"{_SELECT} where id = %s", (endpoint_id,)))


def change(tx: Transaction, endpoint_id: int, url: str, events: Sequence[str]) -> None:
    tx.run(
        "update webhook_endpoints set url = %s, events = %s where id = %s",
        (url, list(events), endpoint_id),
    )


def sealed(tx: Transaction, endpoint_id: int) -> str:
    return str(tx.one("select secret from webhook_endpoints where id = %s", (endpoint_id,))[0])


def rotate(tx: Transaction, endpoint_id: int, fresh: str, before: str, until: datetime) -> None:
    """Sign under `fresh` from now on, and under the older secret too until then."""
    tx.run(
        "update webhook_endpoints set secret = %s, secret_before = %s, before_until = %s"
        " where id = %s",
        (fresh, before, until, endpoint_id),
    )


def turn_on(tx: Transaction, endpoint_id: int) -> None:
    tx.run(
        "update webhook_endpoints set state = 'on', state_why = '', failing_since = null"
        " where id = %s and state = 'off'",
        (endpoint_id,),
    )


def turn_off(tx: Transaction, endpoint_id: int, state: str, why: str, now: datetime) -> bool:
    """`state` is off or deleted. What waits for it is dropped. False when it wasn't on, or was
    deleted."""
    changed = tx.run(
        "update webhook_endpoints set state = %(state)s, state_why = %(why)s"
        " where id = %(id)s and state <> 'deleted' and state <> %(state)s",
        {"state": state, "why": why, "id": endpoint_id},
    )
    tx.run(
        "update webhook_deliveries set state = 'dropped', due_at = null, ended_at = %s,"
        " last_fault = %s where endpoint_id = %s and state = 'waiting'",
        (now, "endpoint_" + state, endpoint_id),
    )
    return changed == 1


def failed(tx: Transaction, endpoint_id: int, now: datetime) -> datetime:
    """Note that it failed; since when it has answered nothing well."""
    row = tx.one(
        "update webhook_endpoints set failing_since = coalesce(failing_since, %s) where id = %s"
        " returning failing_since",
        (now, endpoint_id),
    )
    since: datetime = row[0]
    return since


def well(tx: Transaction, endpoint_id: int) -> None:
    tx.run(
        "update webhook_endpoints set failing_since = null"
        " where id = %s and failing_since is not null",
        (endpoint_id,),
    )


def secrets_not_under(
    tx: Transaction, column: str, prefix: str, after: int, most: int
) -> list[tuple[int, str]]:
    """(endpoint, stored secret) that another key has encrypted; `column` is secret or
    secret_before."""
    rows = tx.all(
        f"select id, {column} from webhook_endpoints"  # noqa: S608 - one of two columns
        f" where id > %s and not starts_with({column}, %s) order by id limit %s",
        (after, prefix, most),
    )
    return [(int(id_), str(stored)) for id_, stored in rows]


def renew_secret(tx: Transaction, column: str, endpoint_id: int, stored: str, fresh: str) -> None:
    tx.run(
        f"update webhook_endpoints set {column} = %s where id = %s and {column} = %s",  # noqa: S608 - one of two columns
        (fresh, endpoint_id, stored),
    )
