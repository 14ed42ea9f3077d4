"""Send money by the REST API: the same request as the menus', at the API's door."""

from app.db import api_transfers, transfers
from app.db.api_purchases import CHANNEL
from app.db.api_transfers import SentRow
from app.domain.api_callers import SubscriberCaller
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import FindRecipient, MoneySent, Origin, Recipient, Refused, SendMoney
from app.domain.second_factor import Act, Subject
from app.domain.secret import Secret
from app.services.api.once import Turn
from app.services.api.second_factor import Code, FactorMissing, NotProved, with_factor
from app.services.check_pin import Door
from app.services.context import Context
from app.services.end_transfer import return_to_sender
from app.services.send_money import find_recipient, send_money
from app.services.spend import NotSpent

_STEP = 0


class NotWaiting:
    """Its recipient has it, or it is back."""


def recipient(
    ctx: Context, caller: SubscriberCaller, msisdn: Msisdn, amount: Money | None
) -> Recipient | Refused:
    """Who gets it, before anything is sent."""
    origin = Origin(CHANNEL, "", _STEP, caller.msisdn)
    return find_recipient(ctx, origin, FindRecipient(msisdn, amount))


def send(
    ctx: Context, caller: SubscriberCaller, session: str, turn: Turn, to: Msisdn, amount: Money,
    pin: Secret, code: Code | None,
) -> SentRow | NotSpent | NotProved | FactorMissing:  # fmt: skip
    """Send it for the PIN, once per session. What isn't a SentRow did nothing."""
    if turn.again and (before := _of_session(ctx, caller, session)):
        return before
    origin = Origin(CHANNEL, session, _STEP, caller.msisdn, attempt=turn.attempt)
    reply = with_factor(
        ctx, origin, pin, Subject(Act.TRANSFER, amount, to), code,
        lambda: send_money(ctx, origin, SendMoney(to, amount, pin), Door.API),
    )  # fmt: skip
    if not isinstance(reply, MoneySent):
        return reply
    sent = _of_session(ctx, caller, session)
    assert sent is not None  # noqa: S101 - it was sent
    return sent


def cancel(ctx: Context, caller: SubscriberCaller, reference: str) -> SentRow | NotWaiting | None:
    """Money that waits for a number comes back, as when a wrong number is reported by dialling;
    safe to run again. None: the caller sent no such transfer."""
    with ctx.db.transaction() as tx:
        found = transfers.lock_waiting(tx, reference, caller.subscriber_id)
        if found is not None:
            return_to_sender(tx, found, ctx.clock.now())
        sent = api_transfers.find(tx, caller.subscriber_id, reference)
    ctx.nudge()
    return NotWaiting() if sent is not None and sent.state != "returned" else sent


def find_sent(ctx: Context, caller: SubscriberCaller, reference: str) -> SentRow | None:
    """What the caller sent under this reference."""
    with ctx.db.statement() as tx:
        return api_transfers.find(tx, caller.subscriber_id, reference)


def sent_by(
    ctx: Context, caller: SubscriberCaller, before_id: int | None, limit: int
) -> list[SentRow]:
    """What the caller sent by any channel, the newest first."""
    with ctx.db.statement() as tx:
        return api_transfers.page(tx, caller.subscriber_id, before_id, limit)


def _of_session(ctx: Context, caller: SubscriberCaller, session: str) -> SentRow | None:
    with ctx.db.statement() as tx:
        return api_transfers.of_session(tx, caller.subscriber_id, session)
