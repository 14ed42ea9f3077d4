"""Queries on one-time codes of the REST API: one row per number that asked, known to us or not."""

from datetime import datetime

from app.db.engine import Transaction
from app.domain.api_sign_in import CODE_LASTS, CODE_SENT_AGAIN, CODE_TRIES, CodeAsked
from app.domain.msisdn import Msisdn

_GOOD = "c.used_at is null and c.tries < %(most)s and c.made_at > %(since)s"


def ask(tx: Transaction, msisdn: Msisdn, nonce: bytes, now: datetime) -> int:
    """A code is wanted: the one that was sent lately and is still good, or a fresh one from this
    nonce; the row's id."""
    row = tx.one(
        f"""
        insert into sign_in_codes as c (msisdn, nonce, made_at, expires_at)
        values (%(msisdn)s, %(nonce)s, %(now)s, %(until)s)
        on conflict (msisdn) do update set
            times = c.times + 1, used_at = null,
            nonce = case when {_GOOD} then c.nonce else excluded.nonce end,
            made_at = case when {_GOOD} then c.made_at else excluded.made_at end,
            expires_at = case when {_GOOD} then c.expires_at else excluded.expires_at end,
            tries = case when {_GOOD} then c.tries else 0 end
        returning id
        """,  # noqa: S608 - a constant
        {
            "msisdn": msisdn, "nonce": nonce, "now": now, "until": now + CODE_LASTS,
            "since": now - CODE_SENT_AGAIN, "most": CODE_TRIES,
        },
    )  # fmt: skip
    return int(row[0])


def get(tx: Transaction, code_id: int) -> CodeAsked | None:
    """What was asked for."""
    row = tx.maybe(
        "select id, msisdn, nonce, expires_at, times from sign_in_codes where id = %s", (code_id,)
    )
    return CodeAsked(row[0], Msisdn(row[1]), bytes(row[2]), row[3], row[4]) if row else None


def take_try(tx: Transaction, msisdn: Msisdn, now: datetime) -> bytes | None:
    """Count a try; what the right code is made from, None when none may be tried."""
    row = tx.maybe(
        "update sign_in_codes set tries = tries + 1"
        " where msisdn = %s and used_at is null and expires_at > %s and tries < %s returning nonce",
        (msisdn, now, CODE_TRIES),
    )
    return bytes(row[0]) if row else None


def use(tx: Transaction, msisdn: Msisdn, nonce: bytes, now: datetime) -> bool:
    """It was right; False when it has been used meanwhile."""
    return (
        tx.run(
            "update sign_in_codes set used_at = %s"
            " where msisdn = %s and nonce = %s and used_at is null",
            (now, msisdn, nonce),
        )
        == 1
    )


def forget(tx: Transaction, before: datetime) -> None:
    """Codes that are long over."""
    tx.run("delete from sign_in_codes where made_at < %s", (before,))
