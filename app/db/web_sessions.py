"""Queries on signing in to the back-office: sign-ins that wait for a code, and sessions."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction

# --- sign-ins that wait for their code ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PendingRow:
    """The password was right. `sealed_key` is of the code app that is being enrolled, None where
    one is; `sms_right`: the code that went to the number came back."""

    kind: str
    person_id: int
    made_at: datetime
    sealed_key: str | None
    sms_right: bool


def open_pending(
    tx: Transaction, digest: bytes, kind: str, person_id: int, sealed_key: str | None,
    now: datetime,
) -> None:  # fmt: skip
    tx.run(
        "insert into pending_sign_ins (digest, kind, person_id, sealed_key, made_at)"
        " values (%s, %s, %s, %s, %s)",
        (digest, kind, person_id, sealed_key, now),
    )


def pending(tx: Transaction, digest: bytes, since: datetime) -> PendingRow | None:
    """What was begun since then."""
    row = tx.maybe(
        "select kind, person_id, made_at, sealed_key, sms_right from pending_sign_ins"
        " where digest = %s and made_at > %s",
        (digest, since),
    )
    return PendingRow(*row) if row else None


def take_sms_try(tx: Transaction, digest: bytes, most: int) -> bool:
    """Count a try at the code of the SMS; False when there were too many."""
    return (
        tx.run(
            "update pending_sign_ins set sms_tries = sms_tries + 1"
            " where digest = %s and sms_tries < %s",
            (digest, most),
        )
        == 1
    )


def sms_was_right(tx: Transaction, digest: bytes) -> None:
    tx.run("update pending_sign_ins set sms_right = true where digest = %s", (digest,))


def take_pending(tx: Transaction, digest: bytes) -> bool:
    """End it, by a session or for good; False when it has ended."""
    return tx.run("delete from pending_sign_ins where digest = %s", (digest,)) == 1


def drop_pending_of(tx: Transaction, kind: str, person_id: int) -> None:
    tx.run("delete from pending_sign_ins where kind = %s and person_id = %s", (kind, person_id))


# --- sessions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionRow:
    """`stepped_up_at`: when a code was given last."""

    id: int
    kind: str
    person_id: int
    made_at: datetime
    last_seen_at: datetime
    stepped_up_at: datetime
    address: str
    browser: str


_SESSION = """
select id, kind, person_id, made_at, last_seen_at, stepped_up_at, address, browser
from web_sessions
"""


def begin(
    tx: Transaction, digest: bytes, kind: str, person_id: int, now: datetime, address: str,
    browser: str,
) -> int:  # fmt: skip
    """A session of somebody who has just given a code; its id."""
    row = tx.one(
        """
        insert into web_sessions (digest, kind, person_id, made_at, last_seen_at, stepped_up_at,
                                  address, browser)
        values (%(digest)s, %(kind)s, %(person)s, %(now)s, %(now)s, %(now)s, %(address)s,
                %(browser)s)
        returning id
        """,
        {
            "digest": digest, "kind": kind, "person": person_id, "now": now, "address": address,
            "browser": browser,
        },
    )  # fmt: skip
    return int(row[0])


def of_token(tx: Transaction, digest: bytes) -> SessionRow | None:
    """The open session with this token."""
    row = tx.maybe(f"{_SESSION} where digest = %s and ended_at is null", (digest,))
    return SessionRow(*row) if row else None


def seen(tx: Transaction, session_id: int, now: datetime) -> None:
    tx.run("update web_sessions set last_seen_at = %s where id = %s", (now, session_id))


def rotate(tx: Transaction, session_id: int, old: bytes, new: bytes, now: datetime) -> bool:
    """Another token after a step-up; False when the session has ended or has another token."""
    return (
        tx.run(
            "update web_sessions set digest = %s, stepped_up_at = %s, last_seen_at = %s"
            " where id = %s and digest = %s and ended_at is null",
            (new, now, now, session_id, old),
        )
        == 1
    )


def open_of(tx: Transaction, kind: str, person_id: int) -> list[SessionRow]:
    """The newest first."""
    rows = tx.all(
        f"{_SESSION} where kind = %s and person_id = %s and ended_at is null order by id desc",
        (kind, person_id),
    )
    return [SessionRow(*row) for row in rows]


def end(
    tx: Transaction, session_id: int, kind: str, person_id: int, why: str, now: datetime
) -> bool:
    """End one of this person's; False when it is somebody else's or has ended."""
    return (
        tx.run(
            "update web_sessions set ended_at = %s, ended_why = %s"
            " where id = %s and kind = %s and person_id = %s and ended_at is null",
            (now, why, session_id, kind, person_id),
        )
        == 1
    )


def end_all(
    tx: Transaction, kind: str, person_id: int, why: str, now: datetime, besides: int | None = None
) -> int:
    """End every session of this person, except one; how many."""
    return tx.run(
        "update web_sessions set ended_at = %s, ended_why = %s"
        " where kind = %s and person_id = %s and ended_at is null and id is distinct from %s",
        (now, why, kind, person_id, besides),
    )


def forget(tx: Transaction, pending_before: datetime, seen_before: datetime) -> None:
    """Drop sign-ins nobody finished, and sessions long over."""
    tx.run("delete from pending_sign_ins where made_at < %s", (pending_before,))
    tx.run("delete from web_sessions where last_seen_at < %s", (seen_before,))
