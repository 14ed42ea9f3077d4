"""Once a day for each provider whose API gives a statement: which runs are due, and doing one, or
one of a file that somebody imported."""

from datetime import timedelta

from app.db import outbox, statements
from app.db.statements import RunRow
from app.domain.statements import BOOKS
from app.ports.statements import StatementUnavailable
from app.services.import_statement import kept_file
from app.services.reconcile import ReconcileContext, Reconciled, reconcile

_AGAIN_AFTER = timedelta(hours=1)
_DAYS_BACK = 3


def ask_due_statements(ctx: ReconcileContext) -> int:
    """Have a job read each settled day of the last three that wasn't read, and whatever was
    imported and wasn't read within the hour. The database says who asked first: any number of
    schedulers may, and a restart asks for nothing twice. How many."""
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
        for run_id in statements.take_unread_files(tx, now, _AGAIN_AFTER):
            outbox.put(tx, outbox.RECONCILE, run_id)
            asked += 1
    return asked


def reconcile_run(ctx: ReconcileContext, run_id: int) -> Reconciled | None:
    """Do a run that was asked for; None when there was no statement, which is kept with its reason:
    the provider's API is asked again, a file must be imported again. An imported file that was read
    before isn't read twice."""
    db = ctx.funding.services.db
    with db.statement() as tx:
        asked = statements.asked_run(tx, run_id)
    done: Reconciled | None = None
    try:
        if asked.by_api:
            done = reconcile(ctx, asked.of.provider, asked.of.day)
        elif asked.content is not None:
            done = _of_file(ctx, asked.of, asked.content)
    except StatementUnavailable:
        pass
    if asked.content is not None:
        with db.statement() as tx:
            statements.drop_file(tx, run_id)
    return done


def _of_file(ctx: ReconcileContext, run: RunRow, content: bytes) -> Reconciled:
    with kept_file(content) as path:
        source = ctx.exports[run.provider](path)
        return reconcile(ctx, run.provider, run.day, source, source.digest)
