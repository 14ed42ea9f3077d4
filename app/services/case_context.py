"""What complaints work with."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.ports.recalls import RecallProvider
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class CaseContext:
    """`recalls`: vending providers, by name, that can be asked to take a delivery back."""

    services: Context
    recalls: Mapping[str, RecallProvider]
