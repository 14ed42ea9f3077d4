"""Ask for an act that needs a second person."""

from collections.abc import Mapping

from app.db import approvals
from app.db.engine import Transaction
from app.domain.roles import TWO_PEOPLE
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.reason import reason_of
from app.services.staff_may import check_may
from app.services.staff_refused import StaffRefused


def ask_approval(
    ctx: Context, tx: Transaction, act: str, detail: Mapping[str, object], reason: str, actor: str,
    key: str | None = None,
) -> str:  # fmt: skip
    """Write down what is wanted, in the caller's commit; the ticket under which another person
    decides. `act` is one of app.services.approve.ACTS, `key` the form's, where it is asked with
    one: sent twice it is asked once. Raises MayNot where the actor's role may not ask for it,
    StaffRefused without a reason."""
    check_may(tx, actor, TWO_PEOPLE[act].ask)
    kept = reason_of(reason)
    before = approvals.of_key(tx, key) if key else None
    if before is not None:
        if (before.act, before.detail, before.asked_by) != (act, dict(detail), actor):
            raise StaffRefused("this form was sent before, for something else: open the page again")
        return before.ticket
    ticket, now = ctx.new_reference(), ctx.clock.now()
    approvals.ask(tx, ticket, act, detail, kept, actor, now, key)
    told = {name: str(value) for name, value in detail.items()}
    append(tx, Entry(now, actor, f"{act}.ask", ticket, told | {"reason": kept}))
    return ticket
