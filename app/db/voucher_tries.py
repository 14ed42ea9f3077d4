"""Queries on tries to redeem a voucher: one for each (channel, session, step)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin


@dataclass(frozen=True, slots=True)
class TryRow:
    """What was typed, None for digits that can't be a PIN, and what it came to, `open` until
    that is known."""

    digest: bytes | None
    verdict: str


def one_at_a_time(tx: Transaction, msisdn: Msisdn) -> None:
    """Tries of one MSISDN are counted one after another until the commit."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('voucher:' || %s, 0))", (msisdn,))


def of_step(tx: Transaction, origin: Origin) -> TryRow | None:
    row = tx.maybe(
        "select digest, verdict from voucher_tries"
        " where channel = %s and session = %s and step = %s and msisdn = %s",
        (origin.channel, origin.session, origin.step, origin.msisdn),
    )
    return TryRow(bytes(row[0]) if row[0] is not None else None, str(row[1])) if row else None


def latest(tx: Transaction, msisdn: Msisdn, verdicts: Sequence[str], limit: int) -> list[datetime]:
    """When the MSISDN's latest tries of these verdicts were made, newest first. Call it after
    one_at_a_time."""
    rows = tx.all(
        """
        select at from voucher_tries where msisdn = %s and verdict = any(%s)
          and verdict in ('open', 'wrong', 'mistyped') order by at desc limit %s
        """,
        (msisdn, list(verdicts), limit),
    )
    return [row[0] for row in rows]


def begin(tx: Transaction, origin: Origin, tried: TryRow, now: datetime) -> None:
    tx.run(
        "insert into voucher_tries (channel, session, step, msisdn, digest, verdict, at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (
            origin.channel, origin.session, origin.step, origin.msisdn, tried.digest,
            tried.verdict, now,
        ),
    )  # fmt: skip


def end(tx: Transaction, origin: Origin, verdict: str) -> bool:
    """What an open try came to; False when that was known."""
    return (
        tx.run(
            "update voucher_tries set verdict = %s"
            " where channel = %s and session = %s and step = %s and verdict = 'open'",
            (verdict, origin.channel, origin.session, origin.step),
        )
        == 1
    )


def forget(tx: Transaction, before: datetime, limit: int = 5_000) -> int:
    """Delete tries that count no more; how many."""
    return tx.run(
        "delete from voucher_tries where ctid in"
        " (select ctid from voucher_tries where at < %s limit %s)",
        (before, limit),
    )
