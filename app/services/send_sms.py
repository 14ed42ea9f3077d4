"""Send a queued SMS: decide and claim it, commit, hand it over with no transaction open, record the
answer.

At least one is sent: a second one only when a sender died, or an answer was lost, between sending
and recording, and that is counted. What a gateway doesn't take goes to the next one at once; what
it may have taken stays with it for a while.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from app.db import mt_sms, sms_gateways, sms_limits
from app.db.engine import Transaction
from app.db.mt_sms import MtRow
from app.domain.days import day_of
from app.domain.msisdn import country_of
from app.domain.secret import Secret
from app.domain.sms import read_cost
from app.ports.channels import (
    MtSms,
    SmsAccepted,
    SmsGateway,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsUnknown,
)
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber, issue_start_pin
from app.services.decide_sms import Go, Never, Wait, decide_sms
from app.services.pay_in_account import account_numbered
from app.services.sms_context import SmsContext
from app.services.sms_wishes import code_of_wish
from menus.engine.gsm7 import fold
from menus.engine.segments import parts
from menus.texts.messages import render

__all__ = ["SmsContext", "send_sms"]

_MASKS: Mapping[str, Mapping[str, Secret]] = MappingProxyType({
    "start_pin": {"pin": Secret("****")}, "wish_code": {"code": Secret("****")},
    "web_code": {"code": Secret("****")}, "sign_in_code": {"code": Secret("****")},
    "pay_in_account": {"number": Secret("*" * 10), "name": Secret("*" * 20)},
})  # fmt: skip
"""Kinds of SMS that say what isn't stored with them, and how those arguments are kept."""
_PAUSES = tuple(timedelta(seconds=s) for s in (2, 5, 15, 30, 60, 300))
_MOST_TRIES = 30
_OUTCOMES = {
    SmsAccepted: "accepted", SmsRefused: "refused", SmsNotSent: "not_sent", SmsUnknown: "unknown",
}  # fmt: skip


def send_sms(ctx: SmsContext, sms_id: int) -> None:
    """Send it unless somebody else does. Any number of workers may call this at once."""
    taken = _take(ctx, sms_id)
    if taken is None:
        return
    row, names = taken
    if row.lost_by is not None:
        ctx.count(names[0], "sent_again")
    try:
        secrets = _secrets(ctx.services, row)
    except NoSuchSubscriber:
        with ctx.services.db.statement() as tx:
            mt_sms.refused(tx, row, "no_such_subscriber")
        return
    _hand_over(ctx, row, names, _message(ctx, row, secrets))


def _secrets(services: Context, row: MtRow) -> Mapping[str, Secret]:
    """What the SMS says and isn't stored with it."""
    match row.kind:
        case "start_pin":
            return {"pin": issue_start_pin(services, row.msisdn)}
        case "wish_code":
            return {"code": code_of_wish(services, row.params)}
        case "web_code":
            return {"code": services.factors.web.sms_code(bytes.fromhex(row.params["digest"]))}
        case "sign_in_code":
            nonce = bytes.fromhex(row.params["nonce"])
            return {"code": services.factors.sign_in.code(row.msisdn, nonce)}
        case "pay_in_account" if "account" in row.params:
            account = account_numbered(services, int(row.params["account"]))
            return {"number": Secret(account.number), "name": Secret(account.name)}
    return {}


def _take(ctx: SmsContext, sms_id: int) -> tuple[MtRow, tuple[str, ...]] | None:
    """The SMS and the gateways to try, when it is due and ours to send."""
    now = ctx.services.clock.now()
    with ctx.services.db.transaction() as tx:
        row = mt_sms.lock_due(tx, sms_id, now, now - ctx.rules.refusals_kept)
        if row is None:
            return None
        size = parts(_text(row, _MASKS.get(row.kind, {})))
        match decision := decide_sms(ctx, tx, row, size):
            case Go(names):
                mt_sms.sending(tx, row, names[0], size, now + ctx.silent_after)
                return row, names
            case Wait():
                mt_sms.wait(tx, row.id, decision.until, decision.code)
            case Never():
                mt_sms.never(tx, row.id, decision.code)
    ctx.count("none", decision.code)
    return None


