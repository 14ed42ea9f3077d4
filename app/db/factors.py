"""Queries on second factors: printed lists, code apps, the count of wrong codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.requests import Origin
from app.domain.second_factor import FactorKind

# --- printed lists ---------------------------------------------------------------------------


def replace_list(tx: Transaction, subscriber_id: int, made_by: str, now: datetime) -> int:
    """Void the list in use and begin another; its id."""
    tx.run(
        "update code_lists set voided_at = %s where subscriber_id = %s and voided_at is null",
        (now, subscriber_id),
    )
    row = tx.one(
        "insert into code_lists (subscriber_id, made_by, made_at) values (%s, %s, %s) returning id",
        (subscriber_id, made_by, now),
    )
    return int(row[0])


def add_codes(tx: Transaction, list_id: int, digests: Sequence[bytes]) -> None:
    """The codes of positions 1, 2, ..."""
    rows = [(list_id, position, digest) for position, digest in enumerate(digests, start=1)]
    tx.insert_many("insert into list_codes (list_id, position, digest) values %s", rows)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list in use. `asked`: the position asked for; `unused`: positions never used."""

    id: int
    asked: int | None
    unused: tuple[int, ...]


def list_in_use(tx: Transaction, subscriber_id: int) -> ListRow | None:
    row = tx.maybe(
        """
        select l.id, l.asked_position, array(
            select c.position from list_codes c
            where c.list_id = l.id and c.used_at is null order by c.position)
        from code_lists l where l.subscriber_id = %s and l.voided_at is null
        """,
        (subscriber_id,),
    )
    return ListRow(row[0], row[1], tuple(row[2])) if row else None


def ask_position(tx: Transaction, list_id: int, position: int) -> int:
    """Ask for this one, unless another is asked for: then that one."""
    row = tx.one(
        "update code_lists set asked_position = coalesce(asked_position, %s) where id = %s"
        " returning asked_position",
        (position, list_id),
    )
    return int(row[0])


def use_code(tx: Transaction, list_id: int, position: int, digest: bytes, now: datetime) -> bool:
    """Use the code asked for, once; False when it is another one or was used."""
    used = tx.run(
        "update list_codes set used_at = %s"
        " where list_id = %s and position = %s and digest = %s and used_at is null",
        (now, list_id, position, digest),
    )
    if used:
        tx.run("update code_lists set asked_position = null where id = %s", (list_id,))
    return used == 1


# --- code apps -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppRow:
    """`added_by`: the step that added it."""

    sealed_key: str
    added_by: str
    confirmed: bool
    last_step: int


def code_app(tx: Transaction, subscriber_id: int) -> AppRow | None:
    row = tx.maybe(
        "select sealed_key, added_by, confirmed_at is not null, last_step from code_apps"
        " where subscriber_id = %s",
        (subscriber_id,),
    )
    return AppRow(*row) if row else None


def add_app(
    tx: Transaction, subscriber_id: int, sealed_key: str, origin: Origin, now: datetime
) -> AppRow:
    """A key that counts once it is confirmed, instead of one that wasn't; what is there now."""
    tx.run(
        """
        insert into code_apps as a (subscriber_id, sealed_key, added_by, added_at)
        values (%s, %s, %s, %s)
        on conflict (subscriber_id) do update set sealed_key = excluded.sealed_key,
            added_by = excluded.added_by, added_at = excluded.added_at, last_step = 0
        where a.confirmed_at is null and a.added_by <> excluded.added_by
        """,
        (subscriber_id, sealed_key, step_key(origin), now),
    )
    app = code_app(tx, subscriber_id)
    if app is None:
        raise LookupError("code_apps")
    return app


def step_key(origin: Origin) -> str:
    return f"{origin.channel}\n{origin.session}\n{origin.step}"


def use_step(tx: Transaction, subscriber_id: int, step: int) -> bool:
    """Use up this time step and all before it; False when it was used."""
    return (
        tx.run(
            "update code_apps set last_step = %s where subscriber_id = %s and last_step < %s",
            (step, subscriber_id, step),
        )
        == 1
    )


