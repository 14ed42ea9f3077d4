"""What a final callback means for an attempt at a vendor that can't be asked."""

from datetime import datetime

from app.db.attempts import AttemptRow
from app.domain.vending import Refund, Settle, Step
from app.services.vending_context import VendingContext


def final_word_step(
    ctx: VendingContext, attempt: AttemptRow, word: str, now: datetime
) -> Step | None:
    """Success settles at once; failure voids only after the vendor's grace (None until then)."""
    if word == "success":
        return Settle(attempt.external_id or attempt.transaction_id or "")
    grace = ctx.traits(attempt.provider).grace
    if now >= attempt.send_by + grace:
        return Refund("failed")
    return None
