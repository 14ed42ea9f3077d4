"""Whether a due SMS goes now, and through which gateway: one transaction, before it leaves."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.db import breaks, sms_gateways, sms_limits
from app.db.engine import Transaction
from app.db.mt_sms import MtRow
from app.domain.code_guard import PREFIX
from app.domain.days import day_of, next_midnight
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.sms import SmsClass, quiet_until
from app.domain.sms_gateways import Standing, draw
from app.services.code_guard import may_send_code
from app.services.sms_context import SmsContext
from menus.texts.kinds import CODES, ON_REQUEST, class_of

TRIES_WITH_ONE = 5
"""After an answer was lost, so many tries go to the same gateway, about a minute: another one would
send a second SMS for certain if the first one is only slow to say that it sent it."""
_ALL_STOPPED_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Go:
    """To the first of these gateways; to the next at once whenever one doesn't take it."""

    gateways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    until: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Never:
    code: str


Decision = Go | Wait | Never


def decide_sms(ctx: SmsContext, tx: Transaction, row: MtRow, parts: int) -> Decision:
    """What becomes of it. An SMS that goes is counted, once however often it is tried."""
    now, country = ctx.services.clock.now(), country_of(row.msisdn)
    transactional = class_of(row.kind) is SmsClass.TRANSACTIONAL
    unwanted = None if transactional else _unwanted(ctx, row, country, now)
    if unwanted is not None:
        return unwanted
    way = _way(ctx, tx, row, country, now)
    if not isinstance(way, Go) or row.counted:
        return way
    if row.kind in ON_REQUEST and not _asked_within_reason(ctx, tx, row, country, now):
        return Never("asked_too_often")
    code = row.kind in CODES
    kept_back = may_send_code(ctx.services, tx, row.msisdn) if code else ""
    if kept_back:
        return Never(kept_back)
    if not _within_cap(ctx, tx, country, parts, now, always=transactional and not code):
        # A code is for now: tomorrow nobody waits for it.
        return Never("over_cap") if code else Wait(next_midnight(now, country), "over_cap")
    return way


def _unwanted(ctx: SmsContext, row: MtRow, country: str, now: datetime) -> Decision | None:
    """Why an SMS that isn't transactional doesn't go now."""
    if row.opted_out:
        return Never("opted_out")
    if row.refused_by:
        return Never("do_not_disturb")
    hours = ctx.rules.quiet(country)
    until = quiet_until(now, country, hours) if hours else None
    return Wait(until, "quiet_hours") if until else None


def _way(ctx: SmsContext, tx: Transaction, row: MtRow, country: str, now: datetime) -> Decision:
    reaching = [name for name in ctx.names if ctx.rules.reaches(name, country)]
    if not reaching:
        return Never("no_gateway")
    usable = [one for one in sms_gateways.standings(tx, reaching) if not one.stopped]
    if not usable:
        return Wait(now + _ALL_STOPPED_FOR, "gateways_stopped")
    stays = [one.name for one in usable if one.name == row.lost_by]
    if stays and row.tries < TRIES_WITH_ONE:
        return Go((stays[0],))
    willing = [one for one in usable if one.name not in row.refused_by]
    return Go(_in_order(willing or usable, row))


def _in_order(standings: list[Standing], row: MtRow) -> tuple[str, ...]:
    """All of them, each drawn among those that are left: the same for the same SMS and try."""
    left = list(standings)
    order: list[str] = []
    while left:
        digest = hashlib.sha256(f"{row.id}:{row.tries}:{len(order)}".encode()).digest()
        drawn = draw(left, int.from_bytes(digest[:6], "big") / 2**48)
        left.remove(drawn)
        order.append(drawn.name)
    return tuple(order)


def _asked_within_reason(
    ctx: SmsContext, tx: Transaction, row: MtRow, country: str, now: datetime
) -> bool:
    """Prefixes and countries only count numbers of nobody we know: that is where SMS are pumped."""
    rules = ctx.rules
    guards = [("number", str(row.msisdn), rules.per_number)]
    if not row.registered:
        guards.append(("prefix", row.msisdn[:PREFIX], rules.per_prefix))
        if country not in COUNTRY_CURRENCY:
            guards.append(("country", country, rules.per_country))
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return all(sms_limits.ask(tx, guard, subject, hour, most) for guard, subject, most in guards)


def _within_cap(
    ctx: SmsContext, tx: Transaction, country: str, parts: int, now: datetime, *, always: bool
) -> bool:
    """`always`: it goes whatever the cap; staff hear of the day's first that goes over it."""
    cap, day = ctx.rules.most_parts(country), day_of(now, country)
    spent = sms_limits.add_parts(tx, country, day, parts, None if always else cap)
    if spent is None:
        return False
    if cap is not None and spent - parts <= cap < spent:
        detail = {"country": country, "day": str(day), "cap": cap}
        breaks.open_(tx, "sms_over_cap", detail, now)
    return True