def confirm_app(tx: Transaction, subscriber_id: int, now: datetime) -> None:
    tx.run(
        "update code_apps set confirmed_at = coalesce(confirmed_at, %s) where subscriber_id = %s",
        (now, subscriber_id),
    )


def remove_app(tx: Transaction, subscriber_id: int) -> None:
    tx.run("delete from code_apps where subscriber_id = %s", (subscriber_id,))


# --- wrong codes -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountRow:
    """`taken`: the attempt may be verified. `tries_left` if it is wrong."""

    taken: bool
    tries_left: int


def take_attempt(
    tx: Transaction, subscriber_id: int, now: datetime, allowed: int, locked_for: timedelta
) -> CountRow:
    """Count an attempt as wrong, with the lock it leads to, unless one stands. The row is locked
    until the commit, so guesses in parallel come in one after another."""
    tx.run(
        "insert into factor_counts (subscriber_id) values (%s) on conflict do nothing",
        (subscriber_id,),
    )
    row = tx.maybe(
        """
        update factor_counts set
            failures = case when locked_until <= %(now)s then 0 else failures end + 1,
            locked_until = case
                when case when locked_until <= %(now)s then 0 else failures end + 1 >= %(allowed)s
                then %(until)s end
        where subscriber_id = %(id)s and (locked_until is null or locked_until <= %(now)s)
        returning failures
        """,
        {"id": subscriber_id, "now": now, "allowed": allowed, "until": now + locked_for},
    )
    return CountRow(taken=False, tries_left=0) if row is None else CountRow(
        taken=True, tries_left=allowed - int(row[0])
    )  # fmt: skip


def clear_count(tx: Transaction, subscriber_id: int) -> None:
    """A code was right, or staff looked into it."""
    tx.run(
        "update factor_counts set failures = 0, locked_until = null where subscriber_id = %s",
        (subscriber_id,),
    )


def is_locked(tx: Transaction, subscriber_id: int, now: datetime) -> bool:
    row = tx.maybe(
        "select true from factor_counts where subscriber_id = %s and locked_until > %s",
        (subscriber_id, now),
    )
    return row is not None


def begin_attempt(
    tx: Transaction, origin: Origin, subscriber_id: int, kind: FactorKind, now: datetime
) -> bool:
    """One per (channel, session, step); False when it was made before. A copy waits here until the
    first one's commit."""
    return (
        tx.run(
            "insert into factor_attempts (channel, session, step, subscriber_id, kind, at, correct,"
            " tries_left) values (%s, %s, %s, %s, %s, %s, false, 0) on conflict do nothing",
            (origin.channel, origin.session, origin.step, subscriber_id, kind, now),
        )
        == 1
    )


def attempt_was(tx: Transaction, origin: Origin, *, correct: bool, tries_left: int) -> None:
    tx.run(
        "update factor_attempts set correct = %s, tries_left = %s"
        " where channel = %s and session = %s and step = %s",
        (correct, tries_left, origin.channel, origin.session, origin.step),
    )


def attempt_of_step(tx: Transaction, origin: Origin, subscriber_id: int) -> tuple[bool, int]:
    """Whether it was correct, and how many tries were left."""
    row = tx.one(
        "select correct, tries_left from factor_attempts"
        " where channel = %s and session = %s and step = %s and subscriber_id = %s",
        (origin.channel, origin.session, origin.step, subscriber_id),
    )
    return bool(row[0]), int(row[1])


def app_keys_not_under(
    tx: Transaction, prefix: str, after_id: int, limit: int
) -> list[tuple[int, str]]:
    """Owner and key of code apps that aren't encrypted under this key, by owner."""
    rows = tx.all(
        "select subscriber_id, sealed_key from code_apps"
        " where subscriber_id > %s and not starts_with(sealed_key, %s)"
        " order by subscriber_id limit %s",
        (after_id, prefix, limit),
    )
    return [(int(id_), str(key)) for id_, key in rows]


def renew_app_key(tx: Transaction, subscriber_id: int, old: str, new: str) -> None:
    """Same key, encrypted anew; does nothing when another app was added meanwhile."""
    tx.run(
        "update code_apps set sealed_key = %s where subscriber_id = %s and sealed_key = %s",
        (new, subscriber_id, old),
    )
