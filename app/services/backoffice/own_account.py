"""What everybody changes of their own account: password, recovery codes, time zone."""

from zoneinfo import available_timezones

from app.db import web_accounts, web_sessions
from app.domain.secret import Secret
from app.domain.sign_in import LONGEST_PASSWORD, Locked, Wrong
from app.security import passwords
from app.security.audit import Entry, append
from app.services.backoffice.person import Person
from app.services.backoffice.web_code import (
    PASSWORD,
    counted_as,
    new_recovery_codes,
    take_try,
    was_wrong,
)
from app.services.context import Context
from app.services.staff_refused import StaffRefused


def change_password(
    ctx: Context, person: Person, old: Secret, new: Secret
) -> Wrong | Locked | None:
    """None when it is changed; every other session of this person ends. Raises StaffRefused for a
    new password that won't do."""
    refuse_easy(new)
    with ctx.db.transaction() as tx:
        account = web_accounts.find_by_id(tx, person.kind, person.id)
        if account is None:
            return Wrong()
        locked = take_try(ctx, tx, counted_as(ctx, account), PASSWORD)
    if locked is not None:
        return locked
    right = passwords.matches(account.password_hash, old)
    made = passwords.make_hash(new)
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        counted = counted_as(ctx, account)
        if not right or not web_accounts.set_password(
            tx, person.kind, person.id, account.password_hash, made
        ):
            return was_wrong(ctx, tx, counted, PASSWORD, person.name)
        if person.kind == "staff":
            web_accounts.password_is_own(tx, person.id)
        web_accounts.clear_tries(tx, counted, PASSWORD)
        web_sessions.drop_pending_of(tx, person.kind, person.id)
        web_sessions.end_all(
            tx, person.kind, person.id, "password changed", now, besides=int(person.session)
        )
        append(tx, Entry(now, person.name, "password.change", person.name, {}))
    return None


def refuse_easy(password: Secret) -> None:
    """Raises StaffRefused for a password that is too easy or too long."""
    if passwords.too_easy(password):
        raise StaffRefused(
            f"the password is too easy: {passwords.LEAST} characters or more, none of the commonest"
        )
    if len(password.value) > LONGEST_PASSWORD:
        raise StaffRefused(f"the password is too long: at most {LONGEST_PASSWORD} characters")


def make_recovery_codes(ctx: Context, person: Person) -> tuple[Secret, ...]:
    """Ten new ones; older ones count no more."""
    with ctx.db.transaction() as tx:
        codes = new_recovery_codes(ctx, tx, person.kind, person.id)
        append(tx, Entry(ctx.clock.now(), person.name, "factor.recovery_codes", person.name, {}))
    return codes


def recovery_codes_left(ctx: Context, person: Person) -> int:
    with ctx.db.statement() as tx:
        return web_accounts.recovery_codes_left(tx, person.kind, person.id)


def choose_zone(ctx: Context, person: Person, zone: str) -> None:
    """The zone in which this person reads times. Raises StaffRefused."""
    if zone not in available_timezones():
        raise StaffRefused(f"{zone[:40]} is not a time zone like Africa/Lagos")
    with ctx.db.transaction() as tx:
        web_accounts.set_zone(tx, person.kind, person.id, zone)
