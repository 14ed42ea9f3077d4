"""Encrypt again, under the current key, what is stored plain or under an older key.

A pass over a kind of field goes by row, a commit for every few hundred, and keeps how far it has
come: it may be stopped at any time and goes on there. Meanwhile every field is read, and found, in
whichever state it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.db import field_renewals
from app.db.field_renewals import Progress
from app.security.field_encryption import Unreadable
from app.services.context import Context
from app.services.renewable import RENEWABLE

_BATCH = 500
_AGAIN_AFTER = timedelta(hours=1)
"""Another process may have written under an older key while a pass was under way."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many fields were put under the current key, and how many no key opens."""

    fields: int
    unreadable: int


def renew_fields(ctx: Context, tell: Callable[[str, Progress], None] | None = None) -> Renewed:
    """Everything, in a pass that begins at the first row; `tell` hears of each batch. Once nothing
    is unreadable, older keys may be taken out of the settings."""
    fields = unreadable = 0
    for kind in RENEWABLE:
        with ctx.db.transaction() as tx:
            progress = field_renewals.begin(tx, kind, ctx.fields.key_id)
        while progress.ended_at is None:
            progress = _batch(ctx, kind)
            if tell is not None:
                tell(kind, progress)
        fields += progress.fields
        unreadable += progress.unreadable
    return Renewed(fields, unreadable)


def renew_some(ctx: Context, batches: int = 5) -> None:
    """A few batches of whatever isn't through; what has ended begins again after an hour. With a
    single key, only what may never have been encrypted is looked for."""
    for kind, renewable in RENEWABLE.items():
        if not (ctx.fields.rotating or renewable.begins_plain):
            continue
        with ctx.db.transaction() as tx:
            progress = field_renewals.under(
                tx, kind, ctx.fields.key_id, ctx.clock.now() - _AGAIN_AFTER
            )
        while progress.ended_at is None:
            if batches == 0:
                return
            progress, batches = _batch(ctx, kind), batches - 1


def progress_of(ctx: Context) -> list[tuple[str, Progress | None]]:
    """How far each kind has come under the current key; None where no pass has begun."""
    with ctx.db.statement() as tx:
        found = field_renewals.everything(tx, ctx.fields.key_id)
    return [(kind, found.get(kind)) for kind in RENEWABLE]


def _batch(ctx: Context, kind: str) -> Progress:
    """The next few hundred rows, in one commit with how far that is. Two who do this at once wait
    for each other."""
    with ctx.db.transaction() as tx:
        progress = field_renewals.lock(tx, kind)
        found = RENEWABLE[kind].find(ctx.fields, tx, progress.reached, _BATCH)
        unreadable = 0
        for field in found:
            try:
                field.renew()
            except Unreadable:
                unreadable += 1
        return field_renewals.step(
            tx, kind, found[-1].row if found else progress.reached, len(found) - unreadable,
            unreadable, None if len(found) == _BATCH else ctx.clock.now(),
        )  # fmt: skip
