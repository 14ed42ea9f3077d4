"""May this member of staff do this?"""

from app.db import staff
from app.db.engine import Transaction
from app.domain.roles import Right, Role, may
from app.services.staff_refused import MayNot


def check_may(tx: Transaction, actor: str, right: Right) -> None:
    """Raises MayNot when the role of whoever this is doesn't grant it, or nobody active is."""
    found = staff.find(tx, actor)
    if found is None or not found.active:
        raise MayNot(f"{actor} is no active member of staff")
    if not may(Role(found.role), right):
        raise MayNot(f"{actor} is {found.role}, who may not {right.value.replace('_', ' ')}")
