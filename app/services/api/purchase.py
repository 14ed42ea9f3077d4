"""Buy airtime or data by the REST API: the same requests as the menus', at the API's door."""

from dataclasses import dataclass
from datetime import timedelta

from app.db import api_purchases, catalogue
from app.db.api_purchases import CHANNEL, PurchaseRow
from app.domain.api_callers import SubscriberCaller
from app.domain.ledger import AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import OPERATORS, Operator
from app.domain.requests import (
    BuyAirtime,
    BuyData,
    OrderPlaced,
    Origin,
    PlanGone,
    QuoteAbroad,
    Quoted,
    Refusal,
    Refused,
)
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.services.api.once import GIVEN_UP_AFTER, Turn
from app.services.api.second_factor import Code, FactorMissing, NotProved, with_factor
from app.services.buy_airtime import buy_airtime
from app.services.buy_data import buy_data
from app.services.check_pin import Door
from app.services.context import Context
from app.services.find_operator import operator_of
from app.services.place_order import is_airtime_of, plan_on_sale
from app.services.quote_abroad import quote_abroad
from app.services.spend import NotSpent

_STEP = 0
"""A keyed request is a session of one step."""
_SHOWN_FOR = timedelta(minutes=10)
"""A list of plans is believed for so long: a plan that has become dearer since isn't bought without
its new price having been said."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`plan` is a code of the catalogue, or AIRTIME, of which `amount` reaches the phone;
    of a plan the amount is None: it is what the plan costs."""

    recipient: Msisdn
    plan: str
    currency: str
    amount: Money | None
    operator: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What it costs now: `price` leaves the wallet, `amount` is what reaches the phone or, of a
    plan, the same; `rate` is empty in one currency."""

    operator: Operator
    amount: Money
    price: Money
    rate: str


class OperatorUnknown:
    """Nobody knows whose the number is: it must be said."""


class WrongCurrency:
    """The operator sells in another currency."""


@dataclass(frozen=True, slots=True)
class PriceNotSaid:
    """It is paid in another currency, so its price must have been said."""

    now: Quoted


class ReferenceTaken:
    """Another purchase has this client reference."""


Unwanted = OperatorUnknown | WrongCurrency | PlanGone | Refused
Purchased = (
    PurchaseRow | NotSpent | NotProved | FactorMissing | Unwanted | PriceNotSaid | ReferenceTaken
)


def quote(ctx: Context, caller: SubscriberCaller, wanted: Wanted) -> Offer | Unwanted:
    """What it costs; nothing is promised."""
    operator = _operator(ctx, wanted)
    if not isinstance(operator, Operator):
        return operator
    if wanted.amount is None:
        plan = plan_on_sale(ctx, operator.code, wanted.plan)
        return Offer(operator, plan.price, plan.price, "") if plan else PlanGone()
    if not is_airtime_of(operator.code, wanted.amount):
        return Refused(Refusal.NOT_SOLD_HERE)
    if wanted.amount.currency == caller.currency:
        return Offer(operator, wanted.amount, wanted.amount, "")
    origin = Origin(CHANNEL, "", _STEP, caller.msisdn)
    quoted = quote_abroad(ctx, origin, QuoteAbroad(wanted.amount, caller.currency))
    if isinstance(quoted, Refused):
        return quoted
    return Offer(operator, wanted.amount, quoted.price, quoted.rate)


def purchase(
    ctx: Context, caller: SubscriberCaller, session: str, turn: Turn, wanted: Wanted, pin: Secret,
    said: Money | None, client_reference: str | None, code: Code | None = None,
) -> Purchased:  # fmt: skip
    """Buy it for the PIN, once per session, for `said` at most. What isn't a PurchaseRow did
    nothing."""
    if turn.again and (before := _placed(ctx, caller, session)):
        return before
    operator = _operator(ctx, wanted)
    if not isinstance(operator, Operator):
        return operator
    request = _request(ctx, caller, wanted, operator, pin, said)
    if not isinstance(request, BuyAirtime | BuyData):
        return request
    if client_reference and not _named(ctx, caller, client_reference, session):
        return ReferenceTaken()
    origin = Origin(CHANNEL, session, _STEP, caller.msisdn, attempt=turn.attempt)
    reply = with_factor(
        ctx, origin, pin, _subject(request), code, lambda: _buy(ctx, origin, request)
    )
    if not isinstance(reply, OrderPlaced):
        return reply
    placed = _placed(ctx, caller, session)
    assert placed is not None  # noqa: S101 - it was placed
    return placed


def _buy(ctx: Context, origin: Origin, request: BuyAirtime | BuyData) -> OrderPlaced | NotSpent:
    if isinstance(request, BuyAirtime):
        return buy_airtime(ctx, origin, request, Door.API)
    return buy_data(ctx, origin, request, Door.API)


def _subject(request: BuyAirtime | BuyData) -> Subject:
    """What a code is for: the price that was said."""
    if isinstance(request, BuyAirtime):
        return Subject(Act.AIRTIME, request.price or request.amount, request.recipient)
    return Subject(Act.DATA, request.price, request.recipient)


def _operator(ctx: Context, wanted: Wanted) -> Operator | Unwanted:
    """Who sells it: the operator that was said, else the best known one of the number."""
    said, number = wanted.operator, wanted.recipient
    found = OPERATORS.get(said) if said else operator_of(ctx, number)
    if found is None:
        return OperatorUnknown()
    if found.country != country_of(number):
        return Refused(Refusal.NOT_SOLD_HERE)
    return found if found.currency == wanted.currency else WrongCurrency()


def _request(
    ctx: Context, caller: SubscriberCaller, wanted: Wanted, operator: Operator, pin: Secret,
    said: Money | None,
) -> BuyAirtime | BuyData | Unwanted | PriceNotSaid:  # fmt: skip
    if wanted.amount is not None:
        if wanted.amount.currency != caller.currency and said is None:
            offer = quote(ctx, caller, wanted)
            if not isinstance(offer, Offer):
                return offer
            return PriceNotSaid(Quoted(offer.price, offer.rate))
        return BuyAirtime(wanted.recipient, operator.code, wanted.amount, pin, said)
    price = said or _shown_lately(ctx, operator, wanted.plan)
    if price is None:
        return PlanGone()
    return BuyData(wanted.recipient, operator.code, wanted.plan, price, pin)


def _shown_lately(ctx: Context, operator: Operator, plan: str) -> Money | None:
    """The least that the plan cost while it may have been looked at; None when there is none."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        return catalogue.least_price(tx, operator.code, plan, now - _SHOWN_FOR, now)


