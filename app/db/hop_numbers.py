"""Queries on whose a hop was: encrypted, or plain in rows from before migration 0039."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.db.hits import MOST, each


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """A session of one number: how many hops it had, the last one when. The number is that of hop
    `hop`, encrypted, or `msisdn`, or nobody's."""

    channel: str
    session: str
    hops: int
    last_at: datetime
    hop: int
    msisdn: str | None
    ciphertext: str | None


def sessions(tx: Transaction, session: str) -> list[SessionSeen]:
    """Those of this name, whatever the channel."""
    rows = tx.all(
        """
        select channel, session, count(*), max(at), min(hop), msisdn,
               (array_agg(msisdn_ciphertext order by hop))[1]
        from ussd_hops where channel = any(%s) and session = %s
        group by channel, session, msisdn, msisdn_index limit %s
        """,
        (each(tx, "ussd_hops", "channel"), session, MOST),
    )
    return [SessionSeen(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class StoredNumber:
    """Whose a hop was, as it is stored."""

    id: int
    channel: str
    session: str
    hop: int
    msisdn: str | None
    ciphertext: str | None


_COLUMNS = "id, channel, session, hop, msisdn, msisdn_ciphertext"


def plain(tx: Transaction, _: str, after_id: int, limit: int) -> list[StoredNumber]:
    """Those that were never encrypted, by id."""
    return _found(tx, "msisdn is not null", (after_id, limit))


def not_under(tx: Transaction, prefix: str, after_id: int, limit: int) -> list[StoredNumber]:
    """Those that are under another key, by id."""
    return _found(tx, "not starts_with(msisdn_ciphertext, %s)", (prefix, after_id, limit))


def _found(tx: Transaction, which: str, params: Sequence[object]) -> list[StoredNumber]:
    rows = tx.all(
        f"select {_COLUMNS} from ussd_hops where {which} and id > %s order by id limit %s",  # noqa: S608 - our own words
        params,
    )
    return [StoredNumber(*row) for row in rows]


def renew(tx: Transaction, hop_id: int, index: bytes | None, ciphertext: str | None) -> None:
    """It is stored so from now on, and plain no more."""
    tx.run(
        "update ussd_hops set msisdn = null, msisdn_index = %s, msisdn_ciphertext = %s"
        " where id = %s",
        (index, ciphertext, hop_id),
    )
