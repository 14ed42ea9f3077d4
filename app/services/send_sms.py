"""Send a queued SMS: claim it, commit, hand it over with no transaction open, record the answer.

At least one is sent: a second one only when a sender died, or an answer was lost, between sending
and recording, and that is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import sms
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.ports.channels import (
    MtSms,
    SmsAccepted,
    SmsGateway,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsUnknown,
)
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber, issue_start_pin
from app.services.sms_wishes import code_of_wish
from menus.texts.messages import render

_SECRETS = {"start_pin": "pin", "wish_code": "code"}
"""Kinds of SMS that say what nothing stores, and the argument which that is."""
_PAUSES = tuple(timedelta(seconds=s) for s in (2, 5, 15, 30, 60, 300))
_MOST_TRIES = 30


@dataclass(frozen=True, slots=True)
class SmsContext:
    """`silent_after`: how long a sender can still be at work; `count` hears each outcome."""

    services: Context
    gateway: SmsGateway
    silent_after: timedelta
    count: Callable[[str, str], None]


def send_sms(ctx: SmsContext, sms_id: int) -> None:
    """Send it unless somebody else does. Any number of workers may call this at once."""
    db, now = ctx.services.db, ctx.services.clock.now()
    with db.statement() as tx:
        row = sms.claim(tx, sms_id, now, now + ctx.silent_after)
    if row is None:
        return
    if row.again:
        ctx.count(ctx.gateway.name, "sent_again")
    try:
        secret = _secret(ctx.services, row)
    except NoSuchSubscriber:
        with db.statement() as tx:
            sms.refused(tx, row.id, "no_such_subscriber")
        return
    outcome = ctx.gateway.send(_message(row, secret))
    ctx.count(ctx.gateway.name, type(outcome).__name__)
    _record(ctx, row, outcome, stored_text=_text(row, Secret("****") if secret else None))


def _secret(services: Context, row: sms.MtRow) -> Secret | None:
    """What the SMS says and nothing stores."""
    match row.kind:
        case "start_pin":
            return issue_start_pin(services, row.msisdn)
        case "wish_code":
            return code_of_wish(services, row.params)
    return None


def _message(row: sms.MtRow, secret: Secret | None) -> MtSms:
    secrets = (secret.value,) if secret else ()
    return MtSms(f"sms-{row.id}", Msisdn(row.msisdn), _text(row, secret), secrets)


def _text(row: sms.MtRow, secret: Secret | None) -> str:
    params = {**row.params, _SECRETS[row.kind]: secret.value} if secret else row.params
    return render(row.kind, row.language, params)


def _record(ctx: SmsContext, row: sms.MtRow, outcome: SmsOutcome, stored_text: str) -> None:
    now = ctx.services.clock.now()
    with ctx.services.db.statement() as tx:
        match outcome:
            case SmsAccepted():
                sms.accepted(tx, row.id, ctx.gateway.name, outcome.gateway_id, stored_text, now)
            case SmsRefused():
                sms.refused(tx, row.id, outcome.code)
            case SmsNotSent() | SmsUnknown() if row.tries >= _MOST_TRIES:
                sms.refused(tx, row.id, f"gave_up_{outcome.code}")
            case SmsNotSent():
                sms.try_again(tx, row.id, outcome.code, _next(row, now), may_have_left=False)
            case SmsUnknown():
                sms.try_again(tx, row.id, outcome.code, _next(row, now), may_have_left=True)


def _next(row: sms.MtRow, now: datetime) -> datetime:
    return now + _PAUSES[min(row.tries - 1, len(_PAUSES) - 1)]
