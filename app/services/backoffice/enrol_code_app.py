"""Enrol the code app of somebody's first sign-in: the key is shown, its first code proves it."""

import hmac
from dataclasses import dataclass, replace

from app.db import web_accounts, web_sessions
from app.db.web_sessions import PendingRow
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.domain.sign_in import SMS_CODE_TRIES, Locked, TooLate, Where, Wrong
from app.security.audit import Entry, append
from app.security.factors import totp_address, totp_step
from app.services.backoffice.sign_in import (
    Started,
    account_of,
    begin_session,
    find_pending,
    pending_place,
)
from app.services.backoffice.web_code import (
    CODE,
    counted_as,
    key_place,
    new_recovery_codes,
    six_digits,
    take_try,
    was_wrong,
)
from app.services.code_guard import code_used
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The key as a person types it, and as a code app reads it from a picture."""

    key: Secret
    address: Secret


def give_sms_code(ctx: Context, token: Secret, code: Secret) -> Wrong | TooLate | None:
    """What came to the number of an agent; None when it was right."""
    digest = ctx.factors.web.token(token)
    with ctx.db.transaction() as tx:
        pending = find_pending(ctx, tx, token)
        account = account_of(ctx, tx, pending)
        if pending is None:
            return TooLate()
        if not web_sessions.take_sms_try(tx, digest, SMS_CODE_TRIES):
            web_sessions.take_pending(tx, digest)
            return TooLate()
        given, right = six_digits(code), ctx.factors.web.sms_code(digest)
        if given is None or not hmac.compare_digest(given.value, right.value):
            return Wrong()
        web_sessions.sms_was_right(tx, digest)
        if account is not None:
            code_used(ctx, tx, Msisdn(account.name))
    return None


def enrolment(ctx: Context, token: Secret) -> Enrolment | None:
    """The key to show; None when there is none to show under this token."""
    with ctx.db.statement() as tx:
        pending = find_pending(ctx, tx, token)
        account = account_of(ctx, tx, pending)
    if pending is None or account is None or not _may_enrol(pending):
        return None
    key = _key(ctx, token, pending)
    return Enrolment(key, Secret(totp_address(key, account.name)))


def enrol(
    ctx: Context, token: Secret, code: Secret, where: Where
) -> Started | Wrong | Locked | TooLate:
    """The first code of the new app: from now on it counts, and a session begins."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        pending = find_pending(ctx, tx, token)
        account = account_of(ctx, tx, pending)
        if pending is None or account is None or not _may_enrol(pending):
            return TooLate()
        counted = counted_as(ctx, account)
        locked = take_try(ctx, tx, counted, CODE)
        if locked is not None:
            return locked
        key, given = _key(ctx, token, pending), six_digits(code)
        step = totp_step(key, given, now, 0) if given else None
        if step is None:
            return was_wrong(ctx, tx, counted, CODE, account.name)
        web_accounts.clear_tries(tx, counted, CODE)
        sealed = ctx.fields.encrypt(key, key_place(account.kind, account.id))
        if not web_accounts.enrol(tx, account.kind, account.id, sealed, step, now):
            return TooLate()
        started = begin_session(ctx, tx, account, token, where)
        if started is None:
            return TooLate()
        codes = new_recovery_codes(ctx, tx, account.kind, account.id)
        append(tx, Entry(now, account.name, "factor.enrol", account.name, {}))
        return replace(started, recovery_codes=codes)


def _may_enrol(pending: PendingRow) -> bool:
    return pending.sealed_key is not None and (pending.kind == "staff" or pending.sms_right)


def _key(ctx: Context, token: Secret, pending: PendingRow) -> Secret:
    return ctx.fields.decrypt(pending.sealed_key or "", pending_place(ctx, token))
