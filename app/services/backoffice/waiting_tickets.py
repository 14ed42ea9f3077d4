"""What waits for a second person, where it matters."""

from app.db import approvals
from app.db.approvals import ApprovalRow
from app.services.context import Context

_LOOKED_AT = 500


def waiting_about(ctx: Context, act: str, **detail: str) -> list[ApprovalRow]:
    """Tickets of an act that nobody has decided, the oldest first, about just this."""
    with ctx.db.statement() as tx:
        waiting = approvals.waiting(tx, _LOOKED_AT)
    return [
        row
        for row in waiting
        if row.act == act and all(row.detail.get(name) == word for name, word in detail.items())
    ]
