"""Money moved by SMS: at once with a PIN up to an amount, else after a code from the handset.

Whoever forges a sender never sees the code. It is looked at before the PIN, so that a forger can't
use up the owner's tries; a wish is kept without its PIN.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.db import outbox, sms_wishes
from app.db.engine import Transaction
from app.db.sms_wishes import WishRow
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.licences import WalletAct
from app.domain.requests import (
    BuyAirtime,
    BuyData,
    BuyFloat,
    CashIn,
    CodeIsWrong,
    Origin,
    Refusal,
    Refused,
    SendFloat,
    SendMoney,
    TooFast,
    WrongPin,
)
from app.domain.second_factor import needs_second_factor
from app.domain.secret import Secret
from app.domain.sms_rules import CODE_TRIES, CODES_AT_MOST, CODES_WITHIN
from app.domain.wishes import OF_AGENTS, Wish, WishKind
from app.services.buy_airtime import buy_airtime
from app.services.buy_data import buy_data
from app.services.cash_in import cash_in
from app.services.check_pin import Door
from app.services.code_guard import code_used
from app.services.context import Context
from app.services.move_float import buy_float, send_float
from app.services.send_money import send_money

WISH_CODE = "wish_code"
_SERVICES: Mapping[type, Callable[[Context, Origin, Any], object]] = {
    kind: partial(service, door=Door.SMS)
    for kind, service in (
        (BuyAirtime, buy_airtime), (BuyData, buy_data), (SendMoney, send_money),
        (CashIn, cash_in), (SendFloat, send_float), (BuyFloat, buy_float),
    )
}  # fmt: skip

_LICENSED: Mapping[WishKind, tuple[WalletAct, Refusal]] = {
    WishKind.SEND: (WalletAct.TRANSFER, Refusal.NOT_SENT_HERE),
    WishKind.CASH_IN: (WalletAct.CASH_IN, Refusal.NO_CASH_HERE),
}
"""What may be switched off, and what is said then, before a code is sent for nothing."""


class CodeSent:
    """An SMS with a code is on its way to the handset."""


class NothingOpen:
    """No wish waits for a code."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The code was right; `reply` is what the service says to the wish."""

    wish: Wish
    reply: object


def have_done(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, wish: Wish, pin: Secret | None
) -> object:
    """What the service replies, or CodeSent. Above the country's amount a second factor is wanted,
    which can't be given by SMS."""
    if subscriber.blocked:
        return Refused(Refusal.BLOCKED)
    if subscriber.must_change_pin:
        return Refused(Refusal.MUST_CHANGE_PIN)
    if wish.kind in OF_AGENTS and not subscriber.is_agent:
        return Refused(Refusal.NOT_AN_AGENT)
    act, refusal = _LICENSED.get(wish.kind, (None, None))
    if act and refusal and not ctx.may(act, subscriber.country):
        return Refused(refusal)
    today = day_of(ctx.clock.now(), subscriber.country)
    if not subscriber.limits_exempt and needs_second_factor(wish.amount, subscriber.country, today):
        return Refused(Refusal.NEEDS_SECOND_FACTOR)
    if pin is None or ctx.sms.wants_code(wish.amount):
        return _send_code(ctx, origin, subscriber, wish)
    return _do(ctx, origin, wish, pin)


def confirm(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, code: Secret, pin: Secret
) -> Confirmed | CodeIsWrong | NothingOpen:
    """Do what waits for this code, once. After a wrong PIN it waits again."""
    with ctx.db.transaction() as tx:
        taken = _take(ctx, tx, origin, subscriber, code)
    if not isinstance(taken, WishRow):
        return taken
    reply = _do(ctx, origin, taken.wish, pin)
    if isinstance(reply, WrongPin):
        with ctx.db.transaction() as tx:
            sms_wishes.one_at_a_time(tx, subscriber.id)
            sms_wishes.give_back(tx, origin, subscriber.id)
    return Confirmed(taken.wish, reply)


def code_of_wish(ctx: Context, params: Mapping[str, Any]) -> Secret:
    """The code that an SMS of kind WISH_CODE says; it stands nowhere in the database."""
    return ctx.factors.wishes.code(params["channel"], params["session"])


def _do(ctx: Context, origin: Origin, wish: Wish, pin: Secret) -> object:
    request = wish.granted(pin)
    return _SERVICES[type(request)](ctx, origin, request)


def _take(
    ctx: Context, tx: Transaction, origin: Origin, subscriber: SubscriberRow, code: Secret
) -> WishRow | CodeIsWrong | NothingOpen:
    now = ctx.clock.now()
    sms_wishes.one_at_a_time(tx, subscriber.id)
    before = sms_wishes.taken_by(tx, origin, subscriber.id)
    if before is not None:
        return before
    left = sms_wishes.wrong_before(tx, origin)
    if left is not None:
        return CodeIsWrong(left)
    waits = sms_wishes.open_of(tx, subscriber.id, now)
    if waits is None:
        return NothingOpen()
    digest = ctx.factors.wishes.digest(waits.channel, waits.session, code)
    if not hmac.compare_digest(digest, waits.digest):
        return CodeIsWrong(sms_wishes.count_wrong(tx, waits.id, origin, CODE_TRIES))
    if not sms_wishes.take(tx, waits.id, digest, origin, now):
        return NothingOpen()
    code_used(ctx, tx, subscriber.msisdn)
    return waits


def _send_code(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, wish: Wish
) -> CodeSent | TooFast:
    """Once per SMS that wants it; a wish that was open before is void."""
    now, codes = ctx.clock.now(), ctx.factors.wishes
    since, until = now - CODES_WITHIN, now + ctx.sms.code_lasts
    with ctx.db.transaction() as tx:
        sms_wishes.one_at_a_time(tx, subscriber.id)
        if sms_wishes.of_sms(tx, origin) is not None:
            return CodeSent()
        before = sms_wishes.nth_latest(tx, subscriber.id, CODES_AT_MOST, since)
        if before is not None:
            return TooFast(before + CODES_WITHIN)
        code = codes.code(origin.channel, origin.session)
        digest = codes.digest(origin.channel, origin.session, code)
        sms_wishes.open_(tx, origin, subscriber.id, wish, digest, now, until)
        params = {
            "channel": origin.channel, "session": origin.session, "wish": str(wish.kind),
            "amount_minor": wish.amount.amount_minor, "currency": wish.amount.currency,
            "recipient": wish.recipient, "operator": wish.operator, "product": wish.product,
            "until": until.isoformat(), "country": subscriber.country,
        }  # fmt: skip
        outbox.queue_sms(
            tx, subscriber.msisdn, WISH_CODE, subscriber.language, params,
            dedupe_key=f"{WISH_CODE}:{origin.channel}:{origin.session}",
        )  # fmt: skip
    ctx.nudge()
    return CodeSent()
