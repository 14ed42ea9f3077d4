"""What an SMS asks for is done by the services of the menus, and answered by SMS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.db.subscribers import SubscriberRow
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.requests import (
    AgentDesk,
    AskFloat,
    BlockAccount,
    CodeIsWrong,
    FloatAsked,
    FloatMoved,
    GetAgentDesk,
    GetBalance,
    GetHome,
    GetPlans,
    Origin,
    PayOut,
    RedeemVoucher,
    Refusal,
    Refused,
    ReportProblem,
    RevealBalance,
    SendStatement,
    SetLanguage,
)
from app.domain.secret import Secret
from app.domain.wishes import Wish, WishKind
from app.ports.channels import MoSms, OptOut
from app.services.agent_desk import get_agent_desk
from app.services.block_account import block_account
from app.services.check_pin import Door
from app.services.context import Context
from app.services.get_plans import get_plans
from app.services.move_float import ask_float
from app.services.pay_out import pay_out
from app.services.profile import set_language
from app.services.record_reports import record_opt_in, record_opt_out
from app.services.redeem_voucher import redeem_voucher
from app.services.report_problem import report_problem
from app.services.send_statement import send_statement
from app.services.sms_wishes import NothingOpen, confirm, have_done
from app.services.wallet import get_balance, get_home, reveal_balance
from menus.keywords.asked import (
    AgainWanted,
    Asked,
    Confirmed,
    OfferWish,
    PlanWanted,
    TellLanguage,
    Wanted,
)
from menus.keywords.failures import SEND_AGAIN, Failure, saying
from menus.keywords.plan_words import fitting
from menus.keywords.replies import (
    ABROAD,
    BALANCE_HIDDEN,
    LANGUAGE_SET,
    NO_SUCH_PLAN,
    NOTHING_BOUGHT_YET,
    NOTHING_TO_CONFIRM,
    OPTED_IN,
    OPTED_OUT,
    SEVERAL_PLANS,
    Saying,
    balance_params,
    desk_told,
    float_asked,
    float_sent,
    language_told,
    plans_offered,
)
from menus.keywords.sms import Sender


@dataclass(frozen=True, slots=True)
class Answer:
    """Kind and params of an SMS (menus.texts.messages); `language`, if it isn't the sender's."""

    kind: str
    params: Mapping[str, object]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """An SMS with all that is known of its sender; `subscriber` is None for a stranger."""

    ctx: Context
    received: MoSms
    origin: Origin
    sender: Sender
    subscriber: SubscriberRow | None


_Act = Callable[[Letter, SubscriberRow, Any], object]


def answer(letter: Letter, asked: Asked) -> Answer | None:
    """Do it, and what to say; None when what was done sends its own SMS."""
    said = _done(letter, asked)
    if isinstance(said, Money):
        return Answer("balance", balance_params(said))
    if isinstance(said, Failure):
        said = saying(said, letter.sender.code, letter.sender.country)
    if not isinstance(said, Saying):
        return None
    language = asked.language if isinstance(asked, SetLanguage) and letter.subscriber else ""
    return Answer("reply", said.params(), language)


def _done(letter: Letter, asked: Asked) -> object:
    """What there is to say, or a reply of a service."""
    if isinstance(asked, Saying):
        return asked
    if isinstance(asked, OfferWish):
        return _offers(letter, asked)
    if letter.subscriber is None:
        return Refused(Refusal.NOT_REGISTERED)
    return _ACTS[type(asked)](letter, letter.subscriber, asked)


def _offers(letter: Letter, asked: OfferWish) -> Saying:
    received = letter.received
    if asked.wanted:
        record_opt_in(letter.ctx, received.sender)
        return Saying(OPTED_IN)
    record_opt_out(letter.ctx, OptOut(received.sender, received.to))
    return Saying(OPTED_OUT)


def _balance(letter: Letter, owner: SubscriberRow, asked: GetBalance | RevealBalance) -> object:
    """Without a PIN, unless it is hidden."""
    if not owner.balance_hidden:
        return get_balance(letter.ctx, letter.origin, GetBalance())
    if isinstance(asked, RevealBalance):
        return reveal_balance(letter.ctx, letter.origin, asked, Door.SMS)
    return Saying(BALANCE_HIDDEN, {"code": letter.sender.code})


def _set_language(letter: Letter, _: SubscriberRow, asked: SetLanguage) -> Saying:
    set_language(letter.ctx, letter.origin, asked)
    return Saying(LANGUAGE_SET)


def _desk(letter: Letter, _: SubscriberRow, asked: GetAgentDesk) -> object:
    desk = get_agent_desk(letter.ctx, letter.origin, asked)
    return desk_told(desk) if isinstance(desk, AgentDesk) else desk


def _ask_float(letter: Letter, _: SubscriberRow, asked: AskFloat) -> object:
    reply = ask_float(letter.ctx, letter.origin, asked)
    return float_asked(reply, asked.amount) if isinstance(reply, FloatAsked) else reply


def _moved(letter: Letter, owner: SubscriberRow, wish: Wish, pin: Secret | None) -> object:
    return _told(have_done(letter.ctx, letter.origin, owner, wish, pin), wish)


def _told(reply: object, wish: Wish) -> object:
    """Whoever sends float hears of it only here; all else sends its own SMS."""
    if wish.kind is WishKind.SEND_FLOAT and isinstance(reply, FloatMoved):
        return float_sent(reply, wish.amount, wish.recipient)
    return reply


def _confirmed(letter: Letter, owner: SubscriberRow, asked: Confirmed) -> object:
    confirmed = confirm(letter.ctx, letter.origin, owner, asked.code, asked.pin)
    if isinstance(confirmed, NothingOpen):
        return Saying(NOTHING_TO_CONFIRM, {"code": letter.sender.code}, SEND_AGAIN)
    if isinstance(confirmed, CodeIsWrong):
        return confirmed
    return _told(confirmed.reply, confirmed.wish)


def _plan(letter: Letter, owner: SubscriberRow, asked: PlanWanted) -> object:
    """The one plan that the words fit is bought; of several, and of none, some are told."""
    wanted = GetPlans(asked.operator, asked.recipient)
    plans = get_plans(letter.ctx, letter.origin, wanted).plans
    number = None if asked.recipient == letter.sender.msisdn else asked.recipient
    if not asked.plan:
        return plans_offered(plans, asked.operator, number)
    found = fitting(plans, asked.plan)
    if len(found) != 1:
        why = SEVERAL_PLANS if found else NO_SUCH_PLAN
        return plans_offered(found or plans, asked.operator, number, why)
    plan = found[0]
    wish = Wish(WishKind.DATA, plan.price, asked.recipient, plan.operator, plan.code)
    return _moved(letter, owner, wish, asked.pin)


def _again(letter: Letter, owner: SubscriberRow, asked: AgainWanted) -> object:
    """At today's price: a higher one than was paid is told first, with a code."""
    last = get_home(letter.ctx, letter.origin, GetHome()).last_purchase
    if last is None:
        return Saying(NOTHING_BOUGHT_YET)
    if country_of(last.recipient) != letter.sender.country:
        return Saying(ABROAD, {"number": last.recipient, "code": letter.sender.code})
    if last.product == AIRTIME:
        wish = Wish(WishKind.AIRTIME, last.amount, last.recipient, last.operator)
        return _moved(letter, owner, wish, asked.pin)
    plans = get_plans(letter.ctx, letter.origin, GetPlans(last.operator, last.recipient)).plans
    price = {plan.code: plan.price for plan in plans}.get(last.product)
    if price is None:
        number = None if last.recipient == letter.sender.msisdn else last.recipient
        return plans_offered(plans, last.operator, number, NO_SUCH_PLAN)
    wish = Wish(WishKind.DATA, price, last.recipient, last.operator, last.product)
    return _moved(letter, owner, wish, None if price > last.price else asked.pin)


