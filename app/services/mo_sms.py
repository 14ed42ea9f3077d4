"""A MO SMS: its PIN cut out, its command run once per gateway id, its answer queued.

The command runs here and now, while the PIN is in memory; it is never queued. A gateway that
sends the same SMS again, for hours, finds it handled.
"""

from functools import partial

from app.db import outbox, sms, subscribers
from app.db.subscribers import SubscriberRow
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY, operator_of_prefix
from app.domain.requests import (
    BlockAccount,
    BuyAirtime,
    GetBalance,
    Origin,
    RedeemVoucher,
    Refusal,
    Refused,
    ReportProblem,
    RevealBalance,
    SendStatement,
)
from app.ports.channels import MoSms
from app.services.block_account import block_account
from app.services.buy_airtime import buy_airtime
from app.services.check_pin import Door
from app.services.context import Context
from app.services.find_operator import operator_of
from app.services.redeem_voucher import redeem_voucher
from app.services.report_problem import report_problem
from app.services.send_statement import send_statement
from app.services.wallet import get_balance, reveal_balance
from menus.keywords.redaction import redact
from menus.keywords.replies import BALANCE_HIDDEN, Failure, Saying, balance_params, saying
from menus.keywords.sms import Asked, Sender, parse

Command = BlockAccount | BuyAirtime | RedeemVoucher | ReportProblem | SendStatement
Answer = tuple[str, dict[str, object]]
"""Kind and params of an SMS (menus.texts.messages)."""


def handle(ctx: Context, received: MoSms, code: str) -> None:
    """Do what the SMS asks, once. `code` is the short code to dial, for the answers."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, received.sender)
        sender = _sender(ctx, received, subscriber, code)
        redacted = redact(received.text, sender.country, sender.currency)
        if not sms.receive(tx, received, redacted, now):
            return
    origin = Origin(f"{received.channel}-sms", received.gateway_id, 1, received.sender)
    asked = parse(received.text, sender)
    answer = _answer(ctx, origin, subscriber, asked, sender)
    with ctx.db.transaction() as tx:
        if answer is not None:
            kind, params = answer
            outbox.queue_sms(
                tx, received.sender, kind, subscriber.language if subscriber else "en", params,
                dedupe_key=f"mo:{received.channel}:{received.gateway_id}",
            )  # fmt: skip
        sms.handled(tx, received, type(asked).__name__, now)
    ctx.nudge()


def _sender(ctx: Context, received: MoSms, subscriber: SubscriberRow | None, code: str) -> Sender:
    country = subscriber.country if subscriber else country_of(received.sender)
    currency = subscriber.currency if subscriber else COUNTRY_CURRENCY.get(country, "")
    # What strangers write has nobody looked up.
    known = partial(operator_of, ctx) if subscriber else operator_of_prefix
    return Sender(received.sender, received.network_code, country, currency, code, known)


def _answer(
    ctx: Context, origin: Origin, subscriber: SubscriberRow | None, asked: Asked, sender: Sender
) -> Answer | None:
    """What to say; None when what was done sends its own SMS."""
    if isinstance(asked, Saying):
        return "reply", asked.params()
    if subscriber is None:
        failure = saying(Refused(Refusal.NOT_REGISTERED), sender.code, sender.country)
        return "reply", failure.params()
    match asked:
        case GetBalance() | RevealBalance() if not subscriber.balance_hidden:
            return "balance", balance_params(get_balance(ctx, origin, GetBalance()))
        case GetBalance():
            return "reply", Saying(BALANCE_HIDDEN, {"code": sender.code}).params()
        case RevealBalance():
            reply = reveal_balance(ctx, origin, asked, Door.SMS)
            if isinstance(reply, Money):
                return "balance", balance_params(reply)
            return "reply", saying(reply, sender.code, sender.country).params()
        case _:
            return _command(ctx, origin, asked, sender)


def _command(ctx: Context, origin: Origin, asked: Command, sender: Sender) -> Answer | None:
    """What sends its own SMS once it is done, and is answered only when it can't be done."""
    reply: object
    match asked:
        case BlockAccount():
            reply = block_account(ctx, origin, asked, Door.SMS)
        case BuyAirtime():
            reply = buy_airtime(ctx, origin, asked, Door.SMS)
        case RedeemVoucher():
            reply = redeem_voucher(ctx, origin, asked)
        case ReportProblem():
            reply = report_problem(ctx, origin, asked)
        case SendStatement():
            reply = send_statement(ctx, origin, asked)
    if isinstance(reply, Failure):
        return "reply", saying(reply, sender.code, sender.country).params()
    return None
