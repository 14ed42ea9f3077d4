"""Sign in to the REST API: a one-time code by SMS proves the number, then tokens are renewed.

A number that nobody has costs the same work and gets the same answers as one that somebody has:
what differs is done by a job.
"""

import secrets

from app.db import api_sign_ins, outbox, sign_in_codes, subscribers
from app.db.engine import Transaction
from app.domain.api_callers import SubscriberCaller
from app.domain.api_sign_in import (
    REFRESH_LASTS,
    SIGN_IN_LASTS,
    Device,
    RefreshReused,
    Seen,
    SignedIn,
    SignInOver,
    WrongCode,
)
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.services.context import Context

_NONCE_BYTES = 16


def ask_code(ctx: Context, msisdn: Msisdn) -> None:
    """Have a code sent to the number if a subscriber has it."""
    with ctx.db.transaction() as tx:
        code_id = sign_in_codes.ask(
            tx, msisdn, secrets.token_bytes(_NONCE_BYTES), ctx.clock.now()
        )  # fmt: skip
        outbox.put(tx, outbox.SIGN_IN_CODE, code_id)
    ctx.nudge()


def send_code(ctx: Context, code_id: int) -> None:
    """Queue the SMS with the code, if anybody may sign in with it. The SMS's sender makes it."""
    with ctx.db.transaction() as tx:
        asked = sign_in_codes.get(tx, code_id)
        if asked is None or ctx.clock.now() >= asked.expires_at:
            return
        subscriber = subscribers.find_by_msisdn(tx, asked.msisdn)
        if subscriber is None or subscriber.blocked:
            return
        params = {
            "nonce": asked.nonce.hex(), "until": asked.expires_at.isoformat(),
            "country": subscriber.country,
        }  # fmt: skip
        outbox.queue_sms(
            tx, asked.msisdn, "sign_in_code", subscriber.language, params,
            dedupe_key=f"sign_in_code:{asked.id}:{asked.times}",
        )  # fmt: skip
    ctx.nudge()


def give_code(ctx: Context, msisdn: Msisdn, code: Secret, seen: Seen) -> SignedIn | WrongCode:
    """Sign in with the code that went to the number; each works once. A try counts before it is
    looked at, so guesses in parallel find the end of their tries."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        nonce = sign_in_codes.take_try(tx, msisdn, now)
    right = ctx.factors.sign_in.matches(msisdn, nonce or b"", code)
    if nonce is None or not right:
        return WrongCode()
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None or subscriber.blocked:
            return WrongCode()
        if not sign_in_codes.use(tx, msisdn, nonce, now):
            return WrongCode()
        return api_sign_ins.begin(tx, subscriber.id, seen, now, now + SIGN_IN_LASTS)


def caller_of(ctx: Context, sign_in: str) -> SubscriberCaller | None:
    """Who calls with this sign-in; None when it has ended, or its subscriber is blocked."""
    with ctx.db.statement() as tx:
        return api_sign_ins.caller(tx, sign_in, ctx.clock.now())


def refresh(ctx: Context, sign_in: str, generation: int) -> SignedIn | SignInOver | RefreshReused:
    """The next generation of a sign-in, for the refresh token of the present one. One that was used
    before is a copy in somebody's hands: the sign-in ends, and its owner hears of it once."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        renewed = api_sign_ins.renew(tx, sign_in, generation, now, now - REFRESH_LASTS)
        if renewed is not None:
            return renewed
        owner = api_sign_ins.end_reused(tx, sign_in, generation, now)
        if owner is None:
            return SignInOver()
        _tell(tx, owner, sign_in)
    ctx.nudge()
    return RefreshReused()


def _tell(tx: Transaction, subscriber_id: int, sign_in: str) -> None:
    subscriber = subscribers.find_by_id(tx, subscriber_id)
    if subscriber is not None:
        outbox.queue_sms(
            tx, subscriber.msisdn, "sign_in_ended", subscriber.language, {},
            dedupe_key=f"sign_in_ended:{sign_in}",
        )  # fmt: skip


def sign_ins_of(ctx: Context, subscriber_id: int) -> list[Device]:
    """The subscriber's open sign-ins, the newest first."""
    with ctx.db.statement() as tx:
        return api_sign_ins.open_of(tx, subscriber_id, ctx.clock.now())


def end_sign_in(ctx: Context, subscriber_id: int, sign_in: str, why: str) -> bool:
    """End one of the subscriber's own; False when it is somebody else's or has ended."""
    with ctx.db.statement() as tx:
        return api_sign_ins.end(tx, sign_in, subscriber_id, why, ctx.clock.now())
