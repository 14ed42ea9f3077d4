"""Codes of whoever signs in to the back-office: of the code app, and the recovery codes on paper.

A try is counted before it is looked at, so guesses in parallel find the lock; each code works once.
"""

import re

from app.db import web_accounts
from app.db.engine import Transaction
from app.db.web_accounts import AccountRow
from app.domain.secret import Secret
from app.domain.sign_in import (
    LOCKED_FOR,
    RECOVERY_CODES,
    WRONG_TRIES_ALLOWED,
    Locked,
    Wrong,
)
from app.security.audit import Entry, append
from app.security.factors import totp_step
from app.security.field_encryption import Place
from app.services.context import Context

PASSWORD, CODE = "password", "code"
_TABLES = {"staff": "staff", "agent": "agent_users"}
_SIX_DIGITS = re.compile(r"(?a:\d{6})")


def key_place(kind: str, person_id: int) -> Place:
    """Where the key of somebody's code app is stored."""
    return Place(_TABLES[kind], "sealed_key", person_id)


def take_try(ctx: Context, tx: Transaction, counted: bytes, step: str) -> Locked | None:
    """Count a try as wrong; Locked when none may be made."""
    until = web_accounts.take_try(
        tx, counted, step, ctx.clock.now(), WRONG_TRIES_ALLOWED, LOCKED_FOR
    )
    return Locked(until) if until else None


def was_wrong(
    ctx: Context, tx: Transaction, counted: bytes, step: str, name: str
) -> Wrong | Locked:
    """What to say to a wrong try; the lock it led to is audited."""
    until = web_accounts.locked_until(tx, counted, step, ctx.clock.now())
    if until is None:
        return Wrong()
    append(tx, Entry(ctx.clock.now(), "nobody", "sign_in.locked", name, {"step": step}))
    return Locked(until)


def counted_as(ctx: Context, account: AccountRow) -> bytes:
    return ctx.factors.web.name(f"{account.kind}:{account.name}")


def try_code(
    ctx: Context, tx: Transaction, account: AccountRow, code: Secret, *, recovery: bool
) -> Wrong | Locked | None:
    """Use up a code of the app, or where `recovery` says so one on paper; None when it was right.
    A wrong one is counted by the caller's commit."""
    counted = counted_as(ctx, account)
    locked = take_try(ctx, tx, counted, CODE)
    if locked is not None:
        return locked
    if not (_use_app(ctx, tx, account, code) or (recovery and _use_paper(ctx, tx, account, code))):
        return was_wrong(ctx, tx, counted, CODE, account.name)
    web_accounts.clear_tries(tx, counted, CODE)
    return None


def _use_app(ctx: Context, tx: Transaction, account: AccountRow, code: Secret) -> bool:
    plain = six_digits(code)
    if account.sealed_key is None or plain is None:
        return False
    key = ctx.fields.decrypt(account.sealed_key, key_place(account.kind, account.id))
    step = totp_step(key, plain, ctx.clock.now(), account.last_step)
    return step is not None and web_accounts.use_step(tx, account.kind, account.id, step)


def six_digits(code: Secret) -> Secret | None:
    """As typed, spaces or not; None when it isn't six digits."""
    plain = code.value.replace(" ", "")
    return Secret(plain) if _SIX_DIGITS.fullmatch(plain) else None


def _use_paper(ctx: Context, tx: Transaction, account: AccountRow, code: Secret) -> bool:
    now, digest = ctx.clock.now(), ctx.factors.web.recovery_code(account.kind, account.id, code)
    if not web_accounts.use_recovery_code(tx, account.kind, account.id, digest, now):
        return False
    left = web_accounts.recovery_codes_left(tx, account.kind, account.id)
    append(tx, Entry(now, account.name, "factor.recovery_code", account.name, {"left": str(left)}))
    return True


def new_recovery_codes(
    ctx: Context, tx: Transaction, kind: str, person_id: int
) -> tuple[Secret, ...]:
    """Ten, shown once; older ones count no more."""
    codes = ctx.factors.web.new_recovery_codes(RECOVERY_CODES)
    digests = [ctx.factors.web.recovery_code(kind, person_id, code) for code in codes]
    web_accounts.replace_recovery_codes(tx, kind, person_id, digests, ctx.clock.now())
    return codes