def _named(ctx: Context, caller: SubscriberCaller, reference: str, session: str) -> bool:
    with ctx.db.statement() as tx:
        return api_purchases.name(
            tx, caller.name, reference, session, ctx.clock.now(), GIVEN_UP_AFTER
        )  # fmt: skip


def _placed(ctx: Context, caller: SubscriberCaller, session: str) -> PurchaseRow | None:
    with ctx.db.statement() as tx:
        return api_purchases.of_session(tx, caller.subscriber_id, AccountKind.WALLET, session)


def find_purchase(ctx: Context, caller: SubscriberCaller, reference: str) -> PurchaseRow | None:
    """The caller's purchase with this reference."""
    with ctx.db.statement() as tx:
        return api_purchases.find(tx, caller.subscriber_id, AccountKind.WALLET, reference)


def find_by_client_reference(
    ctx: Context, caller: SubscriberCaller, client_reference: str
) -> PurchaseRow | None:
    """The caller's purchase with this reference of the caller's own."""
    with ctx.db.statement() as tx:
        session = api_purchases.session_of(tx, caller.name, client_reference)
    return _placed(ctx, caller, session) if session else None


def purchases(
    ctx: Context, caller: SubscriberCaller, before_id: int | None, limit: int
) -> list[PurchaseRow]:
    """The caller's purchases by any channel, the newest first."""
    with ctx.db.statement() as tx:
        return api_purchases.page(tx, caller.subscriber_id, AccountKind.WALLET, before_id, limit)
