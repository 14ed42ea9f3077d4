"""Compare a provider's statement of a day with our books.

A payment we don't know is credited when the provider's API confirms it, never on a file's word. All
else that differs becomes a break for staff, one for each line however often it is looked at.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from app.db import reconciliation, statements
from app.db.reconciliation import Found
from app.db.statements import RunRow
from app.domain.statements import BOOKS, Books
from app.ports.payments import NotPaid, Paid, PaymentState, PaymentUnknown, TakenBack
from app.ports.statements import ExportReader, StatementProvider, StatementUnavailable
from app.services.credit_payment import credit_confirmed
from app.services.funding_context import FundingContext

ASKED_AT_MOST = 500
"""So many unknown payments are asked for in a run; the next run asks for more."""

BREAKS_AT_MOST = 1_000
"""So many breaks are opened in a run: a statement of another account is no work for people."""


@dataclass(frozen=True, slots=True)
class ReconcileContext:
    """`statements`: providers whose API lists what happened; `exports`: those whose exported files
    can be read."""

    funding: FundingContext
    statements: Mapping[str, StatementProvider]
    exports: Mapping[str, ExportReader] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a run found. `credited`: payments that came to light and were confirmed."""

    run_id: int
    provider: str
    day: date
    credited: int
    found: Found


def books_of(provider: str) -> Books:
    """Raises StatementUnavailable for a provider nobody knows."""
    if provider not in BOOKS:
        raise StatementUnavailable(f"no provider {provider!r}; there are {', '.join(BOOKS)}")
    return BOOKS[provider]


def reconcile(
    ctx: ReconcileContext, provider: str, day: date, source: StatementProvider | None = None,
    digest: bytes = statements.NO_FILE,
) -> Reconciled:  # fmt: skip
    """Read the statement (of `source`, known by its file's digest; else of the provider's API),
    match it, and do what follows. Safe to repeat. Raises StatementUnavailable: then nothing was
    concluded."""
    services = ctx.funding.services
    books, source = books_of(provider), source or ctx.statements.get(provider)
    if source is None:
        raise StatementUnavailable(f"{provider} gives no statement by API here: import a file")
    with services.db.transaction() as tx:
        run_id = statements.open_run(tx, provider, day, digest, services.clock.now())
    run = RunRow(run_id, provider, day)
    try:
        _read(ctx, run, source)
    except StatementUnavailable as error:
        with services.db.statement() as tx:
            statements.failed(tx, run_id, str(error)[:300])
        raise
    credited, heard = (0, {}) if books.sales else _credit_unknown(ctx, run)
    with services.db.transaction() as tx:
        found = reconciliation.conclude(
            tx, provider, day, run_id, books, heard, BREAKS_AT_MOST, services.clock.now()
        )
        statements.concluded(tx, run_id, asdict(found) | {"credited": credited})
    services.nudge()
    return Reconciled(run_id, provider, day, credited, found)


def _read(ctx: ReconcileContext, run: RunRow, source: StatementProvider) -> None:
    """All of it onto disk first: no transaction is open while a provider pages, and a statement
    that breaks off in the middle has touched nothing."""
    services = ctx.funding.services
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as spool:
        statements.write_lines(source.statement(run.day), spool)
        spool.seek(0)
        with services.db.transaction() as tx:
            statements.replace_lines(tx, run, spool, services.clock.now())


def _credit_unknown(ctx: ReconcileContext, run: RunRow) -> tuple[int, dict[str, str]]:
    """Ask the provider about payments we have nothing of; how many were credited (or put into
    suspense), and what it said of the others, by external id."""
    provider = ctx.funding.accounts.get(run.provider)
    services, heard, credited = ctx.funding.services, {}, 0
    with services.db.transaction() as tx:
        unknown = statements.unknown_payments(tx, run.provider, run.day, ASKED_AT_MOST)
    for external_id, reference in unknown:
        if provider is None or not reference:
            heard[external_id] = "can't be asked"
            continue
        state = provider.query(reference)
        if isinstance(state, Paid) and state.external_id == external_id:
            with services.db.transaction() as tx:
                credit_confirmed(services, tx, run.provider, state)
            credited += 1
        else:
            heard[external_id] = _said(state)
    return credited, heard


def _said(state: PaymentState) -> str:
    match state:
        case Paid():
            return f"paid as {state.external_id}"
        case TakenBack():
            return "taken back"
        case NotPaid():
            return f"not paid: {state.code}"
        case PaymentUnknown():
            return f"unknown: {state.code}"
