"""Data plans of a vendor that publishes no list by API: kept by staff in a file.

CSV with a header, or a JSON list of objects, with the columns of COLUMNS: `operator` is our code,
`plan` the vendor's own of the plan, `family` as in app.domain.products, `cost_minor` what the
vendor takes for it, in minor units of the operator's currency.
"""

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.products import Family, Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable

COLUMNS = ("operator", "plan", "family", "size_mb", "validity_days", "cost_minor")
_CODE = re.compile(r"[\x21-\x7e]{1,64}\Z")


def read(path: Path) -> list[Offered]:
    """Every plan of the file. Raises CatalogueUnavailable, naming the line, when any can't be
    read: staff wrote it, so a plan that is left out would be a mistake nobody sees."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueUnavailable(f"{path.name}: {type(error).__name__}") from None
    offered = [_plan(path.name, at, row) for at, row in _rows(path, text)]
    codes = [(one.operator, one.code) for one in offered]
    twice = {f"{operator} {code}" for operator, code in codes if codes.count((operator, code)) > 1}
    if twice:
        raise CatalogueUnavailable(f"{path.name}: more than once: {', '.join(sorted(twice))}")
    return offered


def write(plans: Iterable[tuple[str, str, str, int, int, int]]) -> str:
    """Such a file of rows in the order of COLUMNS, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(plans)
    return out.getvalue()


def _rows(path: Path, text: str) -> list[tuple[int, dict[str, Any]]]:
    """Each row with its place: the line of a CSV file, the number of a JSON object."""
    try:
        if path.suffix.lower() == ".json":
            listed = json.loads(text)
            if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
                raise CatalogueUnavailable(f"{path.name}: not a list of objects")
            return list(enumerate(listed, 1))
        reader = csv.DictReader(io.StringIO(text), strict=True)
        return [(reader.line_num, row) for row in reader]
    except (ValueError, RecursionError, csv.Error):
        raise CatalogueUnavailable(f"{path.name}: neither CSV nor JSON") from None


def _plan(file: str, at: int, row: dict[str, Any]) -> Offered:
    operator, code, family = (str(row.get(name) or "").strip() for name in COLUMNS[:3])
    size_mb, days, cost_minor = (_whole(row.get(name)) for name in COLUMNS[3:])
    if operator not in OPERATORS or not _CODE.match(code) or family not in set(Family):
        raise CatalogueUnavailable(f"{file}, {at}: operator, plan or family")
    if not (size_mb and days and cost_minor):
        raise CatalogueUnavailable(f"{file}, {at}: size, validity and cost are whole numbers")
    return Offered(
        operator, ProductKind.DATA, code, f"{size_mb} MB, {days} days", family=Family(family),
        size_mb=size_mb, validity_days=days,
        cost=Money(cost_minor, OPERATORS[operator].currency),
    )  # fmt: skip


def _whole(value: object) -> int:
    """A whole number above zero, as number or text; 0 for anything else."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
