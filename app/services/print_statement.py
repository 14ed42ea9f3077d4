"""A wallet's statement on paper: A4 pages, a line a movement, the balance after each."""

import io
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.domain.msisdn import spoken
from app.services.statement import Statement, StatementLine
from menus.texts.catalogue import DEFAULT
from menus.texts.movements import movement_name

_WIDTH, _HEIGHT = A4
_SIDE = 16 * mm
_FIRST_LINE = _HEIGHT - 52 * mm
_LINE = 5.6 * mm
_LINES = 38
_PLAIN, _BOLD = "Vera", "VeraBd"
"""Embedded, so that every printer draws the same digits; both come with reportlab."""

_AT, _KIND, _REFERENCE = _SIDE, _SIDE + 36 * mm, _SIDE + 64 * mm
_AMOUNT, _BALANCE = _WIDTH - _SIDE - 36 * mm, _WIDTH - _SIDE


def pdf(found: Statement) -> bytes:
    """The same statement gives the same bytes."""
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1, initialFontName=_PLAIN)
    canvas.setTitle(f"Statement {found.msisdn} {found.first} to {found.last}")
    canvas.setAuthor("NexusTop")
    pages = max(-(-len(found.lines) // _LINES), 1)
    for page in range(pages):
        _head(canvas, found, page + 1, pages)
        for place, line in enumerate(found.lines[page * _LINES : (page + 1) * _LINES]):
            _movement(canvas, found, line, _FIRST_LINE - place * _LINE)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _head(canvas: Any, found: Statement, page: int, pages: int) -> None:
    canvas.setFont(_BOLD, 14)
    canvas.drawString(_SIDE, _HEIGHT - 20 * mm, "NexusTop statement")
    canvas.setFont(_PLAIN, 9)
    canvas.drawString(_SIDE, _HEIGHT - 27 * mm, spoken(found.msisdn))
    canvas.drawString(
        _SIDE, _HEIGHT - 32 * mm, f"{found.first} to {found.last}, times of {found.timezone.key}"
    )
    canvas.drawRightString(_BALANCE, _HEIGHT - 27 * mm, f"Opening balance {found.opening}")
    canvas.setFont(_BOLD, 9)
    canvas.drawRightString(_BALANCE, _HEIGHT - 32 * mm, f"Closing balance {found.closing}")
    canvas.setFont(_BOLD, 8)
    at = _FIRST_LINE + _LINE + 1 * mm
    for left, title in ((_AT, "When"), (_KIND, "What"), (_REFERENCE, "Reference")):
        canvas.drawString(left, at, title)
    for right, title in ((_AMOUNT, "Amount"), (_BALANCE, "Balance")):
        canvas.drawRightString(right, at, title)
    canvas.setLineWidth(0.4)
    canvas.line(_SIDE, at - 1.8 * mm, _BALANCE, at - 1.8 * mm)
    canvas.setFont(_PLAIN, 7)
    canvas.drawRightString(_BALANCE, 10 * mm, f"Page {page} of {pages}")


def _movement(canvas: Any, found: Statement, line: StatementLine, at: float) -> None:
    canvas.setFont(_PLAIN, 8)
    canvas.drawString(_AT, at, f"{line.at.astimezone(found.timezone):%Y-%m-%d %H:%M:%S}")
    canvas.drawString(_KIND, at, movement_name(DEFAULT, line.kind, line.amount))
    sold = f" for {line.sold}" if line.sold else ""
    canvas.drawString(_REFERENCE, at, f"{line.reference}{sold}")
    canvas.drawRightString(_AMOUNT, at, str(line.amount))
    canvas.drawRightString(_BALANCE, at, str(line.balance))
