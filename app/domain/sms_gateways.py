"""Which SMS gateway an SMS goes to, and how a gateway's share of them changes: pure.

Shares are damped the way GOV.UK Notify damps its SMS providers: small steps, minutes apart; none
while every gateway is in trouble, for there is nothing to flee to; back in slower steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FULL_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A gateway's share of the draw, 0 to 100, and when it last changed. `stopped`: by staff."""

    name: str
    weight: int = FULL_WEIGHT
    moved_at: datetime | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a gateway did of late. Of `answers` to an SMS handed over, `failures` were that it
    wasn't taken or that the answer was lost; of `timed` SMS that it took, `slow` were delivered
    late or not yet, though it was time (none is timed at a gateway that reports nothing)."""

    standing: Standing
    answers: int = 0
    failures: int = 0
    timed: int = 0
    slow: int = 0


@dataclass(frozen=True, slots=True)
class JudgeRules:
    """`window`: how far back is looked; `enough`: below so many, nothing is concluded; shares in
    basis points; `down_after`, `back_after`: how long a weight rests before it goes down or back;
    `slow_after`: a delivery that takes longer is slow."""

    window: timedelta = timedelta(minutes=15)
    enough: int = 10
    fails_above_bp: int = 1_000
    slow_above_bp: int = 1_500
    slow_after: timedelta = timedelta(minutes=5)
    step: int = 10
    down_after: timedelta = timedelta(minutes=5)
    back_after: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Move:
    """A weight that is to change, and why."""

    standing: Standing
    weight: int
    why: str


def draw(standings: Sequence[Standing], luck: float) -> Standing:
    """One of them by weight; `luck`, from 0 to below 1, decides. The first when none has any."""
    mark = luck * sum(one.weight for one in standings)
    for one in standings:
        mark -= one.weight
        if mark < 0:
            return one
    return standings[0]


def judge(gateways: Sequence[Seen], now: datetime, rules: JudgeRules) -> list[Move]:
    """The weights that change now."""
    in_use = [seen for seen in gateways if not seen.standing.stopped]
    troubles = {seen.standing.name: _trouble(seen, rules) for seen in in_use}
    if all(troubles.values()):
        return []
    moves = []
    for seen in in_use:
        standing, trouble = seen.standing, troubles[seen.standing.name]
        rested = now - standing.moved_at if standing.moved_at else rules.back_after
        if trouble and standing.weight and rested >= rules.down_after:
            weight = max(standing.weight - rules.step, 0)
            moves.append(Move(standing, weight, trouble))
        elif not trouble and standing.weight < FULL_WEIGHT and rested >= rules.back_after:
            weight = min(standing.weight + rules.step, FULL_WEIGHT)
            moves.append(Move(standing, weight, "does well"))
    return moves


def _trouble(seen: Seen, rules: JudgeRules) -> str:
    """What is wrong with it; empty when nothing is, as far as is known."""
    if (
        seen.answers >= rules.enough
        and seen.failures * 10_000 > rules.fails_above_bp * seen.answers
    ):
        return f"failed: {seen.failures} of {seen.answers}"
    if seen.timed >= rules.enough and seen.slow * 10_000 >= rules.slow_above_bp * seen.timed:
        return f"slow: {seen.slow} of {seen.timed}"
    return ""