def _message(ctx: SmsContext, row: MtRow, secrets: Mapping[str, Secret]) -> MtSms:
    hidden = tuple(secret.value for secret in secrets.values())
    sender = ctx.rules.sender(country_of(row.msisdn))
    return MtSms(f"sms-{row.id}", row.msisdn, _text(row, secrets), hidden, sender)


def _text(row: MtRow, secrets: Mapping[str, Secret]) -> str:
    """GSM-7, whatever its arguments hold."""
    hidden = {name: secret.value for name, secret in secrets.items()}
    return fold(render(row.kind, row.language, {**row.params, **hidden}))


def _hand_over(
    ctx: SmsContext, row: MtRow, names: tuple[str, ...], message: MtSms, *, untaken: bool = False
) -> None:
    """To the first of the gateways; what it doesn't take, to the next at once. `untaken`: one
    before them couldn't take it now, so a refusal isn't the last word."""
    name, *others = names
    outcome = _gateway(ctx, name).send(message)
    ctx.count(name, type(outcome).__name__)
    if isinstance(outcome, SmsNotSent):
        untaken = True
    if not others or not isinstance(outcome, SmsNotSent | SmsRefused):
        _record(ctx, row, name, outcome, untaken=untaken)
    elif _passed_on(ctx, row, name, outcome, others[0]):
        _hand_over(ctx, row, tuple(others), message, untaken=untaken)


def _gateway(ctx: SmsContext, name: str) -> SmsGateway:
    return next(gateway for gateway in ctx.gateways if gateway.name == name)


def _passed_on(ctx: SmsContext, row: MtRow, name: str, outcome: SmsOutcome, to: str) -> bool:
    now = ctx.services.clock.now()
    with ctx.services.db.transaction() as tx:
        _answered(tx, row, name, outcome, now)
        return mt_sms.passed_on(tx, row, to, now + ctx.silent_after)


def _record(ctx: SmsContext, row: MtRow, name: str, outcome: SmsOutcome, *, untaken: bool) -> None:
    now = ctx.services.clock.now()
    again_at = now + _PAUSES[min(row.tries, len(_PAUSES) - 1)]
    with ctx.services.db.transaction() as tx:
        _answered(tx, row, name, outcome, now)
        match outcome:
            case SmsAccepted():
                text = _text(row, _MASKS.get(row.kind, {}))
                if mt_sms.accepted(tx, row.id, name, outcome.gateway_id, outcome.cost, text, now):
                    _count_cost(tx, row, outcome.cost, now)
            case SmsRefused() if not untaken:
                mt_sms.refused(tx, row, outcome.code)
            case _ if row.tries + 1 >= _MOST_TRIES:
                mt_sms.refused(tx, row, f"gave_up_{outcome.code}")
            case SmsUnknown():
                mt_sms.lost(tx, row, name, outcome.code, again_at)
            case _:
                mt_sms.try_again(tx, row, outcome.code, again_at)


def _count_cost(tx: Transaction, row: MtRow, said: str, now: datetime) -> None:
    country, cost = country_of(row.msisdn), read_cost(said)
    if cost is not None:
        sms_limits.add_cost(tx, country, day_of(now, country), cost)


def _answered(tx: Transaction, row: MtRow, name: str, outcome: SmsOutcome, now: datetime) -> None:
    code = "" if isinstance(outcome, SmsAccepted) else outcome.code
    mt_sms.attempted(tx, row.id, name, _OUTCOMES[type(outcome)], code, now)
    if isinstance(outcome, SmsRefused) and outcome.do_not_disturb:
        sms_gateways.remember_refusal(tx, row.msisdn, name, code, now)
