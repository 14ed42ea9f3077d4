"""What staff see of SMS gateways and of what SMS cost, and how they stop and start a gateway."""

from dataclasses import dataclass
from datetime import timedelta

from app.db import sms_gateways, sms_limits
from app.db.sms_limits import TurnedAway
from app.domain.sms_gateways import Standing
from app.security.audit import Entry, append
from app.services.sms_context import SmsContext

_LOOK_BACK = timedelta(days=1)


class NoSuchGateway(Exception):
    """No SMS gateway of this name is in use."""


@dataclass(frozen=True, slots=True)
class GatewayLine:
    """A gateway as staff see it. `reach`: countries, None for everywhere; `why`: why its weight is
    what it is, or who stopped it."""

    standing: Standing
    reach: frozenset[str] | None
    why: str


@dataclass(frozen=True, slots=True)
class Spent:
    """Parts handed over to a country on its day; `cap`: None where there is none."""

    country: str
    day: str
    parts: int
    cap: int | None


def list_sms_gateways(ctx: SmsContext) -> list[GatewayLine]:
    """In the operator's order."""
    with ctx.services.db.transaction() as tx:
        standings, why = sms_gateways.standings(tx, ctx.names), sms_gateways.reasons(tx)
    return [
        GatewayLine(one, ctx.rules.reach.get(one.name), why.get(one.name, ""))
        for one in standings
    ]  # fmt: skip


def stop_sms_gateway(ctx: SmsContext, name: str, actor: str, reason: str) -> None:
    """Nothing goes through it until it is started. Raises NoSuchGateway."""
    now = _known(ctx, name).services.clock.now()
    with ctx.services.db.transaction() as tx:
        append(tx, Entry(now, actor, "sms_gateway.stop", name, {"reason": reason}))
        sms_gateways.stop(tx, name, actor, now)


def start_sms_gateway(ctx: SmsContext, name: str, actor: str, reason: str) -> None:
    """In use again, with its full share. Raises NoSuchGateway."""
    now = _known(ctx, name).services.clock.now()
    with ctx.services.db.transaction() as tx:
        append(tx, Entry(now, actor, "sms_gateway.start", name, {"reason": reason}))
        sms_gateways.start(tx, name, actor, now)


def spent(ctx: SmsContext) -> list[Spent]:
    """Today's parts and yesterday's, by country."""
    since = (ctx.services.clock.now() - _LOOK_BACK).date()
    with ctx.services.db.statement() as tx:
        rows = sms_limits.parts_by_country(tx, since)
    return [
        Spent(country, str(day), parts, ctx.rules.most_parts(country))
        for country, day, parts in rows
    ]  # fmt: skip


def turned_away(ctx: SmsContext) -> list[TurnedAway]:
    """What guards against flooding and pumping kept back in the last day."""
    with ctx.services.db.statement() as tx:
        return sms_limits.turned_away(tx, ctx.services.clock.now() - _LOOK_BACK)


def _known(ctx: SmsContext, name: str) -> SmsContext:
    if name not in ctx.names:
        raise NoSuchGateway(name)
    return ctx
