"""Queries on what happened: hops, ends of sessions, exchanges with vendors. No money depends
on any of it."""

from collections.abc import Sequence
from datetime import datetime

from app.db.engine import Row, Transaction
from app.ports.channels import SessionEnd
from app.ports.exchanges import Exchange


def add_hops(tx: Transaction, rows: Sequence[Row]) -> None:
    """`rows` as app.sessions.hop_stream gives them."""
    tx.insert_many(
        "insert into ussd_hops (channel, session, hop, msisdn, label, outcome, milliseconds, at,"
        " language, network) values %s",
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


def add_exchanges(tx: Transaction, exchanges: Sequence[Exchange]) -> None:
    tx.insert_many(
        "insert into exchanges (peer, subject, method, path, request_body, status, response_body,"
        " fault, started_at, duration_ms) values %s",
        [
            (
                e.peer, e.subject, e.method, e.path, e.request_body, e.status, e.response_body,
                e.fault, e.started_at, e.duration_ms,
            )
            for e in exchanges
        ],
    )  # fmt: skip
