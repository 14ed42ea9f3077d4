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
    of app.domain.catalogue."""

    reference: str
    operator: str
    product: str
    recipient: Msisdn
    amount: Money
    state: OrderState
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class FindSamePurchase:
    """Was this bought within the window in which operators refuse a repeat? Answered with Same."""

    recipient: Msisdn
    amount: Money
    product: str = AIRTIME


@dataclass(frozen=True, slots=True)
class Same:
    minutes_ago: int | None


@dataclass(frozen=True, slots=True)
class BuyAirtime:
    """Hold the money and place the order.

    Replies: OrderPlaced, WrongPin, PinLocked, NotEnough, LimitReached, TooFast, Refused.
    """

    recipient: Msisdn
    operator: str
    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    reference: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Have an open purchase looked into at once. Replies: Done, Refused."""

    reference: str


PurchaseRequest = GetPurchases | FindSamePurchase | BuyAirtime | AskAgain
PurchaseReply = tuple[Purchase, ...] | Same | OrderPlaced
