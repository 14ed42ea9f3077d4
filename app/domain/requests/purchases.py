"""Buying, buying again, and asking where it is."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class GetPurchases:
    """The latest purchases, newest first; answered with tuple[Purchase, ...]."""

    limit: int = 5


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order as its buyer sees it. `operator` is a code of app.domain.operators, `product` one
    of app.domain.catalogue; `amount` is what reaches the phone, `price` what it cost: in a sale
    abroad, in another currency."""

    reference: str
    operator: str
    product: str
    recipient: Msisdn
    amount: Money
    price: Money
    state: OrderState
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class FindOperator:
    """Whose is this number, as far as that is known? A look-up that is missing is asked for, and
    its answer is there another time. Answered with OperatorKnown."""

    msisdn: Msisdn


@dataclass(frozen=True, slots=True)
class OperatorKnown:
    """`operator` is a code of app.domain.operators, None when nobody knows."""

    operator: str | None


@dataclass(frozen=True, slots=True)
class FindSamePurchase:
    """Was this bought within the window in which operators refuse a repeat, and have staff stopped
    the sale of it? Answered with Same."""

    recipient: Msisdn
    amount: Money
    product: str = AIRTIME
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Same:
    minutes_ago: int | None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class QuoteAbroad:
    """What does this amount, in the currency of another country, cost in a wallet's `currency` now?
    Answered with Quoted, or Refused where there is no rate."""

    amount: Money
    currency: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """`rate` is what one unit costs, as people read it: `KES 1 = NGN 12.118`."""

    price: Money
    rate: str


@dataclass(frozen=True, slots=True)
class BuyAirtime:
    """Hold the money and place the order. `amount` reaches the phone, in the currency of its
    operator; `price` is what the buyer was told that it costs, None: the amount itself. No more
    than that is ever held.

    Replies: OrderPlaced, PriceChanged, WrongPin, PinLocked, NotEnough, LimitReached, TooFast,
    Refused.
    """

    recipient: Msisdn
    operator: str
    amount: Money
    pin: Secret
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class PriceChanged:
    """It costs more by now than was said; nothing was bought."""

    now: Quoted


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """`held_until`: staff look at it first, and by then it has gone or the money is back."""

    reference: str
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Have an open purchase looked into at once. Replies: Done, Refused."""

    reference: str


PurchaseRequest = (
    GetPurchases | FindOperator | FindSamePurchase | QuoteAbroad | BuyAirtime | AskAgain
)
PurchaseReply = tuple[Purchase, ...] | OperatorKnown | Same | Quoted | PriceChanged | OrderPlaced
