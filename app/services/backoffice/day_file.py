"""The day sheet as a file; that it was taken is in the audit log."""

import csv
import io

from app.security.audit import Entry, append
from app.services.backoffice.cells import neutral
from app.services.backoffice.person import Person
from app.services.backoffice.receipts import DaySheet
from app.services.context import Context

HEAD = ("day", "by", "what", "count", "amount", "currency", "earned", "given back")


def day_csv(ctx: Context, person: Person, sheet: DaySheet) -> bytes:
    """UTF-8 with a mark, as spreadsheets want it; whole units of the currency."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for line in sheet.lines:
        by = line.by or "by phone"
        writer.writerow((
            sheet.day, neutral(by), line.kind, line.count, line.amount.units(),
            line.amount.currency, line.earned.units(), line.back,
        ))  # fmt: skip
    for name, held in (("float begins", sheet.begins_with), ("float ends", sheet.ends_with)):
        if held is not None:
            writer.writerow((sheet.day, "", name, "", held.units(), held.currency, "", ""))
    with ctx.db.transaction() as tx:
        detail = {"day": str(sheet.day), "format": "csv"}
        append(tx, Entry(ctx.clock.now(), person.name, "export", "day_sheet", detail))
    return b"\xef\xbb\xbf" + out.getvalue().encode()
