"""Staff decide an identity check that nobody else has answered: they saw the document, or it isn't
theirs. Its number is shown to nobody."""

from app.db import identity
from app.db.engine import Transaction
from app.db.identity import CheckRow, CheckSeen
from app.domain.secret import Secret
from app.security.audit import Entry, append
from app.security.field_encryption import Unreadable
from app.services.check_identity import confirm_check, end_check, is_taken
from app.services.confirm_identity import number_place
from app.services.context import Context
from app.services.staff_refused import AlreadyDecided, StaffRefused

LONGEST_NAME = 100
_BY_STAFF = "by_staff"


def show_check(ctx: Context, check_id: int) -> CheckSeen | None:
    """None when there is none."""
    with ctx.db.statement() as tx:
        return identity.seen(tx, check_id)


def confirm_by_hand(ctx: Context, check_id: int, name: str, actor: str, reason: str) -> bool:
    """The document is theirs, and says this name: the tier rises as after a look-up. False when
    the number is somebody else's already: the check ends as taken and staff look into it. Raises
    AlreadyDecided, StaffRefused."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise StaffRefused(f"a name is 1 to {LONGEST_NAME} printable characters")
    with ctx.db.transaction() as tx:
        identity.one_match_at_a_time(tx)
        check = _open(tx, check_id)
        number = _number(ctx, check)
        if is_taken(ctx, tx, check, number):
            _note(ctx, tx, check, actor, "taken", reason)
            confirmed = False
        else:
            confirmed = confirm_check(ctx, tx, check, Secret(name), ctx.clock.now(), _BY_STAFF)
            if not confirmed:
                raise AlreadyDecided(f"check {check_id} has ended")
            _note(ctx, tx, check, actor, "matched", reason)
    ctx.nudge()
    return confirmed


def refuse_by_hand(ctx: Context, check_id: int, actor: str, reason: str) -> None:
    """It isn't theirs: the number is forgotten and the owner told. Raises AlreadyDecided."""
    with ctx.db.transaction() as tx:
        check = _open(tx, check_id)
        if not end_check(ctx, tx, check, "not_matched", _BY_STAFF, "identity_refused"):
            raise AlreadyDecided(f"check {check_id} has ended")
        _note(ctx, tx, check, actor, "not_matched", reason)
    ctx.nudge()


def _open(tx: Transaction, check_id: int) -> CheckRow:
    check = identity.find_open(tx, check_id)
    if check is None:
        raise AlreadyDecided(f"check {check_id} has ended")
    return check


def _number(ctx: Context, check: CheckRow) -> Secret:
    try:
        return ctx.fields.decrypt(check.number_ciphertext, number_place(check.id))
    except Unreadable:
        raise StaffRefused("the number can't be read any more: have it given again") from None


def _note(
    ctx: Context, tx: Transaction, check: CheckRow, actor: str, state: str, reason: str
) -> None:
    entry = Entry(
        ctx.clock.now(), actor, "identity.decide", check.msisdn,
        {"document": check.document.value, "check": str(check.id), "reason": reason},
        before={"state": "asked"}, after={"state": state},
    )  # fmt: skip
    append(tx, entry)
