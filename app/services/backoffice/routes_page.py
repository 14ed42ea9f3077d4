"""Routes as staff see them: providers, operators, and how an order would go from here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.db import products, providers, route_pages, route_rules, routes
from app.db.providers import ProviderRow
from app.db.route_rules import MaintenanceRow, RuleRow
from app.db.routes import CandidateRow, SeenRow
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.operators import OPERATORS, Operator
from app.domain.products import ProductKind
from app.domain.routing import Route, Standing, score
from app.services.choose_route import route_of
from app.services.vending_context import VendingContext

_MOST_PRODUCTS = 500
_BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Lately:
    """What a provider answered in the last minutes: `failures` of its own, and how long half of
    the answers took at most, with the slowest operator."""

    answers: int = 0
    failures: int = 0
    median_ms: int = 0

    @property
    def success_bp(self) -> int | None:
        if not self.answers:
            return None
        return (self.answers - self.failures) * _BASIS_POINTS // self.answers


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """`state`: in_use or stopped; `alarm` and `stop` are of its float; `questions`: how many are
    open to the vendor; `open_breakers`: (operator, until)."""

    name: str
    state: str
    row: ProviderRow | None
    lately: Lately
    questions: int
    open_breakers: Sequence[tuple[str, datetime]]

    @property
    def float_(self) -> Money | None:
        return self.row.float_ if self.row else None

    @property
    def alarm(self) -> Money | None:
        return self._limit(self.row.alarm_minor) if self.row else None

    @property
    def stop(self) -> Money | None:
        return self._limit(self.row.stop_minor) if self.row else None

    def _limit(self, minor: int) -> Money | None:
        return Money(minor, self.float_.currency) if self.float_ else None


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """`state`: on_sale, stopped, or withdrawn: nobody in use sells it. `stopped`: the kinds that
    staff stopped everywhere."""

    operator: Operator
    state: str
    sellers: Sequence[str]
    stopped: Sequence[RuleRow]


@dataclass(frozen=True, slots=True)
class RoutesPage:
    providers: Sequence[ProviderLine]
    operators: Sequence[OperatorLine]
    maintenance: Sequence[MaintenanceRow]
    minutes: int
    live: bool


@dataclass(frozen=True, slots=True)
class BreakerLine:
    """`until`: when an open one lets orders through again; `by_staff`: it was opened by hand."""

    operator: str
    standing: Standing
    failures: int
    lately: Lately
    until: datetime | None
    by_staff: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be confirmed with the vendor."""

    item: str
    text: str
    answered: bool


@dataclass(frozen=True, slots=True)
class ProviderPage:
    line: ProviderLine
    breakers: Sequence[BreakerLine]
    questions: Sequence[Question]
    maintenance: Sequence[MaintenanceRow]
    minutes: int


@dataclass(frozen=True, slots=True)
class WouldBe:
    """An order that might be placed."""

    product: str
    amount: Money
    price: Money


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider as the order would see it: `against` says why it can't be used; `chance`: how many
    of a hundred such orders would go there first."""

    row: CandidateRow
    route: Route
    against: str
    score: int
    chance: int
    rule: RuleRow


@dataclass(frozen=True, slots=True)
class OperatorPage:
    """`products` may be chosen (code -> price; airtime: None); `fixed`: the order of providers that
    a setting fixes, which goes before everything that staff set."""

    line: OperatorLine
    kind: ProductKind
    sale: WouldBe
    products: Mapping[str, Money | None]
    candidates: Sequence[Candidate]
    fixed: Sequence[str]
    closed: RuleRow | None = field(default=None)


def routes_page(ctx: VendingContext) -> RoutesPage:
    """Every provider in use, every operator of which something is known, windows ahead."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        answered = {name: route_rules.answered_items(tx, name) for name in ctx.providers}
        seen = routes.seen_in(tx, now, ctx.standings.window)
        lines = _providers(
            ctx, providers.all_states(tx), routes.open_breakers(tx, now), seen, answered
        )
        operators = _operators(ctx, route_pages.sellers(tx), route_rules.closed_everywhere(tx))
        ahead = route_rules.maintenance_ahead(tx, now)
    return RoutesPage(lines, operators, ahead, _minutes(ctx), ctx.live)


