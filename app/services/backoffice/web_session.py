"""Sessions of the back-office: who holds a token, for how long, and how they end."""

from datetime import timedelta

from app.db import web_accounts, web_sessions
from app.db.web_accounts import AccountRow
from app.db.web_sessions import SessionRow
from app.domain.roles import Role
from app.domain.secret import Secret
from app.domain.sign_in import Locked, TooLate, Wrong
from app.security.audit import Entry, append
from app.services.backoffice.person import Person
from app.services.backoffice.sign_in import may_sign_in
from app.services.backoffice.web_code import try_code
from app.services.context import Context

_SEEN_AT_MOST_EVERY = timedelta(seconds=20)


def person_of(ctx: Context, token: Secret, *, passive: bool = False) -> Person | None:
    """Whose session this is, with the role they have by now; None when it has ended. `passive`
    requests don't keep it alive."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        session = web_sessions.of_token(tx, ctx.factors.web.token(token))
        if session is None:
            return None
        account = web_accounts.find_by_id(tx, session.kind, session.person_id)
        if account is None:
            return None
        why = _over(ctx, session, account)
        if why:
            web_sessions.end(tx, session.id, session.kind, session.person_id, why, now)
            return None
        if not passive and now - session.last_seen_at >= _SEEN_AT_MOST_EVERY:
            web_sessions.seen(tx, session.id, now)
    return Person(
        "staff" if account.kind == "staff" else "agent", account.id, account.name,
        Role(account.role), str(session.id), account.zone, account.agent_id, account.agent_msisdn,
        session.stepped_up_at, account.must_change_password,
    )  # fmt: skip


def _over(ctx: Context, session: SessionRow, account: AccountRow) -> str:
    now, rules = ctx.clock.now(), ctx.web_sessions
    if now - session.last_seen_at > rules.idle(session.kind):
        return "idle"
    if now - session.made_at > rules.absolute:
        return "age"
    return "" if may_sign_in(ctx, account) else "account closed"


def sessions_of(ctx: Context, person: Person) -> list[SessionRow]:
    """Own sessions that haven't ended, the newest first."""
    now, rules = ctx.clock.now(), ctx.web_sessions
    with ctx.db.statement() as tx:
        rows = web_sessions.open_of(tx, person.kind, person.id)
    return [
        row for row in rows
        if now - row.last_seen_at <= rules.idle(person.kind) and now - row.made_at <= rules.absolute
    ]  # fmt: skip


def end_session(ctx: Context, person: Person, session_id: int, why: str) -> bool:
    """End one of one's own; False when it is somebody else's, or is over."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        if not web_sessions.end(tx, session_id, person.kind, person.id, why, now):
            return False
        detail = {"session": str(session_id), "why": why}
        append(tx, Entry(now, person.name, "sign_out", person.name, detail))
    return True


def step_up(
    ctx: Context, person: Person, token: Secret, code: Secret
) -> Secret | Wrong | Locked | TooLate:
    """A code of the app before money moves: the session goes on under the token given back."""
    fresh = ctx.factors.web.new_token()
    with ctx.db.transaction() as tx:
        account = web_accounts.find_by_id(tx, person.kind, person.id)
        if account is None:
            return TooLate()
        refused = try_code(ctx, tx, account, code, recovery=False)
        if refused is not None:
            return refused
        old, new = ctx.factors.web.token(token), ctx.factors.web.token(fresh)
        if not web_sessions.rotate(tx, int(person.session), old, new, ctx.clock.now()):
            return TooLate()
    return fresh
