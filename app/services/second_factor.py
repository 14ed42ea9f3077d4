"""What must be proven besides the PIN, and proving it with a code.

A code is looked at in a request of its own, before the PIN: neither is kept until the other comes.
What stays is a proof, for this act in this session, which the act uses once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.db import factors, outbox, proofs, subscribers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.msisdn import country_of
from app.domain.requests import (
    AskSecondFactor,
    CodeIsWrong,
    FactorLocked,
    FactorsWanted,
    Origin,
    Proved,
    ProveSecondFactor,
    Refusal,
    Refused,
)
from app.domain.risk import Verdict, is_looked_at
from app.domain.second_factor import (
    FEW_CODES,
    LOCKED_FOR,
    PROOF_LASTS,
    WRONG_CODES_ALLOWED,
    Act,
    FactorKind,
    Subject,
    needs_second_factor,
)
from app.domain.secret import Secret
from app.services.context import Context
from app.services.risk import judge

Tried = Proved | CodeIsWrong | FactorLocked


def ask_second_factor(
    ctx: Context, origin: Origin, request: AskSecondFactor
) -> FactorsWanted | FactorLocked | Refused:
    """Which proofs the subscriber can give; a list's code is asked for until it is used. Small
    amounts cost no query."""
    now, subject = ctx.clock.now(), request.subject
    always = wants_proof(ctx, country_of(origin.msisdn), subject)
    if not always and not is_looked_at(subject.amount):
        return FactorsWanted(())
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
    if subscriber is None:
        return Refused(Refusal.NOT_REGISTERED)
    if not always and judge(ctx, subscriber, subject).verdict is not Verdict.STEP_UP:
        return FactorsWanted(())
    with ctx.db.transaction() as tx:
        exempt = subscriber.limits_exempt and subject.act is not Act.REMOVE_APP
        if exempt or proofs.is_proven(tx, subscriber.id, subject, origin, now):
            return FactorsWanted(())
        locked = factors.is_locked(tx, subscriber.id, now)
        kinds = () if locked else _held(tx, subscriber.id)
        if subject.act is not Act.REMOVE_APP:
            kinds = (*kinds, FactorKind.AGENT)
        if not kinds:
            return FactorLocked()
        position = _ask_position(ctx, tx, subscriber.id) if FactorKind.LIST in kinds else 0
    return FactorsWanted(kinds, position)


def wants_proof(ctx: Context, country: str, subject: Subject) -> bool:
    """Is the PIN alone too little for this, unless one is exempt from limits?"""
    today = day_of(ctx.clock.now(), country)
    return subject.act is Act.REMOVE_APP or needs_second_factor(subject.amount, country, today)


def prove_second_factor(
    ctx: Context, origin: Origin, request: ProveSecondFactor
) -> Tried | Refused:
    """Verify a code and keep a proof of it, once per (channel, session, step)."""
    now, subject = ctx.clock.now(), request.subject
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        if subscriber.blocked:
            return Refused(Refusal.BLOCKED)
        if proofs.is_proven(tx, subscriber.id, subject, origin, now):
            return Proved()
        if request.kind not in _held(tx, subscriber.id):
            return Refused(Refusal.NEEDS_SECOND_FACTOR)
        tried, again = try_code(ctx, tx, origin, subscriber, request.kind, request.code)
        if isinstance(tried, Proved) and not again:
            until = now + PROOF_LASTS
            proofs.add(tx, subscriber.id, request.kind, subject, origin, now, until)
    ctx.nudge()
    return tried


def try_code(
    ctx: Context, tx: Transaction, origin: Origin, subscriber: SubscriberRow, kind: FactorKind,
    code: Secret,
) -> tuple[Tried, bool]:  # fmt: skip
    """One attempt per (channel, session, step); True beside the answer: it was made before."""
    now = ctx.clock.now()
    if not factors.begin_attempt(tx, origin, subscriber.id, kind, now):
        return _verdict(*factors.attempt_of_step(tx, origin, subscriber.id)), True
    count = factors.take_attempt(tx, subscriber.id, now, WRONG_CODES_ALLOWED, LOCKED_FOR)
    correct = count.taken and _CHECKS[kind](ctx, tx, subscriber, code, now)
    factors.attempt_was(tx, origin, correct=correct, tries_left=count.tries_left)
    if correct:
        factors.clear_count(tx, subscriber.id)
    elif count.taken and count.tries_left == 0:
        outbox.queue_sms(
            tx, subscriber.msisdn, "factor_locked", subscriber.language, {},
            dedupe_key=f"factor_locked:{origin.channel}:{origin.session}:{origin.step}",
        )  # fmt: skip
    return _verdict(correct, count.tries_left), False


def _verdict(correct: bool, tries_left: int) -> Tried:  # noqa: FBT001 - as the row has it
    if correct:
        return Proved()
    return CodeIsWrong(tries_left) if tries_left else FactorLocked()


def _held(tx: Transaction, subscriber_id: int) -> tuple[FactorKind, ...]:
    """What the subscriber can prove something with."""
    printed, app = factors.list_in_use(tx, subscriber_id), factors.code_app(tx, subscriber_id)
    has = {
        FactorKind.LIST: printed is not None and bool(printed.unused),
        FactorKind.APP: app is not None and app.confirmed,
    }
    return tuple(kind for kind, held in has.items() if held)


def _ask_position(ctx: Context, tx: Transaction, subscriber_id: int) -> int:
    """A random code that was never used; the same one until it is, however often one dials."""
    printed = factors.list_in_use(tx, subscriber_id)
    if printed is None:
        raise LookupError("code_lists")
    number = int("".join(ctx.random_digit() for _ in range(6)))
    return factors.ask_position(tx, printed.id, printed.unused[number % len(printed.unused)])


def _list_code(
    ctx: Context, tx: Transaction, subscriber: SubscriberRow, code: Secret, now: datetime
) -> bool:
    printed = factors.list_in_use(tx, subscriber.id)
    if printed is None or printed.asked is None:
        return False
    digest = ctx.factors.digest(printed.id, printed.asked, code)
    if not factors.use_code(tx, printed.id, printed.asked, digest, now):
        return False
    left = len(printed.unused) - 1
    if left < FEW_CODES:
        outbox.queue_sms(
            tx, subscriber.msisdn, "few_codes", subscriber.language, {"left": left},
            dedupe_key=f"few_codes:{printed.id}",
        )  # fmt: skip
    return True


def _app_code(
    ctx: Context, tx: Transaction, subscriber: SubscriberRow, code: Secret, now: datetime
) -> bool:
    app = factors.code_app(tx, subscriber.id)
    if app is None:
        return False
    step = ctx.factors.step_of(app.sealed_key, subscriber.id, code, now, app.last_step)
    return step is not None and factors.use_step(tx, subscriber.id, step)


_CHECKS: Mapping[
    FactorKind, Callable[[Context, Transaction, SubscriberRow, Secret, datetime], bool]
] = {FactorKind.LIST: _list_code, FactorKind.APP: _app_code}
