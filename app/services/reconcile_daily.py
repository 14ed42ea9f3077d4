"""Once a day for each provider whose API gives a statement: which runs are due, and doing one."""

from datetime import timedelta

from app.db import outbox, statements
from app.domain.statements import BOOKS
from app.ports.statements import StatementUnavailable
from app.services.reconcile import ReconcileContext, Reconciled, reconcile

_AGAIN_AFTER = timedelta(hours=1)
_DAYS_BACK = 3


def ask_due_statements(ctx: ReconcileContext) -> int:
    """Have a job read each settled day of the last three that wasn't read. The database says who
    asked first: any number of schedulers may, and a restart asks for nothing twice. How many."""
    services = ctx.funding.services
    now, asked = services.clock.now(), 0
    with services.db.transaction() as tx:
        for provider in ctx.statements:
            newest = BOOKS[provider].newest_settled(now)
            for back in range(_DAYS_BACK):
                day = newest - timedelta(days=back)
                run_id = statements.take_run(tx, provider, day, now, _AGAIN_AFTER)
                if run_id is not None:
                    outbox.put(tx, outbox.RECONCILE, run_id)
                    asked += 1
    return asked


def reconcile_run(ctx: ReconcileContext, run_id: int) -> Reconciled | None:
    """Do a run that was asked for; None when the provider didn't give its statement, which is kept
    with its reason and asked for again."""
    with ctx.funding.services.db.statement() as tx:
        run = statements.run(tx, run_id)
    try:
        return reconcile(ctx, run.provider, run.day)
    except StatementUnavailable:
        return None
