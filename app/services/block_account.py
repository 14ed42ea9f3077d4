"""A subscriber blocks the own account: a lost phone, a PIN that somebody saw."""

from app.db import outbox, pins, subscribers
from app.domain.requests import BlockAccount, Done, Origin, PinLocked, Refused, WrongPin
from app.security.audit import Entry, append
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context


def block_account(
    ctx: Context, origin: Origin, request: BlockAccount, door: Door = Door.USSD
) -> Done | WrongPin | PinLocked | Refused:
    """Nothing leaves the wallet until staff open it again; money can still come in. By SMS the PIN
    is wanted too, because senders can be forged."""
    verdict = verify(ctx, origin, request.pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    subscriber = verdict.subscriber
    with ctx.db.transaction() as tx:
        subscribers.set_blocked(tx, subscriber.id, blocked=True)
        pins.clear_attempt(tx, origin, subscriber.id)
        how = {"channel": origin.channel, "session": origin.session}
        append(tx, Entry(ctx.clock.now(), "subscriber", "subscriber.block", origin.msisdn, how))
        outbox.queue_sms(
            tx, origin.msisdn, "blocked", subscriber.language, {},
            dedupe_key=f"blocked:{origin.channel}:{origin.session}:{origin.step}",
        )  # fmt: skip
    ctx.nudge()
    return Done()
