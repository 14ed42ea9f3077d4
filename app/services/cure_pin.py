"""What staff can do for a subscriber who can't get in: unlock, unblock, or start a new PIN."""

from app.db import factors, outbox, pins, subscribers
from app.domain.msisdn import Msisdn
from app.domain.pin_policy import weakness
from app.domain.secret import Secret
from app.domain.sim_swap import SimState
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.sim_swap import state_of, tell_why, wish_to_know


class NoSuchSubscriber(Exception):
    """Nobody is registered under this number."""


class SimSwapped(Exception):
    """The SIM was changed lately: whoever asks for a new PIN may not be its owner."""


class SimUnchecked(Exception):
    """The network is being asked about the SIM; in a minute one knows more."""


def unlock_subscriber(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> None:
    """End every lock, that of second factors too; the PIN stays. Raises NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        subscriber_id = pins.find_id(tx, msisdn)
        if subscriber_id is None:
            raise NoSuchSubscriber(msisdn)
        pins.unlock(tx, subscriber_id)
        factors.clear_count(tx, subscriber_id)
        append(tx, Entry(ctx.clock.now(), actor, "subscriber.unlock", msisdn, {"reason": reason}))


def unblock_subscriber(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> None:
    """Open an account that its owner blocked. Raises NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        subscriber_id = pins.find_id(tx, msisdn)
        if subscriber_id is None:
            raise NoSuchSubscriber(msisdn)
        subscribers.set_blocked(tx, subscriber_id, blocked=False)
        append(tx, Entry(ctx.clock.now(), actor, "subscriber.unblock", msisdn, {"reason": reason}))


def reset_pin(
    ctx: Context, msisdn: Msisdn, actor: str, reason: str, *, after_id_check: bool = False
) -> None:
    """Have a start PIN made and sent by SMS. Nobody chooses or sees it: the job that sends the
    SMS makes it (see issue_start_pin). `after_id_check`: staff saw the owner's papers, so the SIM's
    history doesn't matter. Raises NoSuchSubscriber, SimSwapped, SimUnchecked."""
    now = ctx.clock.now()
    if not after_id_check:
        _same_sim(ctx, msisdn)
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        detail = {"reason": reason} | ({"after_id_check": "yes"} if after_id_check else {})
        append(tx, Entry(now, actor, "subscriber.reset_pin", msisdn, detail))
        outbox.queue_sms(
            tx, msisdn, "start_pin", subscriber.language, {},
            dedupe_key=f"start_pin:{subscriber.id}:{now.isoformat()}",
        )  # fmt: skip
    ctx.nudge()


def _same_sim(ctx: Context, msisdn: Msisdn) -> None:
    """Raises SimSwapped, SimUnchecked, NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        state = state_of(ctx, tx, msisdn)
        if state is SimState.RECENT:
            tell_why(ctx, tx, subscriber)
        if state is SimState.UNKNOWN:
            wish_to_know(ctx, tx, subscriber)
    ctx.nudge()
    if state is SimState.RECENT:
        raise SimSwapped(msisdn)
    if state is SimState.UNKNOWN:
        raise SimUnchecked(msisdn)


def issue_start_pin(ctx: Context, msisdn: Msisdn) -> Secret:
    """Make a random start PIN, put it in force, and give it to the SMS about to be sent.

    It must be changed at the next dial and is dead after `start_pin_for`. Each try of the SMS
    makes another one, so that it is written down nowhere.
    """
    pin = _random_pin(ctx, msisdn)
    fresh = ctx.hasher.hash(pin, msisdn)
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        subscriber_id = pins.find_id(tx, msisdn)
        if subscriber_id is None:
            raise NoSuchSubscriber(msisdn)
        pins.set_pin(
            tx, subscriber_id, fresh.hash, fresh.pepper_id, now, must_change=True,
            expires_at=now + ctx.start_pin_for,
        )  # fmt: skip
    return pin


def _random_pin(ctx: Context, msisdn: Msisdn) -> Secret:
    while True:
        digits = "".join(ctx.random_digit() for _ in range(6))
        if weakness(digits, msisdn) is None:
            return Secret(digits)
