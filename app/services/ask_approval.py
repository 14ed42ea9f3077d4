"""Ask for an act that needs a second person."""

from collections.abc import Mapping

from app.db import approvals
from app.db.engine import Transaction
from app.domain.roles import TWO_PEOPLE
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.staff_may import check_may
from app.services.staff_refused import StaffRefused


def ask_approval(
    ctx: Context, tx: Transaction, act: str, detail: Mapping[str, object], reason: str, actor: str
) -> str:
    """Write down what is wanted, in the caller's commit; the ticket under which another person
    decides. `act` is one of app.services.approve.ACTS. Raises MayNot where the actor's role may not
    ask for it, StaffRefused without a reason."""
    check_may(tx, actor, TWO_PEOPLE[act].ask)
    if not reason.strip():
        raise StaffRefused("a reason is wanted: it is kept with the act")
    ticket, now = ctx.new_reference(), ctx.clock.now()
    approvals.ask(tx, ticket, act, detail, reason.strip(), actor, now)
    told = {name: str(value) for name, value in detail.items()}
    append(tx, Entry(now, actor, f"{act}.ask", ticket, told | {"reason": reason.strip()}))
    return ticket
