"""Change a PIN, on USSD only: checked, chosen, repeated, and told by SMS."""

from app.db import outbox, pins, subscribers
from app.domain.requests import ChangePin, Done, Origin, PinMismatch, Refusal, Refused
from app.security.pin import PinHash
from app.services.code_guard import code_used
from app.services.context import Context


def change_pin(ctx: Context, origin: Origin, request: ChangePin) -> Done | PinMismatch | Refused:
    """Put the chosen PIN in force when it is repeated rightly."""
    with ctx.db.transaction() as tx:
        typed = pins.pending(tx, origin)
    if typed is None or typed.purpose != "change":
        return Refused(Refusal.PIN_NOT_CHECKED)
    if typed.done_step is not None:
        return Done() if typed.done_step == origin.step else Refused(Refusal.PIN_NOT_CHECKED)
    if typed.hash is None or typed.pepper_id is None:
        return Refused(Refusal.PIN_NOT_CHECKED)
    chosen = PinHash(typed.hash, typed.pepper_id)
    if not ctx.hasher.matches(chosen, request.repeated, origin.msisdn):
        return PinMismatch()
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        still = pins.pending(tx, origin)
        if subscriber is None or still is None or still.hash != chosen.hash:
            return Done() if still and still.done_step == origin.step else PinMismatch()
        pins.set_pin(tx, subscriber.id, chosen.hash, chosen.pepper_id, ctx.clock.now())
        pins.finish_pending(tx, origin)
        if subscriber.must_change_pin:
            code_used(ctx, tx, subscriber.msisdn)
        outbox.queue_sms(
            tx, subscriber.msisdn, "pin_changed", subscriber.language, {},
            dedupe_key=f"pin_changed:{origin.channel}:{origin.session}:{origin.step}",
        )  # fmt: skip
    ctx.nudge()
    return Done()
