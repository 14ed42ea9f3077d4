"""What staff can do for a subscriber who can't get in, or in whose place somebody else may: unlock,
block, unblock, or start a new PIN."""

from app.db import factors, outbox, pins, subscribers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
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


def block_subscriber(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> bool:
    """Nothing leaves the wallet from now on; money can still come in. The owner is told by SMS.
    False when it was blocked already. Raises NoSuchSubscriber."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        subscriber = _set_blocked(ctx, tx, msisdn, actor, reason, blocked=True)
        if subscriber is not None:
            outbox.queue_sms(
                tx, msisdn, "blocked_by_staff", subscriber.language, {},
                dedupe_key=f"blocked:{subscriber.id}:{now.isoformat()}",
            )  # fmt: skip
    ctx.nudge()
    return subscriber is not None


def unblock_subscriber(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> bool:
    """Open an account that its owner or staff blocked; False when it was open. Raises
    NoSuchSubscriber."""
    with ctx.db.transaction() as tx:
        return _set_blocked(ctx, tx, msisdn, actor, reason, blocked=False) is not None


def _set_blocked(
    ctx: Context, tx: Transaction, msisdn: Msisdn, actor: str, reason: str, *, blocked: bool
) -> SubscriberRow | None:
    """Whom it was done to; None when it was so already."""
    subscriber = subscribers.find_by_msisdn(tx, msisdn)
    if subscriber is None:
        raise NoSuchSubscriber(msisdn)
    if not subscribers.set_blocked(tx, subscriber.id, blocked=blocked):
        return None
    act = "subscriber.block" if blocked else "subscriber.unblock"
    entry = Entry(
        ctx.clock.now(), actor, act, msisdn, {"reason": reason},
        before={"blocked": not blocked}, after={"blocked": blocked},
    )  # fmt: skip
    append(tx, entry)
    return subscriber


def reset_pin(
    ctx: Context, msisdn: Msisdn, actor: str, reason: str, *, after_id_check: bool = False,
    key: str = "",
) -> None:  # fmt: skip
    """Have a start PIN made and sent by SMS. Nobody chooses or sees it: the job that sends the
    SMS makes it (see issue_start_pin). `after_id_check`: staff saw the owner's papers, so the SIM's
    history doesn't matter. What has the same `key` is done once. Raises NoSuchSubscriber,
    SimSwapped, SimUnchecked."""
    now = ctx.clock.now()
    if not after_id_check:
        _same_sim(ctx, msisdn)
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        queued = outbox.queue_sms(
            tx, msisdn, "start_pin", subscriber.language, {},
            dedupe_key=f"start_pin:{subscriber.id}:{key or now.isoformat()}",
        )  # fmt: skip
        if queued:
            detail = {"reason": reason} | ({"after_id_check": "yes"} if after_id_check else {})
            append(tx, Entry(now, actor, "subscriber.reset_pin", msisdn, detail))
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
