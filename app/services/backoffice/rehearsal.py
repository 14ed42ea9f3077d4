"""What an act would post, found by doing it and taking it back: the numbers a second person reads
are those that will be posted, whatever has happened since it was asked for."""

from dataclasses import dataclass

from app.db import ledger
from app.db.approvals import ApprovalRow
from app.db.errors import AnswerLost
from app.domain.ledger import GUARDED, Account
from app.domain.money import Money
from app.services.approve import ACTS
from app.services.context import Context
from app.services.staff_refused import StaffRefused

POSTS = frozenset({"adjust", "reverse", "refund", "resolve_break", "put_float"})
"""Acts that post. Others may reach outside the database, and aren't rehearsed."""
_PATIENCE = "set local lock_timeout = '1s'"


@dataclass(frozen=True, slots=True)
class Effect:
    """What would move in one account; `before` where the account is a wallet or a float."""

    account: Account
    amount: Money
    before: Money | None

    @property
    def after(self) -> Money | None:
        return None if self.before is None else self.before + self.amount


class _Undone(Exception):
    """Takes the rehearsal back."""

    def __init__(self, effects: list[Effect]) -> None:
        super().__init__()
        self.effects = effects


def rehearse(ctx: Context, approval: ApprovalRow) -> list[Effect]:
    """What approving it would post now; empty for acts that post nothing. Raises StaffRefused when
    it can't be done as things stand."""
    if approval.act not in POSTS or approval.state != "asked":
        return []
    try:
        with ctx.db.transaction() as tx:
            tx.run(_PATIENCE)
            newest = ledger.newest(tx)
            ACTS[approval.act](ctx, tx, approval, approval.asked_by)
            raise _Undone([
                Effect(account, amount, now - amount if account.kind in GUARDED else None)
                for account, amount, now in ledger.moved_since(tx, newest)
            ])  # fmt: skip
    except _Undone as undone:
        return undone.effects
    except AnswerLost:
        raise StaffRefused("something else works on it right now: load the page again") from None
