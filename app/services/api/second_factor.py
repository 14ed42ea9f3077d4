"""More than the PIN, by the REST API: what is wanted is said, and the same request comes again with
a code.

The PIN is verified before a code is looked at: who has an app's token alone can't use up the tries
at codes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from app.db import pins
from app.domain.requests import (
    AskSecondFactor,
    CodeIsWrong,
    FactorLocked,
    FactorsWanted,
    Origin,
    PinLocked,
    Proved,
    ProveSecondFactor,
    Refusal,
    Refused,
    WrongPin,
)
from app.domain.second_factor import FactorKind, Subject
from app.domain.secret import Secret
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.second_factor import ask_second_factor, prove_second_factor

Reply = TypeVar("Reply")
NotProved = WrongPin | PinLocked | CodeIsWrong | FactorLocked | Refused


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the printed list or of the code app."""

    kind: FactorKind
    code: Secret


@dataclass(frozen=True, slots=True)
class FactorMissing:
    """Any one of these is wanted; `position`: which code of the list."""

    wanted: FactorsWanted


def with_factor(
    ctx: Context, origin: Origin, pin: Secret, subject: Subject, code: Code | None,
    act: Callable[[], Reply],
) -> Reply | NotProved | FactorMissing:  # fmt: skip
    """What `act` answers, once the code is proven where one was given. Where one is wanted and none
    was given nothing is done."""
    if code is not None:
        proved = _prove(ctx, origin, pin, subject, code)
        if not isinstance(proved, Proved):
            return proved
    reply = act()
    if reply != Refused(Refusal.NEEDS_SECOND_FACTOR):
        return reply
    wanted = ask_second_factor(ctx, origin, AskSecondFactor(subject))
    return FactorMissing(wanted) if isinstance(wanted, FactorsWanted) else wanted


def _prove(
    ctx: Context, origin: Origin, pin: Secret, subject: Subject, code: Code
) -> Proved | NotProved:
    verdict = verify(ctx, origin, pin, Door.API)
    if not isinstance(verdict, Verified):
        return verdict
    with ctx.db.statement() as tx:
        # From here on this attempt counts as right: the act doesn't hash the PIN again.
        pins.clear_attempt(tx, origin, verdict.subscriber.id)
    step = replace(origin, step=origin.pin_step)
    return prove_second_factor(ctx, step, ProveSecondFactor(code.kind, code.code, subject))
