"""What the core asks of a vending provider about what it sells.

Called by `nexustop catalogue sync` and the scheduler, never by a screen and never during a sale.
"""

from collections.abc import Iterable
from typing import Protocol

from app.domain.products import Family, Offered, ProductKind

__all__ = ["CatalogueProvider", "CatalogueUnavailable", "Family", "Offered", "ProductKind"]


class CatalogueUnavailable(Exception):
    """The provider's list couldn't be had whole: nothing may be concluded from it. The text says
    why."""


class CatalogueProvider(Protocol):
    """A vending provider's list of what it sells of our operators. A provider that publishes none
    gives the one its settings or its adapter's data hold."""

    def offers(self) -> Iterable[Offered]:
        """All of it; what isn't in it is withdrawn. Lines that can't be read are left out. Raises
        CatalogueUnavailable."""
        ...
