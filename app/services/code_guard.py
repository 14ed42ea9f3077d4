"""One-time codes of every door share one guard: it counts what is sent and what comes back."""

from app.db import breaks, code_counts
from app.db.code_counts import ClosedPrefix
from app.db.engine import Transaction
from app.domain.code_guard import CLOSED_FOR, PREFIX, slot_of
from app.domain.msisdn import Msisdn
from app.security.audit import Entry, append
from app.services.context import Context

PUMPING = "sms_pumping"
"""The kind of break that staff see."""


def may_send_code(ctx: Context, tx: Transaction, msisdn: Msisdn) -> str:
    """Count a code that is about to go out; why it may not (nothing is counted then), or empty. A
    prefix whose codes hardly come back is closed here, with a break for staff."""
    now, prefix = ctx.clock.now(), msisdn[:PREFIX]
    slot = slot_of(now)
    if code_counts.is_closed(tx, prefix, now):
        return "prefix_closed"
    seen = code_counts.seen(tx, prefix, slot)
    if seen.looks_pumped:
        one = ClosedPrefix(prefix, now, now + CLOSED_FOR, seen.asked, seen.used)
        if code_counts.close(tx, one):
            detail = {"prefix": prefix, "asked": seen.asked, "used": seen.used}
            breaks.open_(tx, PUMPING, detail, now)
        return "prefix_closed"
    if seen.used_up:
        return "prefix_used_up"
    code_counts.asked(tx, prefix, slot)
    return ""


def code_used(ctx: Context, tx: Transaction, msisdn: Msisdn) -> None:
    """A code that was sent there has come back right."""
    code_counts.used(tx, msisdn[:PREFIX], slot_of(ctx.clock.now()))


def closed_prefixes(ctx: Context) -> list[ClosedPrefix]:
    with ctx.db.statement() as tx:
        return code_counts.closed(tx, ctx.clock.now())


def reopen_prefix(ctx: Context, prefix: str, actor: str, reason: str) -> bool:
    """Let codes go there again; False when it was open."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        reopened = code_counts.reopen(tx, prefix, now)
        if reopened:
            append(tx, Entry(now, actor, "sms_prefix.reopen", prefix, {"reason": reason}))
    return reopened
