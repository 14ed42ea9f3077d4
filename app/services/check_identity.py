"""Look an identity number up: a match raises the tier, and an SMS says what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import breaks, identity, outbox, subscribers
from app.db.engine import Transaction
from app.db.identity import CheckRow
from app.domain.documents import tier_with
from app.domain.secret import Secret
from app.ports.identity import (
    IdentityOutcome,
    IdentityProvider,
    IdentityUnknown,
    Matched,
    NotMatched,
)
from app.security.field_encryption import Unreadable
from app.services.confirm_identity import number_place
from app.services.context import Context
from app.services.limits import limits_of
from app.services.verified_name import name_place

_LOOKED_AT_FOR = timedelta(seconds=60)
_PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
_ASKED_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IdentityContext:
    services: Context
    provider: IdentityProvider


def check_identity(ctx: IdentityContext, check_id: int) -> None:
    """Safe to run any number of times at once: a check ends once, and asking changes nothing."""
    services = ctx.services
    with services.db.transaction() as tx:
        check = identity.look_at(tx, check_id, services.clock.now() + _LOOKED_AT_FOR)
    if check is None:
        return
    try:
        number = services.fields.decrypt(check.number_ciphertext, number_place(check.id))
    except Unreadable:
        number = None
    if number is not None:
        with services.db.transaction() as tx:
            if is_taken(services, tx, check, number):
                services.nudge()
                return
    outcome = _outcome(ctx, check, number)
    with services.db.transaction() as tx:
        _record(services, tx, check, number, outcome)
    services.nudge()


def _outcome(ctx: IdentityContext, check: CheckRow, number: Secret | None) -> IdentityOutcome:
    if number is None:
        return IdentityUnknown("unreadable")
    return ctx.provider.check(check.document, number, check.msisdn, str(check.id))


def _record(
    ctx: Context, tx: Transaction, check: CheckRow, number: Secret | None, outcome: IdentityOutcome
) -> None:
    now = ctx.clock.now()
    match outcome:
        case Matched() if check.agent_id is None and not outcome.same_phone:
            end_check(ctx, tx, check, "other_phone", "", "identity_other_phone")
        case Matched():
            identity.one_match_at_a_time(tx)
            if number is not None and not is_taken(ctx, tx, check, number):
                confirm_check(ctx, tx, check, outcome.name, now)
        case NotMatched():
            end_check(ctx, tx, check, "not_matched", outcome.code, "identity_refused")
        case IdentityUnknown() if now - check.asked_at >= _ASKED_FOR:
            end_check(ctx, tx, check, "unanswered", outcome.code, "identity_unanswered")
        case IdentityUnknown():
            pause = _PAUSES[min(check.tries, len(_PAUSES)) - 1]
            identity.put_off(tx, check.id, outcome.code, now + pause)


def is_taken(ctx: Context, tx: Transaction, check: CheckRow, number: Secret) -> bool:
    """Another subscriber has this number: refused as any other, and staff look."""
    owner = identity.owner_of(tx, check.document, ctx.fields.indexes(check.document, number))
    if owner is None or owner == check.subscriber_id:
        return False
    if end_check(ctx, tx, check, "taken", "", "identity_refused"):
        detail = {"subscriber": check.subscriber_id, "other": owner, "document": check.document}
        breaks.open_(tx, "identity_taken", detail, ctx.clock.now())
    return True


def confirm_check(
    ctx: Context, tx: Transaction, check: CheckRow, name: Secret, now: datetime, code: str = ""
) -> bool:
    """It is theirs, under this name: the tier rises and an SMS tells the limits. False when it has
    ended before; the caller lets one match happen at a time."""
    if not identity.end(tx, check.id, "matched", code, now):
        return False
    stored = ctx.fields.encrypt(name, name_place(check.subscriber_id))
    subscribers.set_name(tx, check.subscriber_id, stored)
    earned = tier_with(len(identity.confirmed(tx, check.subscriber_id)))
    subscribers.raise_tier(tx, check.subscriber_id, earned)
    raised = subscribers.find_by_id(tx, check.subscriber_id)
    if raised is not None:
        limits = limits_of(ctx, raised)
        _tell(
            tx, check, "identity_matched",
            {
                "day_minor": limits.day_minor, "balance_minor": limits.balance_minor,
                "currency": raised.currency,
            },
        )  # fmt: skip
    return True


def end_check(
    ctx: Context, tx: Transaction, check: CheckRow, state: str, code: str, kind: str
) -> bool:
    """It isn't theirs, or nobody can say; `kind` of SMS tells. False when it has ended before."""
    ended = identity.end(tx, check.id, state, code, ctx.clock.now())
    if ended:
        _tell(tx, check, kind, {})
    return ended


def _tell(tx: Transaction, check: CheckRow, kind: str, more: dict[str, object]) -> None:
    outbox.queue_sms(
        tx, check.msisdn, kind, check.language, {"document": check.document, **more},
        dedupe_key=f"identity:{check.id}",
    )  # fmt: skip
