"""What somebody signed in wasn't let to: kept in the audit log."""

from app.security.audit import Entry, append
from app.services.backoffice.person import Person
from app.services.context import Context

_LONGEST = 200


def note_refusal(ctx: Context, person: Person, path: str, why: str) -> None:
    """`path` is what was asked for; `why` the right that was missing, or `not found`."""
    detail = {"role": person.role.value, "why": why}
    with ctx.db.transaction() as tx:
        asked = path[:_LONGEST].replace("\0", "%00")
        append(tx, Entry(ctx.clock.now(), person.name, "refused", asked, detail))
