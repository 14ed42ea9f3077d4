"""What the core asks of a vendor that can be asked to take a delivery back (a wrong number)."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RecallAccepted:
    """The vendor will try. Its word that the sale is reversed comes later, if ever."""


@dataclass(frozen=True, slots=True)
class RecallRefused:
    """The vendor won't; `code` is its word."""

    code: str


@dataclass(frozen=True, slots=True)
class RecallUnknown:
    """No answer, or none that can be read: ask again. Asking twice recalls once."""

    code: str


RecallOutcome = RecallAccepted | RecallRefused | RecallUnknown


class RecallProvider(Protocol):
    """A vendor with a recall call, safe to repeat."""

    def recall(self, reference: str, external_id: str | None) -> RecallOutcome:
        """Ask it to take back what was delivered under our reference."""
        ...