def provider_page(ctx: VendingContext, name: str) -> ProviderPage | None:
    """None when there is no such provider in use."""
    if name not in ctx.providers:
        return None
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        seen = routes.seen_in(tx, now, ctx.standings.window)
        answered = route_rules.answered_items(tx, name)
        [line] = (
            one
            for one in _providers(
                ctx, providers.all_states(tx), routes.open_breakers(tx, now), seen,
                {name: answered},
            )
            if one.name == name
        )  # fmt: skip
        breakers = route_pages.breakers_of(tx, name)
        ahead = route_rules.maintenance_ahead(tx, now)
    lately = {one.operator: _lately([one]) for one in seen if one.provider == name}
    return ProviderPage(
        line,
        [
            BreakerLine(
                one.operator, one.standing, one.failures, lately.get(one.operator, Lately()),
                max((at for at in (one.open_until, one.held_until) if at and at > now),
                    default=None),
                one.held_until is not None and one.held_until > now,
            )
            for one in breakers
        ],
        [Question(item, text, item in answered)
         for item, text in ctx.open_items.get(name, {}).items()],
        [one for one in ahead if one.provider == name], _minutes(ctx),
    )  # fmt: skip


def operator_page(
    ctx: VendingContext, operator: str, product: str, amount: Money | None
) -> OperatorPage | None:
    """How an order of this product would go now; `amount` is of airtime. None for an operator or a
    product that we don't know."""
    found = OPERATORS.get(operator)
    if found is None:
        return None
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        known = {
            row.code: row.price
            for row in products.products_of(tx, operator, list(ctx.providers), now, _MOST_PRODUCTS)
        }
        if product not in known:
            return None
        price = known[product] or amount or found.airtime_min
        kind = ProductKind.AIRTIME if product == AIRTIME else ProductKind.DATA
        sale = WouldBe(product, price, price)
        rows = routes.candidates(tx, operator, product, kind, now)
        rules = {(one.kind, one.provider): one for one in route_rules.rules_of(tx, operator)}
        [line] = _operators(
            ctx, [pair for pair in route_pages.sellers(tx) if pair[0] == operator],
            route_rules.closed_everywhere(tx), [operator],
        )  # fmt: skip
    return OperatorPage(
        line,
        kind,
        sale,
        known,
        _candidates(ctx, sale, rows, rules, operator, kind, now),
        ctx.order,
        rules.get((kind.value, "")),
    )


def _candidates(
    ctx: VendingContext, sale: WouldBe, rows: Sequence[CandidateRow],
    rules: Mapping[tuple[str, str], RuleRow], operator: str, kind: ProductKind, now: datetime,
) -> list[Candidate]:  # fmt: skip
    seen = [
        (row, route_of(ctx, sale, row, [], now))
        for row in rows
        if row.offer.provider in ctx.providers
    ]
    chances = _chances([route for _, route in seen])
    return [
        Candidate(
            row,
            route,
            route.unfit.value if route.unfit else "",
            score(route),
            chances.get(route.provider, 0),
            rules.get((kind.value, route.provider), RuleRow(operator, kind.value, route.provider)),
        )
        for row, route in seen
    ]


def _chances(seen: Sequence[Route]) -> dict[str, int]:
    """As app.domain.routing.choose would draw: in a fixed order the first, else by the scores."""
    usable = [route for route in seen if route.unfit is None]
    ranked = [route for route in usable if route.rank is not None]
    if ranked:
        return {min(ranked, key=lambda route: route.rank or 0).provider: 100}
    whole = sum(score(route) for route in usable)
    return {route.provider: round(score(route) * 100 / whole) for route in usable}


def _providers(
    ctx: VendingContext, states: Mapping[str, ProviderRow],
    breakers: Sequence[tuple[str, str, datetime]], seen: Sequence[SeenRow],
    answered: Mapping[str, frozenset[str]],
) -> list[ProviderLine]:  # fmt: skip
    lines = []
    for name in ctx.providers:
        row = states.get(name)
        lines.append(ProviderLine(
            name, "stopped" if row and row.stopped_code else "in_use", row,
            _lately([one for one in seen if one.provider == name]),
            len(ctx.open_items.get(name, {}).keys() - answered.get(name, frozenset())),
            [(operator, until) for provider, operator, until in breakers if provider == name],
        ))  # fmt: skip
    return lines


def _operators(
    ctx: VendingContext, pairs: Sequence[tuple[str, str]], stopped: Sequence[RuleRow],
    names: Sequence[str] = (),
) -> list[OperatorLine]:  # fmt: skip
    lines = []
    for name in names or dict.fromkeys(one for one, _ in pairs if one in OPERATORS):
        selling = [by for one, by in pairs if one == name and by in ctx.providers]
        kinds = [rule for rule in stopped if rule.operator == name]
        state = "stopped" if kinds else "on_sale" if selling else "withdrawn"
        lines.append(OperatorLine(OPERATORS[name], state, selling, kinds))
    return lines


def _lately(seen: Sequence[SeenRow]) -> Lately:
    return Lately(
        sum(one.answers for one in seen), sum(one.failures for one in seen),
        max((one.median_ms for one in seen), default=0),
    )  # fmt: skip


def _minutes(ctx: VendingContext) -> int:
    return int(ctx.standings.window.total_seconds()) // 60
