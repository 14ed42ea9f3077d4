"""Buying a data plan: what there is, and at which price."""

from dataclasses import dataclass

from app.domain.catalogue import Plan
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class GetPlans:
    """What can be bought for this number now. Answered with Plans."""

    operator: str
    recipient: Msisdn


@dataclass(frozen=True, slots=True)
class Plans:
    """Those that the subscriber bought most for the number come first, then the shortest and
    smallest."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class BuyData:
    """Hold the money and place the order. `price` is what the subscriber was shown: never more is
    taken; less, if the plan has become cheaper.

    Replies: OrderPlaced, PriceChanged, PlanGone, WrongPin, PinLocked, NotEnough, LimitReached,
    TooFast, Refused.
    """

    recipient: Msisdn
    operator: str
    plan: str
    price: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class PlanGone:
    """The plan isn't sold any more. Nothing was taken."""


DataRequest = GetPlans | BuyData
DataReply = Plans | PlanGone
