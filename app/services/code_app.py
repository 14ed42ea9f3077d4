"""A code app (or token): its key shown once, in force after its first code, removed with both."""

from app.db import factors, outbox, pins, proofs, subscribers
from app.db.subscribers import SubscriberRow
from app.domain.money import Money
from app.domain.requests import (
    AddCodeApp,
    CodeApp,
    CodeAppKey,
    CodeIsWrong,
    ConfirmCodeApp,
    Done,
    FactorLocked,
    GetCodeApp,
    Origin,
    PinLocked,
    Proved,
    Refusal,
    Refused,
    RemoveCodeApp,
    WrongPin,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.sim_swap import SimState
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.second_factor import try_code
from app.services.sim_swap import state_of, tell_why

NotDone = WrongPin | PinLocked | Refused


def get_code_app(ctx: Context, origin: Origin, _: GetCodeApp) -> CodeApp:
    """Whether there is one, and whether it counts."""
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        app = factors.code_app(tx, subscriber.id) if subscriber else None
    return CodeApp(added=app is not None, confirmed=app is not None and app.confirmed)


def add_code_app(ctx: Context, origin: Origin, request: AddCodeApp) -> CodeAppKey | NotDone:
    """A new key, unless one is in force; copies of a hop show the same one. None after a change of
    the SIM: whoever came by the number could wait until it is no longer recent."""
    verdict = verify(ctx, origin, request.pin, Door.USSD)
    if not isinstance(verdict, Verified):
        return verdict
    owner = verdict.subscriber.id
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, owner)
        if state_of(ctx, tx, origin.msisdn) is SimState.RECENT:
            tell_why(ctx, tx, verdict.subscriber)
            return Refused(Refusal.SIM_SWAPPED)
        sealed = ctx.factors.seal(ctx.factors.new_app_key(), owner)
        app = factors.add_app(tx, owner, sealed, origin, ctx.clock.now())
    if app.confirmed or app.added_by != factors.step_key(origin):
        return Refused(Refusal.NOTHING_OPEN)
    return CodeAppKey(ctx.factors.unseal(app.sealed_key, owner))


def confirm_code_app(
    ctx: Context, origin: Origin, request: ConfirmCodeApp
) -> Done | CodeIsWrong | FactorLocked | Refused:
    """From its first code on it counts."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None or factors.code_app(tx, subscriber.id) is None:
            return Refused(Refusal.NOTHING_OPEN)
        tried, _ = try_code(ctx, tx, origin, subscriber, FactorKind.APP, request.code)
        if not isinstance(tried, Proved):
            return tried
        factors.confirm_app(tx, subscriber.id, ctx.clock.now())
        outbox.queue_sms(
            tx, subscriber.msisdn, "code_app_added", subscriber.language, {},
            dedupe_key=f"code_app_added:{origin.channel}:{origin.session}:{origin.step}",
        )  # fmt: skip
    ctx.nudge()
    return Done()


def remove_code_app(ctx: Context, origin: Origin, request: RemoveCodeApp) -> Done | NotDone:
    """Needs a code proven in this session, and the PIN."""
    verdict = verify(ctx, origin, request.pin, Door.USSD)
    if not isinstance(verdict, Verified):
        return verdict
    subscriber = verdict.subscriber
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, subscriber.id)
        now = ctx.clock.now()
        proof = proofs.take(tx, subscriber.id, removal_of(subscriber), origin, now)
        if proof is None:
            return Refused(Refusal.NEEDS_SECOND_FACTOR)
        factors.remove_app(tx, subscriber.id)
        outbox.queue_sms(
            tx, subscriber.msisdn, "code_app_removed", subscriber.language, {},
            dedupe_key=f"code_app_removed:{origin.channel}:{origin.session}:{origin.step}",
        )  # fmt: skip
    ctx.nudge()
    return Done()


def removal_of(subscriber: SubscriberRow) -> Subject:
    """What must be proven to remove the app; no money is in it."""
    return Subject(Act.REMOVE_APP, Money(0, subscriber.currency))
