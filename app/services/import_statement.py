"""Take in a file that a provider's dashboard exported: looked through at once, compared by a job.

A file that can't be read whole is refused and nothing of it is kept. The same file is the same run:
once it was read, importing it again does nothing.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.db import outbox, statements
from app.domain.roles import Right
from app.ports.statements import StatementUnavailable
from app.security.audit import Entry, append
from app.services.reconcile import ReconcileContext, books_of
from app.services.staff_may import check_may

LARGEST_FILE = 8 << 20
"""Bytes; some 80,000 lines. `nexustop reconcile --file` takes any."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The run it became. `lines` are those of the day; `known`: this very file was read before, and
    nothing is done."""

    run_id: int
    lines: int
    known: bool


def import_statement(
    ctx: ReconcileContext, provider: str, day: date, content: bytes, actor: str
) -> Imported:
    """Have a job compare this export with our books. Raises StatementUnavailable with what is wrong
    with it, MayNot."""
    services = ctx.funding.services
    now = services.clock.now()
    with services.db.statement() as tx:
        check_may(tx, actor, Right.RESOLVE_BREAK)
    if day > books_of(provider).newest_settled(now):
        raise StatementUnavailable(f"{day} isn't over and settled at {provider} yet")
    digest, lines = _looked_through(ctx, provider, day, content)
    with services.db.transaction() as tx:
        run_id = statements.open_run(tx, provider, day, digest, now)
        known = not statements.keep_file(tx, run_id, content)
        if not known:
            outbox.put(tx, outbox.RECONCILE, run_id)
        detail = {
            "sha256": digest.hex(), "lines": str(lines), "known": "yes" if known else "no",
        }  # fmt: skip
        append(tx, Entry(now, actor, "statement.import", f"{provider} {day}", detail))
    services.nudge()
    return Imported(run_id, lines, known)


@contextmanager
def kept_file(content: bytes) -> Iterator[Path]:
    """These bytes as a file, gone after the block."""
    with tempfile.NamedTemporaryFile(prefix="nexustop-statement-") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _looked_through(
    ctx: ReconcileContext, provider: str, day: date, content: bytes
) -> tuple[bytes, int]:
    """The file's digest and how many lines of the day it has."""
    if provider not in ctx.exports:
        raise StatementUnavailable(f"no layout of a file of {provider} is known")
    if not content:
        raise StatementUnavailable("the file is empty")
    if len(content) > LARGEST_FILE:
        raise StatementUnavailable(f"the file is larger than {LARGEST_FILE >> 20} MB")
    with kept_file(content) as path:
        source = ctx.exports[provider](path)
        lines = sum(1 for _ in source.statement(day))
        others = source.skipped.get("of another day", 0)
    if lines == 0 and others:
        raise StatementUnavailable(
            f"none of its lines is of {day}, and {others:,} are of other days: choose their day"
        )
    return source.digest, lines
