"""What the vending services are given: the world as ports, the rules as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.db.engine import Database
from app.domain.vending import VendingRules
from app.ports.clock import Clock
from app.ports.vending import VendingProvider


@dataclass(frozen=True, slots=True)
class VendingContext:
    """`providers` is in the order in which they are tried (VENDING_ORDER)."""

    db: Database
    clock: Clock
    rules: VendingRules
    breaker: "BreakerRules"
    providers: Mapping[str, VendingProvider]


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """A breaker opens after `opens_after` failures in a row, for `pause_seconds`."""

    opens_after: int = 5
    pause_seconds: int = 10
