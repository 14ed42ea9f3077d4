"""How the business is doing: one consistent picture, from counts that are kept in the background.

What it costs doesn't grow with the number of orders: it reads hours, not orders.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter

from app.db import funnel, order_hours, providers, sms_limits
from app.db.engine import Transaction
from app.db.order_hours import Ended, Open
from app.db.providers import FloatRow
from app.domain.days import day_of
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY, operators_in
from app.domain.orders import OrderState
from app.domain.periods import Period, Span, before, span_of, whole_hours
from app.domain.sales import Sales
from app.domain.sms import SmsCost
from app.services.backoffice.tasks import Waits, waiting
from app.services.context import Context
from app.services.sms_context import SmsContext

_A_DAY = timedelta(days=1)
_ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only"


@dataclass(frozen=True, slots=True)
class View:
    """What a dashboard is asked for; `country` is one where subscribers live, or empty for all;
    `zone` the viewer's (an IANA name)."""

    period: Period
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open orders of a state."""

    state: OrderState
    orders: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """An hour or a day of the period."""

    at: datetime
    sales: Sales


@dataclass(frozen=True, slots=True)
class Change:
    """What was delivered in the period's whole hours, and in the same hours before."""

    amount: Money
    before: Money
    orders: int
    orders_before: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Of the sessions on USSD, how many got to one of these screens."""

    screens: tuple[str, ...]
    sessions: int


@dataclass(frozen=True, slots=True)
class LeftAt:
    """Sessions that ended on a screen that isn't an end."""

    screen: str
    reached: int
    left: int


@dataclass(frozen=True, slots=True)
class Funnel:
    sessions: int
    stages: Sequence[Stage]
    left_at: Sequence[LeftAt]


@dataclass(frozen=True, slots=True)
class SmsLine:
    """Parts sent to a country on its own day that it is, and what gateways say they cost; `cap` is
    None where there is none."""

    country: str
    day: date
    parts: int
    cap: int | None
    costs: Sequence[SmsCost]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The picture of one moment."""

    at: datetime
    view: View
    span: Span
    total: Sales
    steps: Sequence[Step]
    changes: Sequence[Change]
    by_operator: Mapping[str, Sales]
    by_channel: Mapping[str, Sales]
    by_kind: Mapping[str, Sales]
    open_orders: Sequence[Waiting]
    floats: Sequence[FloatRow]
    funnel: Funnel
    sms: Sequence[SmsLine]
    tasks: Sequence[Waits] = field(default_factory=list)


STAGES = (
    ("home",), ("buy.confirm", "data.confirm"), ("buy.pin", "data.pin"),
    ("buy.placed", "data.placed"),
)  # fmt: skip
"""Screens of a purchase, airtime's and data's together."""
_ENDS = frozenset({"buy.placed", "data.placed"})
_LEFT_SHOWN = 6


def dashboard(ctx: Context, sms: SmsContext, view: View) -> Dashboard:
    """Everything on it, of one moment of the database."""
    now, currency = ctx.clock.now(), COUNTRY_CURRENCY.get(view.country, "")
    span = span_of(view.period, now, view.zone)
    with ctx.db.transaction() as tx:
        tx.run(_ONE_SNAPSHOT)
        ended = order_hours.ended(tx, span, currency)
        return Dashboard(
            now, view, span, _total(ended), _steps(ended, span),
            _changes(tx, view, span, now, currency), _split(ended, "operator"),
            _split(ended, "channel"), _split(ended, "kind"),
            _open(order_hours.open_now(tx, currency)), providers.floats(tx),
            _funnel(tx, span, view.country), _sms(tx, sms, view.country, now), waiting(tx, now),
        )  # fmt: skip


def _total(ended: Iterable[Ended]) -> Sales:
    return _sum(row for row in ended if row.at is not None)


def _steps(ended: Iterable[Ended], span: Span) -> list[Step]:
    """Each step of the period, those in which nothing was sold too."""
    steps = {at: Sales() for at in span.steps()}
    for row in ended:
        if row.at is not None:
            _add(steps.setdefault(row.at, Sales()), row)
    return [Step(at, steps[at]) for at in sorted(steps)]


def _split(ended: Iterable[Ended], by: str) -> dict[str, Sales]:
    """The most delivered first."""
    split: dict[str, Sales] = {}
    for row in ended:
        if (name := getattr(row, by)) is not None:
            _add(split.setdefault(name, Sales()), row)
    return dict(sorted(split.items(), key=lambda one: (-one[1].outcomes["delivered"], one[0])))


def _sum(rows: Iterable[Ended]) -> Sales:
    sales = Sales()
    for row in rows:
        _add(sales, row)
    return sales


def _add(sales: Sales, row: Ended) -> None:
    sales.add(row.outcome, row.within_ms, row.orders, Money(row.minor, row.currency))


def _changes(tx: Transaction, view: View, span: Span, now: datetime, currency: str) -> list[Change]:
    """By currency; none in the first hour of a day."""
    these = whole_hours(span, now)
    if these.begins == these.ends:
        return []
    after = order_hours.delivered(tx, these, currency)
    earlier = order_hours.delivered(tx, before(these, view.period), currency)
    found = []
    for one in sorted(after.keys() | earlier.keys()):
        none = 0, Money(0, one)
        (orders, amount), (orders_before, amount_before) = (
            after.get(one, none), earlier.get(one, none),
        )  # fmt: skip
        found.append(Change(amount, amount_before, orders, orders_before))
    return found


def _open(rows: Iterable[Open]) -> list[Waiting]:
    """By state, the longest waiting first."""
    found: dict[OrderState, Waiting] = {}
    for row in rows:
        known = found.get(row.state, Waiting(row.state, 0, row.oldest))
        found[row.state] = Waiting(
            row.state, known.orders + row.orders, min(known.oldest, row.oldest)
        )
    return sorted(found.values(), key=attrgetter("oldest"))


def _funnel(tx: Transaction, span: Span, country: str) -> Funnel:
    """As it was counted last, a minute ago at most. Every session reaches a screen, and is left at
    one once it is over: the larger of both is how many there were."""
    sims = {code for operator in operators_in(country) for code in operator.network_codes}
    rows = funnel.folded(tx, span.begins, span.ends, sims if country else None)
    reached = {screen: count for screen, count, _ in rows}
    over = sum(left for _, _, left in rows)
    unfinished = (LeftAt(*row) for row in rows if row[2] and row[0] not in _ENDS)
    return Funnel(
        max(over, *reached.values(), 0) if rows else 0,
        [Stage(screens, sum(reached.get(one, 0) for one in screens)) for screens in STAGES],
        sorted(unfinished, key=lambda one: (-one.left, one.screen))[:_LEFT_SHOWN],
    )


def _sms(tx: Transaction, sms: SmsContext, country: str, now: datetime) -> list[SmsLine]:
    """Each country to which anything was sent on the day that it is there."""
    since = (now - _A_DAY).date()
    costs: dict[str, list[SmsCost]] = {}
    for one, day, cost in sms_limits.costs_by_country(tx, since):
        if day == day_of(now, one):
            costs.setdefault(one, []).append(cost)
    return [
        SmsLine(one, day, parts, sms.rules.most_parts(one), costs.get(one, []))
        for one, day, parts in sms_limits.parts_by_country(tx, since)
        if day == day_of(now, one) and country in {"", one}
    ]
