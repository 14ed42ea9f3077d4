"""What airtime in another country costs: the rate that is valid now."""

from app.db import rates
from app.domain.money import Money
from app.domain.rates import SaleAbroad
from app.domain.requests import Origin, QuoteAbroad, Quoted, Refusal, Refused
from app.services.context import Context


def quote_abroad(ctx: Context, _: Origin, request: QuoteAbroad) -> Quoted | Refused:
    """Price and rate for the confirm screen; nothing is promised: the price is worked out again
    when it is bought."""
    sale = sale_abroad(ctx, request.amount, request.currency)
    return quoted(sale) if sale else Refused(Refusal.NO_RATE)


def sale_abroad(ctx: Context, amount: Money, currency: str) -> SaleAbroad | None:
    """The sale at the rate that is valid now; None without one that is good. Samples are good in
    demo mode only, and no rate for longer than `ctx.rate_max_age`."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        rate = rates.in_force(tx, currency, amount.currency, now, samples=ctx.demo)
    if rate is None or (ctx.rate_max_age and now > rate.valid_from + ctx.rate_max_age):
        return None
    return rate.sell(amount)


def quoted(sale: SaleAbroad) -> Quoted:
    return Quoted(sale.price, sale.rate.shown())
