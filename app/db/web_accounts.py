"""Queries on whoever signs in to the back-office: staff by e-mail, people of agents by MSISDN."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`kind` is staff or agent, `name` the e-mail or the MSISDN; `active` says whether both the
    account and, for people of agents, the agent are; `sealed_key` is the code app's;
    `must_change_password`: somebody else has seen it."""

    kind: str
    id: int
    name: str
    role: str
    zone: str
    password_hash: str | None
    active: bool
    demo: bool
    sealed_key: str | None
    last_step: int
    agent_id: int | None
    agent_msisdn: Msisdn | None
    must_change_password: bool


_TABLES = {"staff": "staff", "agent": "agent_users"}

_FIND = """
select kind, id, name, role, zone, password_hash, active, demo, sealed_key, last_step, agent_id,
       agent_msisdn, must_change_password
from (
select 'staff' as kind, id, email as name, role, zone, password_hash, active, demo, sealed_key,
       last_step, null::bigint as agent_id, null::text as agent_msisdn, must_change_password
from staff
union all
select 'agent', u.id, u.msisdn, u.role, u.zone, u.password_hash, u.active and a.active, u.demo,
       u.sealed_key, u.last_step, u.agent_id, s.msisdn, false
from agent_users u join agents a on a.subscriber_id = u.agent_id
join subscribers s on s.id = u.agent_id
) people
"""


def _of(kind: str, sql: str) -> str:
    return sql.format(table=_TABLES[kind])


def find(tx: Transaction, kind: str, name: str) -> AccountRow | None:
    """Closed or not."""
    row = tx.maybe(f"{_FIND} where kind = %s and name = %s", (kind, name))
    return AccountRow(*row) if row else None


def find_by_id(tx: Transaction, kind: str, person_id: int) -> AccountRow | None:
    row = tx.maybe(f"{_FIND} where kind = %s and id = %s", (kind, person_id))
    return AccountRow(*row) if row else None


def people_of(tx: Transaction, agent_id: int) -> list[AccountRow]:
    """Everybody who signs in for this agent, the agent first."""
    rows = tx.all(f"{_FIND} where agent_id = %s order by role, name", (agent_id,))
    return [AccountRow(*row) for row in rows]


def put_agent_user(
    tx: Transaction,
    msisdn: Msisdn,
    agent_id: int,
    role: str,
    password_hash: str,
    zone: str,
    actor: str,
    now: datetime,
    *,
    demo: bool,
) -> int | None:
    """Open an account, or give one of the same agent and role a new password; its id. None when
    the number signs in for another agent or in another role."""
    row = tx.maybe(
        """
        insert into agent_users as u (msisdn, agent_id, role, password_hash, zone, demo, added_at,
                                      added_by)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (msisdn) do update set password_hash = excluded.password_hash, active = true
            where u.agent_id = excluded.agent_id and u.role = excluded.role
        returning id
        """,
        (msisdn, agent_id, role, password_hash, zone, demo, now, actor),
    )  # fmt: skip
    return int(row[0]) if row else None


def close_agent_user(
    tx: Transaction, msisdn: str, agent_id: int, roles: Collection[str]
) -> int | None:
    """No sign-in any more; the account's id, None when this agent has no such open account of one
    of these roles."""
    row = tx.maybe(
        "update agent_users set active = false where msisdn = %s and agent_id = %s"
        " and role = any(%s) and active returning id",
        (msisdn, agent_id, list(roles)),
    )
    return int(row[0]) if row else None


def set_password(tx: Transaction, kind: str, person_id: int, old: str | None, new: str) -> bool:
    """Compare-and-set; False when the password is another one by now."""
    return (
        tx.run(
            _of(
                kind,
                "update {table} set password_hash = %s"
                " where id = %s and password_hash is not distinct from %s",
            ),
            (new, person_id, old),
        )
        == 1
    )


def password_is_own(tx: Transaction, staff_id: int) -> None:
    """A member of staff has chosen one: nobody else has seen it."""
    tx.run("update staff set must_change_password = false where id = %s", (staff_id,))


def set_zone(tx: Transaction, kind: str, person_id: int, zone: str) -> None:
    tx.run(_of(kind, "update {table} set zone = %s where id = %s"), (zone, person_id))


# --- the code app ------------------------------------------------------------------------------


def enrol(
    tx: Transaction, kind: str, person_id: int, sealed_key: str, step: int, now: datetime
) -> bool:
    """From now on this code app counts; False when another one does already."""
    return (
        tx.run(
            _of(
                kind,
                "update {table} set sealed_key = %s, last_step = %s, enrolled_at = %s"
                " where id = %s and sealed_key is null",
            ),
            (sealed_key, step, now, person_id),
        )
        == 1
    )