def _pay_out(letter: Letter, _: SubscriberRow, asked: PayOut) -> object:
    """The customer's code can't be kept with a wish, so a pay-out that wants a code of ours is for
    dialling."""
    if letter.ctx.sms.wants_code(asked.amount):
        return Refused(Refusal.NEEDS_SECOND_FACTOR)
    return pay_out(letter.ctx, letter.origin, asked, Door.SMS)


def _by(service: Callable[[Context, Origin, Any], object]) -> _Act:
    """An act that its service does, and tells of, alone."""
    return lambda letter, _, asked: service(letter.ctx, letter.origin, asked)


_ACTS: Mapping[type, _Act] = {
    Wanted: lambda letter, owner, asked: _moved(letter, owner, asked.wish, asked.pin),
    PlanWanted: _plan,
    AgainWanted: _again,
    Confirmed: _confirmed,
    GetBalance: _balance,
    RevealBalance: _balance,
    BlockAccount: _by(partial(block_account, door=Door.SMS)),
    RedeemVoucher: _by(redeem_voucher),
    ReportProblem: _by(report_problem),
    SendStatement: _by(send_statement),
    TellLanguage: lambda _, owner, __: language_told(owner.language),
    SetLanguage: _set_language,
    GetAgentDesk: _desk,
    AskFloat: _ask_float,
    PayOut: _pay_out,
}
