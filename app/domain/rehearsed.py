"""How purchases with test keys end: the number they are for decides, so that a merchant can
rehearse every outcome. No money moves and no vendor is reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState

_LATER = timedelta(seconds=10)
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`state` at once; then, `after` so long, `then`. `no_float`: it isn't placed at all, as if the
    float didn't hold its price. `says` is for the document."""

    says: str
    state: OrderState
    code: str = ""
    then: OrderState | None = None
    then_code: str = ""
    after: timedelta = _LATER
    no_float: bool = False


_DELIVERED = Rehearsed("delivered at once", OrderState.DELIVERED)
OUTCOMES: Mapping[str, Rehearsed] = MappingProxyType({
    "0001": _DELIVERED,
    "0002": Rehearsed("declined at once", OrderState.DECLINED, "declined"),
    "0003": Rehearsed(
        "pending, delivered after 10 seconds", OrderState.PENDING, then=OrderState.DELIVERED
    ),
    "0004": Rehearsed(
        "pending, declined after 10 seconds: the money is back", OrderState.PENDING,
        then=OrderState.DECLINED, then_code="declined",
    ),
    "0005": Rehearsed("unknown, and stays so", OrderState.UNKNOWN, "timeout"),
    "0006": Rehearsed(
        "delivered, reversed after 10 seconds: the money is back", OrderState.DELIVERED,
        then=OrderState.REVERSED, then_code="vendor_reversal",
    ),
    "0007": Rehearsed(
        "unknown, given up after 10 seconds: the money is back", OrderState.UNKNOWN, "timeout",
        then=OrderState.REVERSED, then_code="given_up",
    ),
    "0008": Rehearsed("refused: not enough float", OrderState.DECLINED, no_float=True),
})  # fmt: skip
"""Last four digits of the number -> how it ends."""


def outcome_for(msisdn: Msisdn) -> Rehearsed:
    """Any other number is delivered at once."""
    return OUTCOMES.get(msisdn[-_DIGITS:], _DELIVERED)