def use_step(tx: Transaction, kind: str, person_id: int, step: int) -> bool:
    """Use up this time step and all before it; False when it was used."""
    return (
        tx.run(
            _of(kind, "update {table} set last_step = %s where id = %s and last_step < %s"),
            (step, person_id, step),
        )
        == 1
    )


def remove_factor(tx: Transaction, kind: str, person_id: int) -> bool:
    """No code app and no recovery codes any more; False when there was none."""
    tx.run("delete from recovery_codes where kind = %s and person_id = %s", (kind, person_id))
    return (
        tx.run(
            _of(
                kind,
                "update {table} set sealed_key = null, enrolled_at = null"
                " where id = %s and sealed_key is not null",
            ),
            (person_id,),
        )
        == 1
    )


def keys_not_under(
    tx: Transaction, kind: str, prefix: str, after_id: int, limit: int
) -> list[tuple[int, str]]:
    """Owner and key of code apps that aren't encrypted under this key, by owner."""
    rows = tx.all(
        _of(
            kind,
            "select id, sealed_key from {table}"
            " where id > %s and not starts_with(sealed_key, %s) order by id limit %s",
        ),
        (after_id, prefix, limit),
    )
    return [(int(id_), str(key)) for id_, key in rows]


def renew_key(tx: Transaction, kind: str, person_id: int, old: str, new: str) -> None:
    """Same key, encrypted anew; does nothing when another app was enrolled meanwhile."""
    tx.run(
        _of(kind, "update {table} set sealed_key = %s where id = %s and sealed_key = %s"),
        (new, person_id, old),
    )


# --- recovery codes ----------------------------------------------------------------------------


def replace_recovery_codes(
    tx: Transaction, kind: str, person_id: int, digests: list[bytes], now: datetime
) -> None:
    """These count, no older ones do."""
    tx.run("delete from recovery_codes where kind = %s and person_id = %s", (kind, person_id))
    tx.insert_many(
        "insert into recovery_codes (kind, person_id, digest, made_at) values %s",
        [(kind, person_id, digest, now) for digest in digests],
    )


def use_recovery_code(
    tx: Transaction, kind: str, person_id: int, digest: bytes, now: datetime
) -> bool:
    """Once; False when there is none or it was used."""
    return (
        tx.run(
            "update recovery_codes set used_at = %s"
            " where kind = %s and person_id = %s and digest = %s and used_at is null",
            (now, kind, person_id, digest),
        )
        == 1
    )


def recovery_codes_left(tx: Transaction, kind: str, person_id: int) -> int:
    row = tx.one(
        "select count(*) from recovery_codes"
        " where kind = %s and person_id = %s and used_at is null",
        (kind, person_id),
    )
    return int(row[0])


# --- wrong tries -------------------------------------------------------------------------------


def take_try(
    tx: Transaction, name: bytes, step: str, now: datetime, allowed: int, locked_for: timedelta
) -> datetime | None:
    """Count a try as wrong, with the lock it leads to; when a lock stands, its end and nothing is
    counted. The row is locked until the commit, so guesses in parallel come in one by one."""
    tx.run(
        "insert into sign_in_counts (name, step, counted_at) values (%s, %s, %s)"
        " on conflict do nothing",
        (name, step, now),
    )
    failures, locked_until = tx.one(
        "select failures, locked_until from sign_in_counts where name = %s and step = %s"
        " for update",
        (name, step),
    )
    if locked_until is not None and locked_until > now:
        return locked_until  # type: ignore[no-any-return]
    failures = 1 if locked_until is not None else failures + 1
    tx.run(
        "update sign_in_counts set failures = %s, counted_at = %s, locked_until = %s"
        " where name = %s and step = %s",
        (failures, now, now + locked_for if failures >= allowed else None, name, step),
    )
    return None


def locked_until(tx: Transaction, name: bytes, step: str, now: datetime) -> datetime | None:
    row = tx.maybe(
        "select locked_until from sign_in_counts"
        " where name = %s and step = %s and locked_until > %s",
        (name, step, now),
    )
    return row[0] if row else None


def clear_tries(tx: Transaction, name: bytes, step: str) -> None:
    tx.run("delete from sign_in_counts where name = %s and step = %s", (name, step))


def forget_tries(tx: Transaction, before: datetime) -> None:
    """Counts nobody has added to since."""
    tx.run("delete from sign_in_counts where counted_at < %s", (before,))
