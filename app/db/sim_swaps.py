"""Queries on changes of SIMs: what was answered, and what was asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class SwapRow:
    """`swapped_at` is the latest moment the SIM can have been changed, None: never."""

    swapped_at: datetime | None
    answered_at: datetime | None


def find(tx: Transaction, msisdn: Msisdn) -> SwapRow | None:
    row = tx.maybe("select swapped_at, answered_at from sim_swaps where msisdn = %s", (msisdn,))
    return SwapRow(*row) if row else None


def wish(tx: Transaction, msisdn: Msisdn, now: datetime, again_after: timedelta) -> bool:
    """Note that an answer is wanted; False when that was noted a moment ago."""
    return (
        tx.run(
            """
            insert into sim_swaps as w (msisdn, wished_at) values (%s, %s)
            on conflict (msisdn) do update set wished_at = excluded.wished_at
            where w.wished_at is null or w.wished_at <= %s
            """,
            (msisdn, now, now - again_after),
        )
        == 1
    )


def asked(tx: Transaction, provider: str, request_id: str, msisdn: Msisdn, now: datetime) -> None:
    tx.run(
        "insert into sim_swap_requests (provider, request_id, msisdn, asked_at)"
        " values (%s, %s, %s, %s) on conflict do nothing",
        (provider, request_id, msisdn, now),
    )


def take_request(tx: Transaction, provider: str, request_id: str, now: datetime) -> Msisdn | None:
    """The number a request was about, for its first answer only."""
    row = tx.maybe(
        "update sim_swap_requests set answered_at = %s"
        " where provider = %s and request_id = %s and answered_at is null returning msisdn",
        (now, provider, request_id),
    )
    return Msisdn(row[0]) if row else None


def answered(
    tx: Transaction, msisdn: Msisdn, swapped_at: datetime | None, source: str, *,
    answered_at: datetime | None,
) -> None:  # fmt: skip
    """Keep an answer; None as `answered_at`: it says nothing of what the network would say now. A
    later one never makes a known swap older or undone."""
    tx.run(
        """
        insert into sim_swaps as w (msisdn, swapped_at, source, answered_at)
        values (%s, %s, %s, %s)
        on conflict (msisdn) do update set
            answered_at = coalesce(excluded.answered_at, w.answered_at),
            source = case when w.swapped_at is null or excluded.swapped_at > w.swapped_at
                          then excluded.source else w.source end,
            swapped_at = greatest(w.swapped_at, excluded.swapped_at)
        """,
        (msisdn, swapped_at, source, answered_at),
    )
