"""A MO SMS: its PIN cut out, its command run once per gateway id, its answer queued.

The command runs here and now, while the PIN is in memory; it is never queued. A gateway that
sends the same SMS again, for hours, finds it handled. One that comes late moves no money: its
sender has long done something else.
"""

from datetime import datetime
from functools import partial

from app.db import outbox, sms, subscribers
from app.db.subscribers import SubscriberRow
from app.domain.code_guard import PREFIX
from app.domain.door_limits import SMS_COMMANDS, SMS_STRANGERS
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import COUNTRY_CURRENCY, operator_of_prefix
from app.domain.requests import BlockAccount, Origin
from app.ports.channels import MoSms
from app.services.context import Context
from app.services.door_limits import refused_until
from app.services.find_operator import operator_of
from app.services.sms_commands import Letter, answer
from menus.keywords.asked import Asked, OfferWish, moves_money
from menus.keywords.redaction import redact
from menus.keywords.replies import TOO_OLD, Saying
from menus.keywords.sms import Sender, parse
from menus.texts.catalogue import DEFAULT


def handle(ctx: Context, received: MoSms, code: str) -> None:
    """Do what the SMS asks, once. `code` is the short code to dial, for the answers."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, received.sender)
        sender = _sender(ctx, received, subscriber, code)
        redacted = redact(received.text, sender.country, sender.currency)
        came = sms.receive(tx, received, redacted, now)
        if came is None:
            return
    origin = Origin(f"{received.channel}-sms", received.gateway_id, 1, received.sender)
    asked = parse(received.text, sender)
    if moves_money(asked) and _is_old(ctx, received, came):
        asked = Saying(TOO_OLD)
    if not _too_many(ctx, received, subscriber, asked):
        said = answer(Letter(ctx, received, origin, sender, subscriber), asked)
        outcome = type(asked).__name__
    else:
        said, outcome = None, "too_many"
    with ctx.db.transaction() as tx:
        if said is not None:
            outbox.queue_sms(
                tx, received.sender, said.kind, said.language or sender.language, said.params,
                dedupe_key=f"mo:{received.channel}:{received.gateway_id}",
            )  # fmt: skip
        sms.handled(tx, received, outcome, now)
    ctx.nudge()


def _too_many(
    ctx: Context, received: MoSms, subscriber: SubscriberRow | None, asked: Asked
) -> bool:
    """What protects its sender is heard however many others were sent in that name."""
    if isinstance(asked, OfferWish | BlockAccount) or (subscriber and subscriber.limits_exempt):
        return False
    limits = [(SMS_COMMANDS, received.sender)]
    if subscriber is None:
        limits.append((SMS_STRANGERS, Msisdn(received.sender[:PREFIX])))
    return refused_until(ctx, *limits) is not None


def _sender(ctx: Context, received: MoSms, subscriber: SubscriberRow | None, code: str) -> Sender:
    country = subscriber.country if subscriber else country_of(received.sender)
    currency = subscriber.currency if subscriber else COUNTRY_CURRENCY.get(country, "")
    language = subscriber.language if subscriber else DEFAULT
    # What strangers write has nobody looked up.
    known = partial(operator_of, ctx) if subscriber else operator_of_prefix
    return Sender(received.sender, received.network_code, country, currency, code, known, language)


def _is_old(ctx: Context, received: MoSms, came: datetime) -> bool:
    """Counted from when it was sent, where the gateway says that, else from when it first came."""
    sent = min(received.sent_at or came, came)
    return ctx.clock.now() - sent > ctx.sms.oldest
