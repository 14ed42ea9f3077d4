"""What the vending services are given: the world as ports, the rules as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from app.db.engine import Database
from app.domain.catalogue import PriceRules
from app.domain.outcomes import ProviderTraits, out_of_use
from app.domain.vending import VendingRules
from app.ports.clock import Clock
from app.ports.vending import VendingProvider
from app.services.bulkheads import Bulkheads


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """A breaker opens after `opens_after` failures in a row, for `pause_seconds`."""

    opens_after: int = 5
    pause_seconds: int = 10


@dataclass(frozen=True, slots=True)
class StandingRules:
    """How providers are judged: by their answers in the last `window`; `fails_above_bp` of failures
    of their own, or a median above `slow_above_ms`, cost weight; fewer answers than `enough` say
    nothing against one."""

    window: timedelta = timedelta(minutes=10)
    fails_above_bp: int = 1_000
    slow_above_ms: int = 4_000
    enough: int = 5


@dataclass(frozen=True, slots=True)
class VendingContext:
    """`order`: the providers in the order in which they are tried, where that is fixed; empty: by
    routing. `live`: nothing is sold from a sample, nor through a provider with an unanswered item
    of `open_items` (provider -> what is to be confirmed with the vendor: id -> question)."""

    db: Database
    clock: Clock
    rules: VendingRules
    breaker: BreakerRules
    providers: Mapping[str, VendingProvider]
    bulkheads: Bulkheads
    order: tuple[str, ...] = ()
    live: bool = False
    open_items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prices: PriceRules = field(default_factory=PriceRules)
    standings: StandingRules = field(default_factory=StandingRules)

    def traits(self, provider: str) -> ProviderTraits:
        """What is documented of a provider, also of one that has left use since it was sent to."""
        known = self.providers.get(provider)
        return known.traits if known else out_of_use(provider)
