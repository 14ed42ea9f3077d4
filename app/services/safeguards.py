"""What stands between a right PIN and the money: the SIM's history, how much the act looks like
somebody else's, and a second factor.

A proof is taken by one step, in a commit of its own before the act, and belongs to that step: a
copy of the hop, or the hop tried again after a crash, finds it, no other act does. When the act is
refused it is given back.
"""

from dataclasses import dataclass

from app.db import proofs
from app.db.subscribers import SubscriberRow
from app.domain.requests import Origin, Refusal, Refused
from app.domain.risk import NOTHING, Score, Verdict
from app.domain.second_factor import PURCHASES, Subject
from app.services.context import Context
from app.services.risk import judge
from app.services.second_factor import wants_proof
from app.services.sim_swap import refusal_for


@dataclass(frozen=True, slots=True)
class Admitted:
    """`proof_id` is the proof that was taken, None where none is wanted; `score` what the rules of
    risk say: an order that it holds waits for staff."""

    proof_id: int | None
    score: Score = NOTHING


def admit(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, subject: Subject, *, can_prove: bool,
    crowded: bool = False,
) -> Admitted | Refused:  # fmt: skip
    """May this act be, now that its owner's word is good? Small amounts cost no query, unless
    `crowded`: many wallets buy for the recipient. Without `can_prove` no proof is looked for: none
    was meant for this act. What isn't a purchase can't wait for staff: it is refused."""
    if subscriber.limits_exempt:
        return Admitted(None)
    refused = refusal_for(ctx, subscriber, subject)
    if refused is not None:
        return refused
    score = judge(ctx, subscriber, subject, crowded=crowded)
    if score.verdict is Verdict.HOLD and subject.act not in PURCHASES:
        return Refused(Refusal.LOOKS_WRONG)
    wanted = wants_proof(ctx, subscriber.country, subject) or score.verdict is Verdict.STEP_UP
    if not wanted:
        return Admitted(None, score)
    if not can_prove:
        return Refused(Refusal.NEEDS_SECOND_FACTOR)
    with ctx.db.statement() as tx:
        proof_id = proofs.take(tx, subscriber.id, subject, origin, ctx.clock.now())
    return Admitted(proof_id, score) if proof_id else Refused(Refusal.NEEDS_SECOND_FACTOR)


def let_go(ctx: Context, admitted: Admitted) -> None:
    """The act was refused: the proof may serve another try."""
    if admitted.proof_id is not None:
        with ctx.db.statement() as tx:
            proofs.give_back(tx, admitted.proof_id)
