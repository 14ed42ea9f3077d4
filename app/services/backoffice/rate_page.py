"""Exchange rates as staff see them, and what another one would mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.db import rates
from app.db.approvals import ApprovalRow
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.rates import Rate
from app.services.backoffice.price_preview import change_bp
from app.services.backoffice.waiting_tickets import waiting_about
from app.services.context import Context
from app.services.set_rate import checked_rate, list_rates

_EXAMPLE_UNITS = 100
CURRENCIES = tuple(sorted(COUNTRY_CURRENCY.values()))


@dataclass(frozen=True, slots=True)
class RateLine:
    """`state`: valid, to_come, too_old, sample, or sample_valid where it is used for want of a
    rate."""

    rate: Rate
    state: str


@dataclass(frozen=True, slots=True)
class RatesPage:
    lines: Sequence[RateLine]
    tickets: Sequence[ApprovalRow]


@dataclass(frozen=True, slots=True)
class RatePreview:
    """`dated`: a beginning was asked for. `example` abroad costs the buyer `was` by the rate before
    (None: there is none) and `will` by the new one; `moved_bp`: by how much, in basis points."""

    rate: Rate
    dated: bool
    before: Rate | None
    example: Money
    was: Money | None
    will: Money
    moved_bp: int | None


def rates_page(ctx: Context) -> RatesPage:
    """Of each pair what is valid and what is to come."""
    lines = [
        RateLine(rate, said.replace(", ", "_").replace(" ", "_")) for rate, said in list_rates(ctx)
    ]
    return RatesPage(lines, waiting_about(ctx, "rate"))


def rate_preview(ctx: Context, detail: Mapping[str, object]) -> RatePreview:
    """`detail` as app.services.set_rate.rate_detail gives it. Raises StaffRefused for what can't be
    asked for."""
    rate = checked_rate(detail, ctx.clock.now())
    with ctx.db.statement() as tx:
        before = rates.in_force(tx, rate.base, rate.quote, rate.valid_from, samples=ctx.demo)
    example = Money.of_units(_EXAMPLE_UNITS, rate.quote)
    will = rate.sell(example).price
    was = before.sell(example).price if before else None
    return RatePreview(
        rate, bool(detail["from"]), before, example, was, will,
        change_bp(was, will) if was else None,
    )  # fmt: skip
