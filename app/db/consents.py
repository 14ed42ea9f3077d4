"""What subscribers agreed to and took back. Lines are added, never changed."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction

_LATEST = 20


@dataclass(frozen=True, slots=True)
class Consent:
    """`kind` is `terms` or `marketing`; `version` is of the terms; `channel` and `session` say by
    which way it came."""

    kind: str
    given: bool
    version: str
    channel: str
    session: str
    at: datetime


def terms_accepted(
    tx: Transaction, subscriber_id: int, version: str, channel: str, session: str, now: datetime
) -> None:
    """By registering."""
    tx.run(
        "insert into consents (subscriber_id, kind, given, version, channel, session, at)"
        " values (%s, 'terms', true, %s, %s, %s, %s)",
        (subscriber_id, version, channel, session, now),
    )


def marketing(tx: Transaction, msisdn: str, channel: str, now: datetime, *, given: bool) -> None:
    """Promotional SMS are wanted or not, says whoever has the number; a stranger's wish is kept in
    `opt_outs` only."""
    tx.run(
        "insert into consents (subscriber_id, kind, given, channel, at)"
        " select id, 'marketing', %s, %s, %s from subscribers where msisdn = %s",
        (given, channel, now, msisdn),
    )


def latest(tx: Transaction, subscriber_id: int) -> list[Consent]:
    """The newest first."""
    rows = tx.all(
        "select kind, given, version, channel, session, at from consents"
        " where subscriber_id = %s order by id desc limit %s",
        (subscriber_id, _LATEST),
    )
    return [Consent(*row) for row in rows]
