"""The reason that staff give for an act."""

from app.domain.unkept import unkept_masked
from app.services.staff_refused import StaffRefused

LONGEST_REASON = 500


def reason_of(text: str) -> str:
    """The reason as it is kept, without a card's number. Raises StaffRefused when there is none, or
    it can't be kept."""
    reason = " ".join(text.split())
    if not reason:
        raise StaffRefused("a reason is wanted: it is kept with the act")
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise StaffRefused(f"a reason is {LONGEST_REASON} printable characters or fewer")
    return unkept_masked(reason)
