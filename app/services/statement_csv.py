"""A wallet's statement for a spreadsheet."""

import csv
from typing import TextIO

from app.services.statement import Statement

_COLUMNS = ("at", "kind", "reference", "amount", "balance", "currency", "sold", "sold_currency")


def write_csv(found: Statement, out: TextIO) -> None:
    """Amounts in the currency's units with a point; a reference is never a formula."""
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for line in found.lines:
        writer.writerow(
            (
                line.at.astimezone(found.timezone).isoformat(), line.kind, line.reference,
                line.amount.units(), line.balance.units(), line.amount.currency,
                *((line.sold.units(), line.sold.currency) if line.sold else ("", "")),
            )
        )  # fmt: skip
