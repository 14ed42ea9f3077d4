"""An exported CSV file as a statement: read as a stream, whole or not at all."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from app.domain.money import MINOR_DIGITS, Money
from app.ports.statements import StatementLine, StatementUnavailable
from providers.statements.layouts import LAYOUTS, Layout

_LONGEST_ID = 200
_MOST_MINOR = 10**15
_CHUNK = 1 << 20


class StatementFile:
    """A provider's export. `skipped` counts, once it was read, what was no line of the day."""

    def __init__(self, provider: str, path: Path) -> None:
        """Raises StatementUnavailable when no layout is known or the file can't be opened."""
        if provider not in LAYOUTS:
            known = ", ".join(LAYOUTS)
            raise StatementUnavailable(f"no layout is known for {provider}; there are {known}")
        self.name = provider
        self._path = path
        self._layout = LAYOUTS[provider]
        self.skipped: Counter[str] = Counter()
        self.digest = _digest(path)

    def statement(self, day: date) -> Iterator[StatementLine]:
        """The file's lines of that day. Raises StatementUnavailable naming the line and what is
        wrong with it, also in the middle: nothing of such a file may be used."""
        self.skipped.clear()
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._lines(file, day)
        except UnicodeDecodeError:
            raise StatementUnavailable("the file is not UTF-8 text") from None
        except OSError as error:
            raise StatementUnavailable(f"can't read {self._path}: {error.strerror}") from None

    def _lines(self, file: TextIO, day: date) -> Iterator[StatementLine]:
        rows = csv.reader(file, strict=True)
        try:
            header = next(rows, None)
            if header is None or not any(header):
                raise StatementUnavailable("the file is empty")
            read = _reader(self._layout, header)
            zone = ZoneInfo(self._layout.zone)
            for row in rows:
                if not row:
                    continue
                line = read(row)
                if line is None:
                    self.skipped["moved no money"] += 1
                elif line.at.astimezone(zone).date() != day:
                    self.skipped["of another day"] += 1
                else:
                    yield line
        except (csv.Error, _BadLine) as error:
            raise StatementUnavailable(f"line {rows.line_num}: {error}") from None


class _BadLine(Exception):
    """What is wrong with a line."""


def _reader(layout: Layout, header: list[str]) -> Callable[[list[str]], StatementLine | None]:
    """How to read a row under this header. Raises StatementUnavailable for a missing column."""
    place = _Columns(header)
    status, external_id, amount, at = (
        place.of(names) for names in (layout.status, layout.external_id, layout.amount, layout.at)
    )
    reference, fee, currency = (
        place.of(names) if names else None
        for names in (layout.reference, layout.fee, layout.currency)
    )
    place.all_found()
    zone = ZoneInfo(layout.zone)

    def read(row: list[str]) -> StatementLine | None:
        if len(row) != len(header):
            raise _BadLine(f"{len(row)} columns, the header has {len(header)}")
        word = row[status].strip().lower()
        if word not in layout.kinds:
            raise _BadLine(f"status {row[status]!r} is not known")
        kind = layout.kinds[word]
        if kind is None:
            return None
        unit = layout.default_currency if currency is None else row[currency].strip().upper()
        if unit not in MINOR_DIGITS:
            raise _BadLine(f"currency {unit!r} is not known")
        paid = _money(row[amount], unit, minor=layout.minor)
        if paid.amount_minor == 0:
            raise _BadLine("the amount is zero")
        return StatementLine(
            kind, _id(row[external_id]), "" if reference is None else row[reference].strip(), paid,
            Money(0, unit) if fee is None else _money(row[fee] or "0", unit, minor=layout.minor),
            _time(row[at], zone, layout.time_formats),
        )  # fmt: skip

    return read


class _Columns:
    """Where each column of a header is."""

    def __init__(self, header: Iterable[str]) -> None:
        self._places: Mapping[str, int] = {
            _plain(name): place for place, name in reversed(list(enumerate(header)))
        }
        self._missing: list[str] = []

    def of(self, names: tuple[str, ...]) -> int:
        for name in names:
            if _plain(name) in self._places:
                return self._places[_plain(name)]
        self._missing.append(" or ".join(repr(name) for name in names))
        return -1

    def all_found(self) -> None:
        if self._missing:
            raise StatementUnavailable(f"line 1: no column {', no column '.join(self._missing)}")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _id(text: str) -> str:
    value = text.strip()
    if not value or len(value) > _LONGEST_ID or not value.isprintable():
        raise _BadLine(f"{text[:40]!r} is no id")
    return value


@lru_cache(4096)
def _money(text: str, currency: str, *, minor: bool) -> Money:
    """Few amounts make up most of a file."""
    plain = text.strip().upper().removeprefix(currency).replace(",", "").strip()
    try:
        value = Decimal(plain).scaleb(0 if minor else MINOR_DIGITS[currency])
    except InvalidOperation:
        raise _BadLine(f"{text[:40]!r} is no amount") from None
    if not value.is_finite() or abs(value) >= _MOST_MINOR:
        raise _BadLine(f"{text[:40]!r} is no amount")
    if value < 0:
        raise _BadLine(f"the amount {text!r} is below zero")
    whole = int(value)
    if whole != value:
        raise _BadLine(f"{text!r} has fractions of the smallest unit of {currency}")
    return Money(whole, currency)


def _time(text: str, zone: ZoneInfo, formats: tuple[str, ...]) -> datetime:
    value = text.strip()
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = _time_of_form(value, formats)
    try:
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise _BadLine(f"{text[:40]!r} is no time") from None


def _time_of_form(value: str, formats: tuple[str, ...]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(value, form)  # noqa: DTZ007 - the caller knows the zone
        except ValueError:
            continue
    raise _BadLine(f"{value[:40]!r} is no time")


def _digest(path: Path) -> bytes:
    """SHA-256 of the file, by which it is known again."""
    made = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                made.update(chunk)
    except OSError as error:
        raise StatementUnavailable(f"can't read {path}: {error.strerror}") from None
    return made.digest()
