"""Sign in to the back-office: a name and its password, then a code.

An unknown name costs the same work, gets the same answer, and locks in the same way as a known one.
"""

from dataclasses import dataclass

from app.db import outbox, sms_limits, web_accounts, web_sessions
from app.db.engine import Transaction
from app.db.web_accounts import AccountRow
from app.db.web_sessions import PendingRow
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, country_of, parse_msisdn
from app.domain.secret import Secret
from app.domain.sign_in import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    PENDING_LASTS,
    SMS_CODES_AN_HOUR,
    Locked,
    TooLate,
    Where,
    Wrong,
)
from app.security import passwords
from app.security.audit import Entry, append
from app.security.field_encryption import Place
from app.services.backoffice.web_code import PASSWORD, take_try, try_code, was_wrong
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class Pending:
    """The password was right; `enrols` when there is no code app yet, `by_sms` when a code has gone
    to the number first."""

    token: Secret
    enrols: bool
    by_sms: bool


@dataclass(frozen=True, slots=True)
class Started:
    """A session began. `recovery_codes` are there when a code app was enrolled: shown this once."""

    token: Secret
    name: str
    recovery_codes: tuple[Secret, ...] = ()


def give_password(ctx: Context, name: str, password: Secret) -> Pending | Wrong | Locked:
    """The first step. `name` is an e-mail address (staff) or a number (agents)."""
    kind, known_as = _who(name)
    counted = ctx.factors.web.name(f"{kind}:{known_as}")
    with ctx.db.transaction() as tx:
        account = web_accounts.find(tx, kind, known_as) if kind else None
        locked = take_try(ctx, tx, counted, PASSWORD)
    if locked is not None:
        return locked
    usable = account if account is not None and may_sign_in(ctx, account) else None
    fits = len(password.value) <= LONGEST_PASSWORD
    right = passwords.matches(usable.password_hash if usable and fits else None, password)
    with ctx.db.transaction() as tx:
        if usable is None or not right:
            return was_wrong(ctx, tx, counted, PASSWORD, account.name if account else "nobody")
        web_accounts.clear_tries(tx, counted, PASSWORD)
        opened = _open(ctx, tx, usable)
    ctx.nudge()
    return opened


def may_sign_in(ctx: Context, account: AccountRow) -> bool:
    """Open, and no demo account outside demo mode."""
    return account.active and (ctx.demo or not account.demo)


def _who(name: str) -> tuple[str, str]:
    """Kind and name as it is kept; an empty kind for what can be nobody's."""
    plain = name.strip()
    if len(plain) > LONGEST_NAME or not plain.isprintable():
        return "", plain
    if "@" in plain:
        return "staff", plain.lower()
    try:
        return "agent", parse_msisdn(plain)
    except NotAnMsisdn:
        return "", plain


def _open(ctx: Context, tx: Transaction, account: AccountRow) -> Pending | Locked:
    now, token = ctx.clock.now(), ctx.factors.web.new_token()
    digest, sealed = ctx.factors.web.token(token), None
    if account.sealed_key is None:
        sealed = ctx.fields.encrypt(ctx.factors.new_app_key(), pending_place(ctx, token))
    by_sms = sealed is not None and account.kind == "agent"
    if by_sms:
        hour = now.replace(minute=0, second=0, microsecond=0)
        if not sms_limits.ask(tx, "web_code", account.name, hour, SMS_CODES_AN_HOUR):
            return Locked(now + PENDING_LASTS)
        _send_code(ctx, tx, account, digest)
    web_sessions.open_pending(tx, digest, account.kind, account.id, sealed, now)
    return Pending(token, sealed is not None, by_sms)


def pending_place(ctx: Context, token: Secret) -> Place:
    """Where the key of a code app is stored that is being enrolled."""
    return Place("pending_sign_ins", "sealed_key", ctx.factors.web.token(token).hex())


def _send_code(ctx: Context, tx: Transaction, account: AccountRow, digest: bytes) -> None:
    """The job that sends the SMS makes its code, from the digest."""
    msisdn = Msisdn(account.name)
    outbox.queue_sms(
        tx, msisdn, "web_code", "en",
        {
            "digest": digest.hex(), "country": country_of(msisdn),
            "until": (ctx.clock.now() + PENDING_LASTS).isoformat(),
        },
        dedupe_key=f"web_code:{digest.hex()}",
    )  # fmt: skip


def pending_of(ctx: Context, token: Secret) -> PendingRow | None:
    """What waits under this token; None when nothing does, or it waited too long."""
    with ctx.db.statement() as tx:
        return find_pending(ctx, tx, token)


def find_pending(ctx: Context, tx: Transaction, token: Secret) -> PendingRow | None:
    since = ctx.clock.now() - PENDING_LASTS
    return web_sessions.pending(tx, ctx.factors.web.token(token), since)


def account_of(ctx: Context, tx: Transaction, pending: PendingRow | None) -> AccountRow | None:
    """Whose pending sign-in this is; None when nobody may go on with it."""
    if pending is None:
        return None
    account = web_accounts.find_by_id(tx, pending.kind, pending.person_id)
    return account if account is not None and may_sign_in(ctx, account) else None


def give_code(
    ctx: Context, token: Secret, code: Secret, where: Where
) -> Started | Wrong | Locked | TooLate:
    """The second step: a code of the app, or one of the recovery codes; each works once."""
    with ctx.db.transaction() as tx:
        account = account_of(ctx, tx, find_pending(ctx, tx, token))
        if account is None or account.sealed_key is None:
            return TooLate()
        refused = try_code(ctx, tx, account, code, recovery=True)
        return refused or begin_session(ctx, tx, account, token, where) or TooLate()


def begin_session(
    ctx: Context, tx: Transaction, account: AccountRow, pending: Secret, where: Where
) -> Started | None:
    """A session instead of the pending sign-in; None when that has ended meanwhile."""
    if not web_sessions.take_pending(tx, ctx.factors.web.token(pending)):
        return None
    now, token = ctx.clock.now(), ctx.factors.web.new_token()
    session = web_sessions.begin(
        tx, ctx.factors.web.token(token), account.kind, account.id, now, where.address,
        where.browser,
    )  # fmt: skip
    append(tx, Entry(now, account.name, "sign_in", account.name, {"session": str(session)}))
    return Started(token, account.name)
