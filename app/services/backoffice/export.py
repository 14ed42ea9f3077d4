"""Taking a list away: CSV while it is read, XLSX by a job. Each is written down before its first
row leaves: who, which list, which filters, whole numbers or masked ones."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.db import exports, outbox
from app.db import listing as rows_of
from app.db.engine import Transaction
from app.db.exports import ExportRow, Format, NewExport, State
from app.db.listing import Row
from app.domain.roles import Right
from app.security import audit
from app.services.backoffice import cells
from app.services.backoffice.listing import Wanted, read_address, scoped
from app.services.backoffice.lists import LISTS
from app.services.backoffice.person import Person
from app.services.backoffice.unmask import unmasked_until
from app.services.backoffice.workbook import written
from app.services.context import Context

KEPT = timedelta(hours=24)
SHOWN = 50
PIECE = 1 << 20
_TOLD_EVERY = 2_000
_BEGUN_WITHIN = timedelta(seconds=10)
_SILENT_FOR = timedelta(minutes=2)
_LINES_TOGETHER = 500


def csv_lines(
    ctx: Context, person: Person, wanted: Wanted, within: int | None = None
) -> Iterator[bytes]:
    """The whole list as CSV (UTF-8 with a mark, as spreadsheets want it), some rows in memory.

    Raises PermissionError without the rights, ValueError for a wrong address.
    """
    export = _ask(ctx, person, wanted, within, "csv")
    return _csv(ctx, export, wanted, within)


def ask_workbook(ctx: Context, person: Person, wanted: Wanted, within: int | None = None) -> str:
    """Have the list written as XLSX; the export's reference. Raises as `csv_lines`."""
    reference = _ask(ctx, person, wanted, within, "xlsx").reference
    ctx.nudge()
    return reference


def make_workbook(ctx: Context, export_id: int) -> None:
    """Write what was asked for; the job. Whoever ends it first keeps the file, so a second maker
    after a long silence does no harm."""
    with ctx.db.transaction() as tx:
        export = exports.take_up(tx, export_id, ctx.clock.now() + _SILENT_FOR)
    if export is None:
        return
    wanted = read_address(LISTS[export.list], export.asked, export.zone)
    zone = ZoneInfo(export.zone)
    with written(wanted.spec.title, cells.head(wanted.columns, export.zone)) as book:
        with ctx.db.transaction() as tx:
            for row in _told(ctx, export, _rows(tx, wanted, export.within)):
                book.add(cells.record(wanted.columns, row, zone, unmasked=export.unmasked))
        with book.close() as file, ctx.db.transaction() as tx:
            if exports.end(tx, export.id, "done", book.rows, ctx.clock.now()):
                for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
                    exports.keep(tx, export.id, number, piece)


def exports_of(ctx: Context, person: Person) -> list[ExportRow]:
    """This person's latest, newest first."""
    with ctx.db.transaction() as tx:
        return exports.latest_of(tx, person.name, SHOWN)


def show_export(ctx: Context, person: Person, reference: str) -> ExportRow | None:
    """This person's export; None when there is none, or it is somebody else's."""
    with ctx.db.transaction() as tx:
        return exports.of_person(tx, person.name, reference)


def file_of(ctx: Context, person: Person, export: ExportRow) -> Iterator[bytes]:
    """A finished export's file; empty once it has expired. That it was fetched is written down."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        detail = {"list": export.list, "rows": str(export.rows)}
        audit.append(tx, audit.Entry(now, person.name, "fetch_export", export.reference, detail))
    with ctx.db.transaction() as tx:
        yield from exports.pieces(tx, export.id)


def _ask(
    ctx: Context, person: Person, wanted: Wanted, within: int | None, form: Format
) -> ExportRow:
    for right in (Right.EXPORT, wanted.spec.right):
        if not person.may(right):
            raise PermissionError(right)
    if wanted.problems:
        raise ValueError(next(iter(wanted.problems.values())))
    scoped(wanted, within)
    now = ctx.clock.now()
    state: State = "running" if form == "csv" else "waiting"
    unmasked = unmasked_until(ctx, person) is not None
    new = NewExport(
        ctx.new_reference(), wanted.spec.name, form, person.name, person.zone, within,
        wanted.address, unmasked, state, now, None if form == "csv" else now + _BEGUN_WITHIN,
        now + KEPT,
    )  # fmt: skip
    with ctx.db.transaction() as tx:
        export_id = exports.add(tx, new)
        detail = {
            **wanted.address, "format": form, "numbers": "whole" if unmasked else "masked",
            "export": new.reference,
        }  # fmt: skip
        audit.append(tx, audit.Entry(now, person.name, "export", wanted.spec.name, detail))
        if form == "xlsx":
            outbox.put(tx, outbox.EXPORT, export_id)
        found = exports.of_person(tx, person.name, new.reference)
    if found is None:
        raise LookupError(new.reference)
    return found


def _csv(ctx: Context, export: ExportRow, wanted: Wanted, within: int | None) -> Iterator[bytes]:
    zone, rows, state = ZoneInfo(export.zone), 0, "cut"
    try:
        with ctx.db.transaction() as tx:
            text = _Lines()
            text.write(cells.head(wanted.columns, export.zone))
            for row in _rows(tx, wanted, within):
                text.write(cells.record(wanted.columns, row, zone, unmasked=export.unmasked))
                rows += 1
                if rows % _LINES_TOGETHER == 0:
                    yield text.taken()
            yield text.taken()
        state = "done"
    finally:
        with ctx.db.transaction() as tx:
            exports.end(tx, export.id, "done" if state == "done" else "cut", rows, ctx.clock.now())


class _Lines:
    """Lines of CSV until they are taken."""

    def __init__(self) -> None:
        self._text = io.StringIO("\ufeff")
        self._text.seek(0, io.SEEK_END)
        self._writer = csv.writer(self._text)

    def write(self, line: Iterable[cells.Cell]) -> None:
        self._writer.writerow(line)

    def taken(self) -> bytes:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return text.encode()


def _rows(tx: Transaction, wanted: Wanted, within: int | None) -> Iterator[Row]:
    return rows_of.stream(tx, wanted.spec, wanted.columns, scoped(wanted, within))


def _told(ctx: Context, export: ExportRow, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows; now and then it is said how many have gone by."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % _TOLD_EVERY == 0:
            _tell(ctx, export.id, number, ctx.clock.now())


def _tell(ctx: Context, export_id: int, rows: int, now: datetime) -> None:
    with ctx.db.statement() as tx:
        exports.progress(tx, export_id, rows, now + _SILENT_FOR)
