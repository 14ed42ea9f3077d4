"""An XLSX file written row by row: whatever its length, one row is in memory."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

ROWS_PER_SHEET = 1_048_576
"""What a sheet holds (Excel's limit, its heading included)."""
_LONGEST_TITLE = 31
_PLAIN = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip


class Book:
    """`rows` counts what was added; a full sheet is followed by another."""

    def __init__(self, path: Path, title: str, head: Sequence[str]) -> None:
        self._path = path
        self._workbook = Workbook(str(path), _PLAIN)
        self._bold = self._workbook.add_format({"bold": True})
        self._title = title
        self._head = head
        self._sheet: Worksheet | None = None
        self._line = 0
        self.rows = 0

    def add(self, cells: Iterable[str | int | Decimal]) -> None:
        """One row."""
        if self._sheet is None or self._line == ROWS_PER_SHEET:
            self._sheet = self._begin_sheet()
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self._line, column, cell)
            else:
                self._sheet.write_number(self._line, column, cell)
        self._line += 1
        self.rows += 1

    def close(self) -> IO[bytes]:
        """The file, read from its beginning."""
        if self._sheet is None:
            self._begin_sheet()
        self._workbook.close()
        return self._path.open("rb")

    def _begin_sheet(self) -> Worksheet:
        number = len(self._workbook.worksheets()) + 1
        tail = f" {number}" if number > 1 else ""
        sheet: Worksheet = self._workbook.add_worksheet(
            self._title[: _LONGEST_TITLE - len(tail)] + tail
        )
        for column, label in enumerate(self._head):
            sheet.write_string(0, column, label, self._bold)
        sheet.freeze_panes(1, 0)
        self._line = 1
        return sheet


@contextmanager
def written(title: str, head: Sequence[str]) -> Iterator[Book]:
    """A book in a folder that is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="nexustop-export-") as folder:
        yield Book(Path(folder) / "list.xlsx", title, head)
