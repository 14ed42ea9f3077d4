"""Whole numbers for ten minutes, for a reason that is kept."""

from datetime import datetime, timedelta

from app.db import unmasking
from app.domain.roles import Right
from app.security import audit
from app.services.backoffice.person import Person
from app.services.context import Context

FOR = timedelta(minutes=10)


def unmask(ctx: Context, person: Person, reason: str) -> datetime:
    """Until when this session sees whole numbers. Raises PermissionError without the right."""
    if not person.may(Right.UNMASK_MSISDN):
        raise PermissionError(Right.UNMASK_MSISDN)
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        unmasking.allow(tx, person.session, now + FOR)
        entry = audit.Entry(now, person.name, "unmask", "every number", {"reason": reason})
        audit.append(tx, entry)
    return now + FOR


def unmasked_until(ctx: Context, person: Person) -> datetime | None:
    """Until when this session sees whole numbers; None: it sees masked ones."""
    if not person.may(Right.UNMASK_MSISDN):
        return None
    with ctx.db.statement() as tx:
        until = unmasking.until(tx, person.session)
    return until if until and until > ctx.clock.now() else None
