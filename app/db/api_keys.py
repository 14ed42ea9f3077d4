"""Queries on merchants and their API keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key without its secret; `id` is its public part."""

    id: str
    agent_id: int
    live: bool
    scopes: Sequence[str]
    networks: Sequence[str]
    per_minute: int
    label: str
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


_COLUMNS = (
    "k.key_id, k.agent_id, k.live, k.scopes, k.networks::text[], k.per_minute, k.label, k.made_by,"
    " k.made_at, k.expires_at, k.last_used_at, k.revoked_at, k.revoked_by"
)


@dataclass(frozen=True, slots=True)
class Presented:
    """What decides about a key that was shown. `open`: its merchant is an open agent whose account
    isn't blocked; `sells`: live keys may spend the merchant's float."""

    row: KeyRow
    digest: bytes
    open: bool
    sells: bool


def add(tx: Transaction, row: KeyRow, digest: bytes) -> None:
    tx.run(
        """
        insert into api_keys (key_id, agent_id, live, digest, scopes, networks, per_minute, label,
                              made_by, made_at, expires_at)
        values (%s, %s, %s, %s, %s, %s::cidr[], %s, %s, %s, %s, %s)
        """,
        (
            row.id, row.agent_id, row.live, digest, list(row.scopes), list(row.networks),
            row.per_minute, row.label, row.made_by, row.made_at, row.expires_at,
        ),
    )  # fmt: skip


def presented(tx: Transaction, key_id: str) -> Presented | None:
    """The key with this public part, usable or not."""
    row = tx.maybe(
        f"""
        select {_COLUMNS}, k.digest, a.active and not s.blocked,
               exists (select from merchants m where m.agent_id = k.agent_id)
        from api_keys k join agents a on a.subscriber_id = k.agent_id
        join subscribers s on s.id = k.agent_id
        where k.key_id = %s
        """,  # noqa: S608 - constant columns
        (key_id,),
    )
    if row is None:
        return None
    *key, digest, open_, sells = row
    return Presented(KeyRow(*key), bytes(digest), open_, sells)


def used(tx: Transaction, key_id: str, digest: bytes, now: datetime, not_within: timedelta) -> None:
    """Note the use, unless one was noted that lately; the digest is under the current key then."""
    tx.run(
        "update api_keys set last_used_at = %s, digest = %s"
        " where key_id = %s and (last_used_at is null or last_used_at <= %s)",
        (now, digest, key_id, now - not_within),
    )


def of_agent(tx: Transaction, agent_id: int, most: int = 100) -> list[KeyRow]:
    """The newest first."""
    rows = tx.all(
        f"select {_COLUMNS} from api_keys k where k.agent_id = %s order by k.id desc limit %s",  # noqa: S608 - constant columns
        (agent_id, most),
    )
    return [KeyRow(*row) for row in rows]


def lock_usable(tx: Transaction, agent_id: int, now: datetime) -> list[tuple[str, bool]]:
    """(label, live) of each the agent has; nobody makes another until the transaction ends."""
    tx.run("select from agents where subscriber_id = %s for no key update", (agent_id,))
    rows = tx.all(
        "select label, live from api_keys where agent_id = %s and revoked_at is null"
        " and (expires_at is null or expires_at > %s)",
        (agent_id, now),
    )
    return [(str(label), bool(live)) for label, live in rows]


def revoke(tx: Transaction, agent_id: int, key_id: str, actor: str, now: datetime) -> bool:
    """False when there is no such key of the agent's, or it was revoked before."""
    return (
        tx.run(
            "update api_keys set revoked_at = %s, revoked_by = %s"
            " where agent_id = %s and key_id = %s and revoked_at is null",
            (now, actor, agent_id, key_id),
        )
        == 1
    )


def let_sell(tx: Transaction, agent_id: int, by: str, ticket: str, now: datetime) -> bool:
    """Live keys may spend the agent's float; False when they might before."""
    return (
        tx.run(
            "insert into merchants (agent_id, let_by, ticket, let_at) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            (agent_id, by, ticket, now),
        )
        == 1
    )


def stop_selling(tx: Transaction, agent_id: int) -> bool:
    """Live keys may not spend the float any more, from the next request on."""
    return tx.run("delete from merchants where agent_id = %s", (agent_id,)) == 1


def sells(tx: Transaction, agent_id: int) -> bool:
    row = tx.one("select exists (select from merchants where agent_id = %s)", (agent_id,))
    return bool(row[0])
