"""A new PIN, typed for the first time: kept as its hash until it is repeated."""

from app.db import pins
from app.domain.pin_policy import weakness
from app.domain.requests import (
    ChoosePin,
    Origin,
    PinAccepted,
    PinPurpose,
    Refusal,
    Refused,
    WeakPin,
)
from app.services.context import Context


def choose_pin(ctx: Context, origin: Origin, request: ChoosePin) -> PinAccepted | WeakPin | Refused:
    """Refuse an easy PIN; keep the hash of a good one. A change needs CheckPin before."""
    why = weakness(request.pin.value, origin.msisdn)
    if why is not None:
        return WeakPin(why)
    fresh = ctx.hasher.hash(request.pin, origin.msisdn)
    with ctx.db.transaction() as tx:
        if request.purpose is PinPurpose.CHANGE:
            allowed = pins.pending(tx, origin)
            if allowed is None or allowed.purpose != "change":
                return Refused(Refusal.PIN_NOT_CHECKED)
        pins.keep_pending(tx, origin, request.purpose, fresh.hash, fresh.pepper_id, ctx.clock.now())
    return PinAccepted()
