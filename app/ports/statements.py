"""What the core asks of whoever can say what happened at a provider on a day: the other side of
reconciliation. A provider's API and an imported settlement file give the same lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.domain.money import Money


class StatementUnavailable(Exception):
    """The provider didn't give its statement (whole): nothing may be concluded from what is
    missing in it. The text is its reason."""


class LineKind(StrEnum):
    """Money that came in, money that was taken back, or a sale of the vendor to us."""

    PAYMENT = "payment"
    TAKEN_BACK = "taken_back"
    SALE = "sale"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One final line. `external_id` is the provider's id, `reference` ours or the provider's
    second name of it (empty when the provider gives none); `fee` is what it kept; `at` is when
    the provider says it happened."""

    kind: LineKind
    external_id: str
    reference: str
    amount: Money
    fee: Money
    at: datetime


class StatementProvider(Protocol):
    """A provider whose API lists what happened."""

    name: str

    def statement(self, day: date) -> Iterable[StatementLine]:
        """Every final line of the provider's own calendar day, in pages of its own. Raises
        StatementUnavailable, also in the middle."""
        ...


class StatementExport(StatementProvider, Protocol):
    """A file that a provider's dashboard exported. `digest` is its SHA-256; `skipped` counts, once
    it was read, what was no line of the day."""

    digest: bytes

    @property
    def skipped(self) -> Mapping[str, int]: ...


ExportReader = Callable[[Path], StatementExport]
"""Opens an export of one provider. Raises StatementUnavailable."""
