"""What stands between a right PIN and the money: the SIM's history, and a second factor.

A proof is taken by one step, in a commit of its own before the act, and belongs to that step: a
copy of the hop, or the hop tried again after a crash, finds it, no other act does. When the act is
refused it is given back.
"""

from dataclasses import dataclass

from app.db import proofs
from app.db.subscribers import SubscriberRow
from app.domain.requests import Origin, Refusal, Refused
from app.domain.second_factor import Subject
from app.services.context import Context
from app.services.second_factor import wants_proof
from app.services.sim_swap import refusal_for


@dataclass(frozen=True, slots=True)
class Admitted:
    """`proof_id` is the proof that was taken, None where none is wanted."""

    proof_id: int | None


def admit(
    ctx: Context, origin: Origin, subscriber: SubscriberRow, subject: Subject, *, can_prove: bool
) -> Admitted | Refused:
    """May this act be, now that its owner's word is good? Small amounts cost no query. Without
    `can_prove` no proof is looked for: none was meant for this act."""
    if subscriber.limits_exempt:
        return Admitted(None)
    refused = refusal_for(ctx, subscriber, subject)
    if refused is not None:
        return refused
    if not wants_proof(ctx, subscriber.country, subject):
        return Admitted(None)
    if not can_prove:
        return Refused(Refusal.NEEDS_SECOND_FACTOR)
    with ctx.db.statement() as tx:
        proof_id = proofs.take(tx, subscriber.id, subject, origin, ctx.clock.now())
    return Admitted(proof_id) if proof_id else Refused(Refusal.NEEDS_SECOND_FACTOR)


def let_go(ctx: Context, admitted: Admitted) -> None:
    """The act was refused: the proof may serve another try."""
    if admitted.proof_id is not None:
        with ctx.db.statement() as tx:
            proofs.give_back(tx, admitted.proof_id)
