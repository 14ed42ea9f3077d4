"""Queries on PINs: attempts, hashes, and the PIN between being typed and repeated."""

from dataclasses import dataclass
from datetime import date, datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """What taking an attempt gave.

    taken: verify it against `hash`. Otherwise `verdict` is what an earlier copy of the same hop
    found (None while it is at work), `refused` when the PIN is locked, or `busy` while it is locked
    only until other attempts, being verified now, turn out right or wrong. `tries_left` and
    `locked_until` hold if the attempt is, or was, wrong; staff_lock: only staff can unlock.
    """

    taken: bool
    verdict: str | None
    tries_left: int
    locked_until: datetime | None
    staff_lock: bool
    hash: str | None
    pepper_id: str | None


def take_attempt(
    tx: Transaction, origin: Origin, subscriber_id: int, door: str, now: datetime, day: date,
    midnight: datetime,
) -> AttemptRow:  # fmt: skip
    """Take one attempt, counted as wrong until proven right."""
    return AttemptRow(
        *tx.one(
            "select * from take_pin_attempt(%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                origin.channel,
                origin.session,
                origin.pin_step,
                subscriber_id,
                door,
                now,
                day,
                midnight,
            ),
        )
    )  # fmt: skip


def take_over(tx: Transaction, origin: Origin, now: datetime) -> AttemptRow | None:
    """Take the attempt of a process that died before it knew the verdict: it was counted, so its
    PIN may be verified once more. None when it has a verdict or was taken over before."""
    row = tx.maybe(
        """
        update pin_attempts a set taken_over = true, at = %s from subscribers s
        where a.channel = %s and a.session = %s and a.step = %s and s.id = a.subscriber_id
          and a.verdict is null and not a.taken_over
        returning true, a.verdict, a.tries_left,
            case when isfinite(a.locked_until) then a.locked_until end,
            coalesce(a.locked_until = 'infinity', false), s.pin_hash, s.pepper_id
        """,
        (now, origin.channel, origin.session, origin.pin_step),
    )
    return AttemptRow(*row) if row else None


def clear_attempt(tx: Transaction, origin: Origin, subscriber_id: int) -> None:
    """The attempt was right: the ladder starts again from the bottom."""
    tx.run(
        "select clear_pin_attempts(%s, %s, %s, %s)",
        (subscriber_id, origin.channel, origin.session, origin.pin_step),
    )


def mark_wrong(tx: Transaction, origin: Origin) -> None:
    """Keep the verdict, so that a repeated hop gets the same answer."""
    tx.run(
        "update pin_attempts set verdict = 'wrong'"
        " where channel = %s and session = %s and step = %s and verdict is null",
        (origin.channel, origin.session, origin.pin_step),
    )


def replace_hash(tx: Transaction, subscriber_id: int, old: str, new: str, pepper_id: str) -> None:
    """Same PIN, new pepper; does nothing when the PIN was changed meanwhile."""
    tx.run(
        "update subscribers set pin_hash = %s, pepper_id = %s where id = %s and pin_hash = %s",
        (new, pepper_id, subscriber_id, old),
    )


def set_pin(
    tx: Transaction, subscriber_id: int, pin_hash: str, pepper_id: str, now: datetime, *,
    must_change: bool = False, expires_at: datetime | None = None,
) -> None:  # fmt: skip
    """A new PIN: every lock and count is gone with the old one."""
    tx.run(
        """
        update subscribers set pin_hash = %s, pepper_id = %s, pin_changed_at = %s,
            must_change_pin = %s, start_pin_expires_at = %s, failures = 0, locked_until = null,
            sms_failures = 0, pin_by_sms_off_until = null,
            api_failures = 0, pin_by_api_off_until = null
        where id = %s
        """,
        (pin_hash, pepper_id, now, must_change, expires_at, subscriber_id),
    )


def unlock(tx: Transaction, subscriber_id: int) -> None:
    """Staff looked into it: every lock ends, the PIN stays."""
    tx.run(
        "update subscribers set failures = 0, locked_until = null, sms_failures = 0,"
        " pin_by_sms_off_until = null, api_failures = 0, pin_by_api_off_until = null,"
        " guesses = 0, guesses_by_sms = 0, guesses_by_api = 0 where id = %s",
        (subscriber_id,),
    )


@dataclass(frozen=True, slots=True)
class PendingPin:
    purpose: str
    hash: str | None
    pepper_id: str | None
    done_step: int | None


def pending(tx: Transaction, origin: Origin) -> PendingPin | None:
    """The PIN typed in this session and not yet repeated."""
    row = tx.maybe(
        "select purpose, hash, pepper_id, done_step from pending_pins"
        " where channel = %s and session = %s and msisdn = %s for update",
        (origin.channel, origin.session, origin.msisdn),
    )
    return PendingPin(*row) if row else None


def keep_pending(
    tx: Transaction, origin: Origin, purpose: str, pin_hash: str | None, pepper_id: str | None,
    now: datetime,
) -> None:  # fmt: skip
    """Remember the hash of a PIN to be repeated (None: a change is allowed, no PIN chosen yet)."""
    tx.run(
        """
        insert into pending_pins (channel, session, msisdn, purpose, hash, pepper_id, created_at)
        values (%s, %s, %s, %s, %s, %s, %s)
        on conflict (channel, session) do update set purpose = excluded.purpose,
            hash = excluded.hash, pepper_id = excluded.pepper_id, done_step = null
        """,
        (origin.channel, origin.session, origin.msisdn, purpose, pin_hash, pepper_id, now),
    )


def finish_pending(tx: Transaction, origin: Origin) -> None:
    """The PIN was repeated and is in use; a repeated hop finds that it is done."""
    tx.run(
        "update pending_pins set hash = null, pepper_id = null, done_step = %s"
        " where channel = %s and session = %s",
        (origin.step, origin.channel, origin.session),
    )


def forget_pending(tx: Transaction, before: datetime) -> int:
    """Delete what was typed in sessions long over."""
    return tx.run("delete from pending_pins where created_at < %s", (before,))


def find_id(tx: Transaction, msisdn: Msisdn) -> int | None:
    row = tx.maybe("select id from subscribers where msisdn = %s", (msisdn,))
    return int(row[0]) if row else None
