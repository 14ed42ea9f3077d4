"""Probe vending providers: keep their float, bring stopped ones back when they answer well."""

from datetime import timedelta

from app.db import breaks, providers, routes
from app.db.engine import Transaction
from app.domain.money import Money
from app.domain.outcomes import Misconfigured
from app.security.audit import Entry, append
from app.services.settle_order import SOLD_UNVALIDATED
from app.services.vending_context import VendingContext

PROBE_EVERY = timedelta(seconds=30)
BY_STAFF = "staff"


class NoSuchProvider(Exception):
    """No provider of this name is configured."""


def probe_provider(ctx: VendingContext, name: str) -> None:
    """Ask for its balance; staff get a task when it has got low. A provider that sold unasked, or
    that staff stopped, stays stopped."""
    answer = ctx.providers[name].probe()
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        providers.probed(tx, name, answer if isinstance(answer, Money) else None, now)
        low = providers.float_got_low(tx, name, now)
        if low is not None:
            detail = {"provider": name, "left_minor": low.amount_minor, "currency": low.currency}
            breaks.open_(tx, "low_float", detail, now)
        state = providers.all_states(tx).get(name)
        stopped = state.stopped_code if state else None
        if isinstance(answer, Misconfigured):
            providers.stop(tx, name, answer.code, "system", now)
        elif isinstance(answer, Money) and answer.amount_minor > 0:
            if stopped not in {None, SOLD_UNVALIDATED, BY_STAFF}:
                providers.start(tx, name)
            routes.heard_well(tx, name)


def start_provider(ctx: VendingContext, name: str, actor: str, reason: str) -> bool:
    """Staff: route to it again; False when it wasn't stopped. Raises NoSuchProvider."""
    _known(ctx, name)
    with ctx.db.transaction() as tx:
        before = _stopped_for(tx, name)
        if not providers.start(tx, name):
            return False
        _tell(ctx, tx, "provider.start", name, actor, reason, before, None)
        return True


def stop_provider(ctx: VendingContext, name: str, actor: str, reason: str) -> bool:
    """Staff: route nothing to it until it is started, also when it had stopped by itself and would
    have come back by itself; False when staff had stopped it before. Raises NoSuchProvider."""
    _known(ctx, name)
    with ctx.db.transaction() as tx:
        before = _stopped_for(tx, name)
        if not providers.stop_over(tx, name, BY_STAFF, actor, ctx.clock.now()):
            return False
        _tell(ctx, tx, "provider.stop", name, actor, reason, before, BY_STAFF)
        return True


def _stopped_for(tx: Transaction, name: str) -> str | None:
    state = providers.all_states(tx).get(name)
    return state.stopped_code if state else None


def _tell(
    ctx: VendingContext, tx: Transaction, act: str, name: str, actor: str, reason: str,
    before: str | None, after: str | None,
) -> None:  # fmt: skip
    append(tx, Entry(
        ctx.clock.now(), actor, act, name, {"reason": reason}, before={"stopped": before},
        after={"stopped": after},
    ))  # fmt: skip


def _known(ctx: VendingContext, name: str) -> None:
    if name not in ctx.providers:
        raise NoSuchProvider(name)


def list_providers(ctx: VendingContext) -> list[str]:
    """A line per provider, and one for each of its open breakers."""
    with ctx.db.statement() as tx:
        states = providers.all_states(tx)
    with ctx.db.statement() as tx:
        breakers = routes.open_breakers(tx, ctx.clock.now())
    lines = []
    for name in ctx.providers:
        state = states.get(name)
        stopped = state.stopped_code if state else None
        lines.append(f"{name}: stopped ({stopped})" if stopped else f"{name}: in use")
        lines += [
            f"{name}: breaker open for {operator} until {until:%H:%M:%S} UTC"
            for provider, operator, until in breakers
            if provider == name
        ]
    return lines
