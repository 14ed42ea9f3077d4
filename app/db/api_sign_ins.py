"""Queries on sign-ins at the REST API."""

from datetime import datetime

from app.db.engine import Transaction
from app.domain.api_callers import SubscriberCaller
from app.domain.api_sign_in import Device, Seen, SignedIn
from app.domain.msisdn import Msisdn


def begin(
    tx: Transaction, subscriber_id: int, seen: Seen, now: datetime, expires_at: datetime
) -> SignedIn:
    """A new sign-in of the subscriber."""
    row = tx.one(
        "insert into api_sign_ins"
        " (subscriber_id, made_at, last_used_at, expires_at, address, client)"
        " values (%s, %s, %s, %s, %s, %s) returning id::text",
        (subscriber_id, now, now, expires_at, seen.address, seen.client),
    )
    return SignedIn(str(row[0]), subscriber_id, 0, expires_at)


def caller(tx: Transaction, sign_in: str, now: datetime) -> SubscriberCaller | None:
    """Who calls with this sign-in; None when it has ended, or its subscriber is blocked."""
    row = tx.maybe(
        """
        select s.id, s.msisdn, s.country, s.currency, s.limits_exempt, s.balance_hidden
        from api_sign_ins i join subscribers s on s.id = i.subscriber_id
        where i.id = %s::uuid and i.ended_at is null and i.expires_at > %s and not s.blocked
        """,
        (sign_in, now),
    )
    if row is None:
        return None
    subscriber_id, msisdn, country, currency, exempt, hides = row
    return SubscriberCaller(
        subscriber_id, Msisdn(msisdn), sign_in, country, currency, exempt, hides
    )


def renew(
    tx: Transaction, sign_in: str, generation: int, now: datetime, since: datetime
) -> SignedIn | None:
    """The next generation; None unless this is the present one of a sign-in that is open, was used
    since then, and whose subscriber isn't blocked."""
    row = tx.maybe(
        """
        update api_sign_ins i set generation = i.generation + 1, last_used_at = %s
        from subscribers s
        where i.id = %s::uuid and i.generation = %s and i.ended_at is null and i.expires_at > %s
          and i.last_used_at > %s and s.id = i.subscriber_id and not s.blocked
        returning i.id::text, i.subscriber_id, i.generation, i.expires_at
        """,
        (now, sign_in, generation, now, since),
    )
    return SignedIn(*row) if row else None


def end_reused(tx: Transaction, sign_in: str, generation: int, now: datetime) -> int | None:
    """End an open sign-in that is past this generation; whose it is, None when nothing was
    ended."""
    row = tx.maybe(
        "update api_sign_ins set ended_at = %s, ended_why = 'reused'"
        " where id = %s::uuid and generation > %s and ended_at is null returning subscriber_id",
        (now, sign_in, generation),
    )
    return int(row[0]) if row else None


def end(tx: Transaction, sign_in: str, subscriber_id: int, why: str, now: datetime) -> bool:
    """End one of the subscriber's; False when it is somebody else's or has ended."""
    return (
        tx.run(
            "update api_sign_ins set ended_at = %s, ended_why = %s"
            " where id = %s::uuid and subscriber_id = %s and ended_at is null",
            (now, why, sign_in, subscriber_id),
        )
        == 1
    )


def open_of(tx: Transaction, subscriber_id: int, now: datetime) -> list[Device]:
    """The subscriber's open sign-ins, the newest first."""
    rows = tx.all(
        "select id::text, made_at, last_used_at, address, client from api_sign_ins"
        " where subscriber_id = %s and ended_at is null and expires_at > %s order by made_at desc",
        (subscriber_id, now),
    )
    return [Device(*row) for row in rows]


def forget(tx: Transaction, before: datetime) -> None:
    """Sign-ins that are long over."""
    tx.run("delete from api_sign_ins where expires_at < %s", (before,))
