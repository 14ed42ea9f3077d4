"""Queries on what happened: hops and ends of sessions. No money depends on any of it."""

from collections.abc import Sequence
from datetime import datetime

from app.db.engine import Row, Transaction
from app.ports.channels import SessionEnd


def add_hops(tx: Transaction, rows: Sequence[Row]) -> None:
    """`rows` as app.sessions.hop_stream gives them."""
    tx.insert_many(
        "insert into ussd_hops (channel, session, hop, msisdn, msisdn_index, msisdn_ciphertext,"
        " label, outcome, milliseconds, at, language, network) values %s",
        rows,
    )


def end_session(tx: Transaction, end: SessionEnd, now: datetime) -> None:
    """Keep a gateway's notice, once per session."""
    tx.run(
        """
        insert into ussd_session_ends (channel, session, status, duration_ms, hops, cost, at)
        values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing
        """,
        (end.channel, end.session, end.status, end.duration_ms, end.hops, end.cost, now),
    )
