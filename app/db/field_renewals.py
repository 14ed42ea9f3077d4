"""Queries on how far encrypting anew has come, by kind of field."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Row, Transaction

_COLUMNS = "reached, fields, unreadable, ended_at"


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a pass: the last row, how many fields were renewed, how many couldn't be read; when it
    came to the end, None while it is under way."""

    reached: int
    fields: int
    unreadable: int
    ended_at: datetime | None


def begin(tx: Transaction, kind: str, key_id: str) -> Progress:
    """A pass from the first row on."""
    return _progress(
        tx.one(
            f"""
            insert into field_renewals (place, key_id) values (%s, %s)
            on conflict (place) do update set key_id = excluded.key_id, reached = 0, fields = 0,
                unreadable = 0, ended_at = null
            returning {_COLUMNS}
            """,  # noqa: S608 - our own names
            (kind, key_id),
        )
    )


def under(tx: Transaction, kind: str, key_id: str, ended_before: datetime) -> Progress:
    """The pass that is under way; another one where the key is new, or the last one ended before
    this."""
    row = tx.maybe(
        f"select {_COLUMNS} from field_renewals where place = %s and key_id = %s"  # noqa: S608 - our own names
        " and (ended_at is null or ended_at > %s)",
        (kind, key_id, ended_before),
    )
    return _progress(row) if row else begin(tx, kind, key_id)


def lock(tx: Transaction, kind: str) -> Progress:
    """Until the commit."""
    return _progress(
        tx.one(f"select {_COLUMNS} from field_renewals where place = %s for update", (kind,))  # noqa: S608 - our own names
    )


def step(
    tx: Transaction, kind: str, reached: int, fields: int, unreadable: int,
    ended_at: datetime | None,
) -> Progress:  # fmt: skip
    """So many more, up to this row."""
    return _progress(
        tx.one(
            "update field_renewals set reached = %s, fields = fields + %s,"  # noqa: S608 - our own names
            f" unreadable = unreadable + %s, ended_at = %s where place = %s returning {_COLUMNS}",
            (reached, fields, unreadable, ended_at, kind),
        )
    )


def everything(tx: Transaction, key_id: str) -> dict[str, Progress]:
    """By kind, what was done under this key."""
    rows = tx.all(
        f"select place, {_COLUMNS} from field_renewals where key_id = %s",  # noqa: S608 - our own names
        (key_id,),
    )
    return {str(row[0]): _progress(row[1:]) for row in rows}


def _progress(row: Row) -> Progress:
    return Progress(*row)
