"""Verify a PIN: take an attempt (commit), then check the hash with no transaction open."""

import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.db import outbox, pins, subscribers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of, next_midnight
from app.domain.errors import PinsBusy
from app.domain.requests import CheckPin, Done, Origin, PinLocked, Refusal, Refused, WrongPin
from app.domain.secret import Secret
from app.security.pin import PinHash
from app.services.context import Context

_COPY_WAITS_SECONDS = 2.0
_COPY_LOOKS_EVERY_SECONDS = 0.1
_pause = threading.Event()


class Door(StrEnum):
    """Where a PIN is typed; the rules differ, so that a stranger can't lock a victim out."""

    USSD = "ussd"
    SMS = "sms"
    API = "api"


_SAID_OF_THE_LOCK = {
    Door.USSD: "pin_locked",
    Door.SMS: "pin_by_sms_off",
    Door.API: "pin_by_api_off",
}


@dataclass(frozen=True, slots=True)
class Verified:
    """The PIN was right. The count is cleared in the commit of what it was typed for."""

    subscriber: SubscriberRow


Verdict = Verified | WrongPin | PinLocked | Refused


def verify(ctx: Context, origin: Origin, pin: Secret, door: Door) -> Verdict:
    """One attempt per (channel, session, step), however often the hop is repeated. Raises PinsBusy
    at the API's door."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        attempt = None if subscriber is None else _take(tx, origin, subscriber, door, now)
    if subscriber is None or attempt is None:
        ctx.hasher.burn(pin)
        return Refused(Refusal.NOT_REGISTERED)
    if subscriber.blocked:
        return Refused(Refusal.BLOCKED)
    return _judge(ctx, origin, pin, subscriber, attempt, door, tries=0)


def _judge(
    ctx: Context, origin: Origin, pin: Secret, subscriber: SubscriberRow, attempt: pins.AttemptRow,
    door: Door, tries: int,
) -> Verdict:  # fmt: skip
    """Verify an attempt that was taken; wait with one that wasn't."""
    if not attempt.taken:
        return _not_taken(ctx, origin, pin, subscriber, attempt, door, tries)
    stored = PinHash(attempt.hash or "", attempt.pepper_id or "")
    if ctx.hasher.matches(stored, pin, subscriber.msisdn):
        if not ctx.hasher.is_current(stored):
            _renew_hash(ctx, subscriber, stored, pin)
        return Verified(subscriber)
    with ctx.db.transaction() as tx:
        pins.mark_wrong(tx, origin)
        if attempt.tries_left == 0:
            _tell_of_the_lock(tx, origin, subscriber, attempt, door)
    return _wrong(attempt, door)


def check_pin(
    ctx: Context, origin: Origin, request: CheckPin
) -> Done | PinLocked | WrongPin | Refused:
    """Verify the PIN before an act later in this session, and remember that it was right."""
    verdict = verify(ctx, origin, request.pin, Door.USSD)
    if not isinstance(verdict, Verified):
        return verdict
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, verdict.subscriber.id)
        pins.keep_pending(tx, origin, "change", None, None, ctx.clock.now())
    return Done()


def _not_taken(
    ctx: Context, origin: Origin, pin: Secret, subscriber: SubscriberRow, attempt: pins.AttemptRow,
    door: Door, tries: int,
) -> Verdict:  # fmt: skip
    """A copy of a hop answers as the first one did; it, and a session beside which as many PINs
    are being verified as may be wrong, wait a while for what is at work. A program, which may have
    sent many at once, is told to come again; a person at a handset isn't."""
    waited_enough = tries * _COPY_LOOKS_EVERY_SECONDS >= _COPY_WAITS_SECONDS
    if attempt.verdict == "busy" and waited_enough and door is Door.API:
        raise PinsBusy
    if attempt.verdict == "refused" or (attempt.verdict == "busy" and waited_enough):
        if door is Door.SMS:
            return Refused(Refusal.PIN_BY_SMS_OFF)
        return PinLocked(attempt.locked_until)
    if attempt.verdict == "wrong":
        return _wrong(attempt, door)
    if attempt.verdict == "correct":
        return Verified(subscriber)
    if waited_enough:
        with ctx.db.statement() as tx:
            left_behind = pins.take_over(tx, origin, ctx.clock.now())
        if left_behind is None:
            return _wrong(attempt, door)
        return _judge(ctx, origin, pin, subscriber, left_behind, door, tries)
    _pause.wait(_COPY_LOOKS_EVERY_SECONDS)
    with ctx.db.statement() as tx:
        again = _take(tx, origin, subscriber, door, ctx.clock.now())
    return _judge(ctx, origin, pin, subscriber, again, door, tries + 1)


def _take(
    tx: Transaction, origin: Origin, subscriber: SubscriberRow, door: Door, now: datetime
) -> pins.AttemptRow:
    return pins.take_attempt(
        tx, origin, subscriber.id, door, now,
        day_of(now, subscriber.country), next_midnight(now, subscriber.country),
    )  # fmt: skip


def _wrong(attempt: pins.AttemptRow, door: Door) -> WrongPin | PinLocked | Refused:
    if attempt.tries_left > 0:
        return WrongPin(attempt.tries_left)
    if door is Door.SMS:
        return Refused(Refusal.PIN_BY_SMS_OFF)
    return PinLocked(attempt.locked_until)


def _tell_of_the_lock(
    tx: Transaction, origin: Origin, subscriber: SubscriberRow, attempt: pins.AttemptRow,
    door: Door,
) -> None:  # fmt: skip
    kind = _SAID_OF_THE_LOCK[door]
    until = attempt.locked_until.isoformat() if attempt.locked_until else None
    outbox.queue_sms(
        tx, subscriber.msisdn, kind, subscriber.language,
        {"until": until, "country": subscriber.country},
        dedupe_key=f"{kind}:{origin.channel}:{origin.session}:{origin.step}",
    )  # fmt: skip


def _renew_hash(ctx: Context, subscriber: SubscriberRow, stored: PinHash, pin: Secret) -> None:
    fresh = ctx.hasher.hash(pin, subscriber.msisdn)
    with ctx.db.transaction() as tx:
        pins.replace_hash(tx, subscriber.id, stored.hash, fresh.hash, fresh.pepper_id)
