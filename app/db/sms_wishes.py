"""Queries on wishes by SMS that wait for a code. State moves only by compare-and-set."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin
from app.domain.wishes import Wish, WishKind


@dataclass(frozen=True, slots=True)
class WishRow:
    """`digest` is of its code."""

    id: int
    wish: Wish
    channel: str
    session: str
    digest: bytes
    expires_at: datetime


_ROW = """
select id, kind, amount_minor, currency, recipient, operator, product, channel, session, digest,
       expires_at
from sms_wishes
"""


def _wish(row: tuple) -> WishRow:  # type: ignore[type-arg]
    (id_, kind, amount, currency, recipient, operator, product, channel, session, digest,
     expires_at) = row  # fmt: skip
    wish = Wish(WishKind(kind), Money(amount, currency), Msisdn(recipient), operator, product)
    return WishRow(id_, wish, channel, session, bytes(digest), expires_at)


def one_at_a_time(tx: Transaction, subscriber_id: int) -> None:
    """Wishes of one subscriber wait for each other until the commit: one is open at most."""
    tx.run("select 1 from subscribers where id = %s for update", (subscriber_id,))


def of_sms(tx: Transaction, origin: Origin) -> WishRow | None:
    """What this SMS wanted."""
    row = tx.maybe(f"{_ROW} where channel = %s and session = %s", (origin.channel, origin.session))
    return _wish(row) if row else None


def nth_latest(tx: Transaction, subscriber_id: int, n: int, since: datetime) -> datetime | None:
    """When the latest but n - 1 was asked for, if after `since`."""
    row = tx.maybe(
        "select asked_at from sms_wishes where subscriber_id = %s and asked_at > %s"
        " order by asked_at desc offset %s limit 1",
        (subscriber_id, since, n - 1),
    )
    return row[0] if row else None


def open_(
    tx: Transaction, origin: Origin, subscriber_id: int, wish: Wish, digest: bytes, now: datetime,
    expires_at: datetime,
) -> None:  # fmt: skip
    """Write it; what was open before is void. Call it after one_at_a_time."""
    tx.run(
        "update sms_wishes set state = 'void' where subscriber_id = %s and state = 'open'",
        (subscriber_id,),
    )
    tx.run(
        """
        insert into sms_wishes (subscriber_id, channel, session, kind, amount_minor, currency,
                                recipient, operator, product, digest, asked_at, expires_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            subscriber_id, origin.channel, origin.session, wish.kind, wish.amount.amount_minor,
            wish.amount.currency, wish.recipient, wish.operator, wish.product, digest, now,
            expires_at,
        ),
    )  # fmt: skip


def open_of(tx: Transaction, subscriber_id: int, now: datetime) -> WishRow | None:
    """What waits for its code now. Call it after one_at_a_time."""
    row = tx.maybe(
        f"{_ROW} where subscriber_id = %s and state = 'open' and expires_at > %s",
        (subscriber_id, now),
    )
    return _wish(row) if row else None


def take(tx: Transaction, wish_id: int, digest: bytes, origin: Origin, now: datetime) -> bool:
    """From open to taken, for this SMS alone; False when it isn't open any more."""
    return (
        tx.run(
            "update sms_wishes set state = 'taken', taken_channel = %s, taken_session = %s"
            " where id = %s and digest = %s and state = 'open' and expires_at > %s",
            (origin.channel, origin.session, wish_id, digest, now),
        )
        == 1
    )


def taken_by(tx: Transaction, origin: Origin, subscriber_id: int) -> WishRow | None:
    """What this SMS has taken before."""
    row = tx.maybe(
        f"{_ROW} where taken_channel = %s and taken_session = %s and subscriber_id = %s",
        (origin.channel, origin.session, subscriber_id),
    )
    return _wish(row) if row else None


def give_back(tx: Transaction, origin: Origin, subscriber_id: int) -> None:
    """Nothing was done with it: it is open again, unless another is by now. Call it after
    one_at_a_time."""
    tx.run(
        """
        update sms_wishes set state = 'open', taken_channel = null, taken_session = null
        where taken_channel = %s and taken_session = %s and state = 'taken' and not exists
            (select from sms_wishes o where o.subscriber_id = %s and o.state = 'open')
        """,
        (origin.channel, origin.session, subscriber_id),
    )


def count_wrong(tx: Transaction, wish_id: int, origin: Origin, allowed: int) -> int:
    """One more wrong code, from this SMS; the last one allowed voids the wish. How many are
    left."""
    row = tx.one(
        "update sms_wishes set tries = tries + 1,"
        " state = case when tries + 1 >= %s then 'void' else state end"
        " where id = %s returning greatest(%s - tries, 0)",
        (allowed, wish_id, allowed),
    )
    tx.run(
        "insert into sms_code_tries (channel, session, wish_id, tries_left)"
        " values (%s, %s, %s, %s)",
        (origin.channel, origin.session, wish_id, row[0]),
    )
    return int(row[0])


def wrong_before(tx: Transaction, origin: Origin) -> int | None:
    """How many tries were left after the wrong code of this SMS; None when it had none."""
    row = tx.maybe(
        "select tries_left from sms_code_tries where channel = %s and session = %s",
        (origin.channel, origin.session),
    )
    return int(row[0]) if row else None
