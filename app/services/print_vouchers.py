"""A batch of vouchers on paper: a PDF sheet to cut, or a CSV file for a printing house.

Both hold the PINs in clear. Nothing here keeps them: the bytes go to whoever asked.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.domain.vouchers import grouped, serial
from app.services.run_vouchers import Issued

COLUMNS, ROWS = 3, 8
_WIDTH, _HEIGHT = A4
_SIDE, _TOP, _BOTTOM = 8 * mm, 9 * mm, 14 * mm
_CELL_WIDTH = (_WIDTH - 2 * _SIDE) / COLUMNS
_CELL_HEIGHT = (_HEIGHT - _TOP - _BOTTOM) / ROWS
_PADDING = 4 * mm
_MARK = 3 * mm
_PLAIN, _BOLD = "Vera", "VeraBd"
"""Embedded, so that every printer draws the same digits; both come with reportlab."""


@dataclass(frozen=True, slots=True)
class HowTo:
    """What a buyer dials, and the number an SMS goes to."""

    short_code: str
    sms_code: str


def pdf(issued: Issued, how: HowTo) -> bytes:
    """A4 sheets of 3 x 8 vouchers with cut marks; the same batch gives the same bytes."""
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1, initialFontName=_PLAIN)
    canvas.setTitle(f"Vouchers {issued.batch.reference}")
    canvas.setAuthor("NexusTop")
    a_page = COLUMNS * ROWS
    pages = -(-len(issued.pins) // a_page)
    for page in range(pages):
        first = page * a_page
        for place, pin in enumerate(issued.pins[first : first + a_page]):
            row, column = divmod(place, COLUMNS)
            left = _SIDE + column * _CELL_WIDTH
            top = _HEIGHT - _TOP - row * _CELL_HEIGHT
            _voucher(canvas, left, top, issued, how, first + place + 1, grouped(pin.value))
        _cut_marks(canvas)
        _footer(canvas, issued, page + 1, pages)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def csv_file(issued: Issued, _: HowTo) -> bytes:
    """A line a voucher: serial, PIN as it is printed, value, last day (ISO 8601)."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(("serial", "pin", "value", "good_through"))
    batch = issued.batch
    for number, pin in enumerate(issued.pins, start=1):
        lines.writerow(
            (serial(batch.reference, number), grouped(pin.value), batch.face, batch.last_day)
        )
    return file.getvalue().encode()


FORMATS: Mapping[str, Callable[[Issued, HowTo], bytes]] = {".pdf": pdf, ".csv": csv_file}
"""By the ending of the file's name."""


def _voucher(
    canvas: Any, left: float, top: float, issued: Issued, how: HowTo, number: int, pin: str
) -> None:
    batch = issued.batch
    right, middle = left + _CELL_WIDTH - _PADDING, left + _CELL_WIDTH / 2
    left += _PADDING
    canvas.setFont(_BOLD, 8)
    canvas.drawString(left, top - 7.5 * mm, "NexusTop")
    face = batch.face.label()
    room = right - left - canvas.stringWidth("NexusTop  ", _BOLD, 8)
    canvas.setFont(_BOLD, 15 * min(1, room / canvas.stringWidth(face, _BOLD, 15)))
    canvas.drawRightString(right, top - 8 * mm, face)
    canvas.setFillGray(0.92)
    canvas.roundRect(left, top - 18.5 * mm, right - left, 8 * mm, 1.2 * mm, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setFont(_BOLD, 13.5)
    canvas.drawCentredString(middle, top - 16.2 * mm, pin)
    canvas.setFont(_PLAIN, 6.2)
    canvas.drawCentredString(
        middle, top - 21.7 * mm, f"Dial {how.short_code}: Wallet, Add money, Voucher"
    )
    canvas.drawCentredString(
        middle, top - 24.5 * mm, f"or SMS TOPUP and these digits to {how.sms_code}"
    )
    canvas.drawString(left, top - 30 * mm, serial(batch.reference, number))
    canvas.drawRightString(right, top - 30 * mm, f"Good through {_day(batch.last_day)}")


def _cut_marks(canvas: Any) -> None:
    """Ticks in the margins where a guillotine cuts, crosses where the cuts meet."""
    canvas.setStrokeGray(0.55)
    canvas.setLineWidth(0.4)
    bottom, top = _BOTTOM, _HEIGHT - _TOP
    across = [_SIDE + column * _CELL_WIDTH for column in range(COLUMNS + 1)]
    down = [top - row * _CELL_HEIGHT for row in range(ROWS + 1)]
    for x in across:
        canvas.line(x, top + 1 * mm, x, top + 1 * mm + _MARK)
        canvas.line(x, bottom - 1 * mm, x, bottom - 1 * mm - _MARK)
    for y in down:
        canvas.line(_SIDE - 1 * mm, y, _SIDE - 1 * mm - _MARK, y)
        canvas.line(_WIDTH - _SIDE + 1 * mm, y, _WIDTH - _SIDE + 1 * mm + _MARK, y)
    for x in across[1:-1]:
        for y in down[1:-1]:
            canvas.line(x - _MARK / 2, y, x + _MARK / 2, y)
            canvas.line(x, y - _MARK / 2, x, y + _MARK / 2)


def _footer(canvas: Any, issued: Issued, page: int, pages: int) -> None:
    batch = issued.batch
    canvas.setFont(_PLAIN, 7)
    canvas.drawString(
        _SIDE, 6 * mm,
        f"Batch {batch.reference}: {batch.count:,} x {batch.face.label()},"
        f" good through {_day(batch.last_day)}",
    )  # fmt: skip
    canvas.drawRightString(_WIDTH - _SIDE, 6 * mm, f"Page {page} of {pages}")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
