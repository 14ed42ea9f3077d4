"""Rows of a list as a file holds them: nothing in it is a formula, no number is told unasked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.db.listing import Column, Kind, Row
from app.domain.money import Money
from app.domain.msisdn import masked, masked_in

Cell = str | int | Decimal
_MASKS = {Kind.MSISDN: masked, Kind.MIXED: masked_in}
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def head(columns: Sequence[Column], zone: str) -> list[str]:
    """The first line: an amount's currency has a column of its own, a time says its zone."""
    labels = []
    for column in columns:
        labels.append(f"{column.label} ({zone})" if column.kind is Kind.WHEN else column.label)
        if column.kind is Kind.MONEY:
            labels.append(f"{column.label}, currency")
    return labels


def record(columns: Sequence[Column], row: Row, zone: ZoneInfo, *, unmasked: bool) -> list[Cell]:
    """One line."""
    return [
        cell
        for column in columns
        for cell in _cells(column.kind, row.cells[column.name], zone, unmasked=unmasked)
    ]


def neutral(text: str) -> str:
    """The text, with a quotation mark before it where a spreadsheet would read a formula."""
    return f"'{text}" if text.startswith(_STARTS) else text


def _cells(kind: Kind, value: object, zone: ZoneInfo, *, unmasked: bool) -> Iterator[Cell]:
    match value:
        case Money():
            yield Decimal(value.units())
            yield value.currency
        case None:
            yield from ("", "") if kind is Kind.MONEY else ("",)
        case int():
            yield value
        case datetime():
            yield value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case _:
            mask = None if unmasked else _MASKS.get(kind)
            yield neutral(mask(str(value)) if mask else str(value))
