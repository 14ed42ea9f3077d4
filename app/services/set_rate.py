"""Exchange rates for sales abroad: one member of staff asks, another approves, and the rate is
added for good. It begins when it was asked for, but never before it was approved."""

from collections.abc import Mapping
from datetime import datetime

from app.db import rates
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.errors import BadRate
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.rates import Rate, parse_rate
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused


def ask_rate(
    ctx: Context, base: str, quote: str, rate: str, margin_bp: int, begins: datetime | None,
    reason: str, actor: str, key: str | None = None,
) -> str:  # fmt: skip
    """Ask that from `begins` on (None: as soon as it is approved), one unit of `base` is worth
    `rate` units of `quote`, and buyers pay `margin_bp` hundredths of a per cent more; the ticket.
    Raises StaffRefused."""
    detail = rate_detail(base, quote, rate, margin_bp, begins)
    checked_rate(detail, ctx.clock.now())
    with ctx.db.transaction() as tx:
        return ask_approval(ctx, tx, "rate", detail, reason, actor, key)


def rate_detail(
    base: str, quote: str, rate: str, margin_bp: int, begins: datetime | None
) -> dict[str, object]:
    """What is asked for, as the ticket keeps it."""
    return {
        "base": base, "quote": quote, "rate": rate, "margin_bp": margin_bp,
        "from": begins.isoformat() if begins else "",
    }  # fmt: skip


def set_rate(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Add a rate that was approved; its name."""
    now = ctx.clock.now()
    return f"rate:{rates.add(tx, checked_rate(approval.detail, now), approval.ticket, now)}"


def list_rates(ctx: Context) -> list[tuple[Rate, str]]:
    """Of each pair the newest rate, the newest sample and what is to come, each with what it is:
    `valid`, `to come`, `too old`, or `sample` (`sample, valid` where it is used for want of a
    rate)."""
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        found = rates.known(tx, now)
    ours = {(rate.base, rate.quote) for rate in found
            if not rate.sample and rate.valid_from <= now}  # fmt: skip
    return [(rate, _standing(ctx, rate, now, ours)) for rate in found]


def _standing(ctx: Context, rate: Rate, now: datetime, ours: set[tuple[str, str]]) -> str:
    if rate.valid_from > now:
        return "to come"
    if rate.sample:
        used = ctx.demo and (rate.base, rate.quote) not in ours
        return "sample, valid" if used else "sample"
    if ctx.rate_max_age and now > rate.valid_from + ctx.rate_max_age:
        return "too old"
    return "valid"


def checked_rate(detail: Mapping[str, object], now: datetime) -> Rate:
    """The rate as it would be added now. Raises StaffRefused for one that can't be."""
    base, quote, begins = (str(detail[name]) for name in ("base", "quote", "from"))
    if not {base, quote} <= set(COUNTRY_CURRENCY.values()):
        raise StaffRefused(f"we sell in {', '.join(sorted(COUNTRY_CURRENCY.values()))}")
    try:
        return Rate(
            base, quote, parse_rate(str(detail["rate"])), int(str(detail["margin_bp"])),
            max(datetime.fromisoformat(begins) if begins else now, now),
        )  # fmt: skip
    except BadRate as bad:
        raise StaffRefused(str(bad)) from None
