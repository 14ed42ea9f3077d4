"""Queries on identity checks. A check is asked, then ended once, by compare-and-set."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin


@dataclass(frozen=True, slots=True)
class NewCheck:
    """`id` comes from `new_id`, because the number is encrypted for its row. `agent_id` is None
    when the subscriber gave the number."""

    id: int
    subscriber_id: int
    agent_id: int | None
    document: Document
    number_ciphertext: str
    number_index: bytes
    origin: Origin
    asked_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check that is open; `tries` counts the times it was looked at."""

    id: int
    subscriber_id: int
    msisdn: Msisdn
    language: str
    agent_id: int | None
    document: Document
    number_ciphertext: str
    tries: int
    asked_at: datetime


def new_id(tx: Transaction) -> int:
    return int(tx.one("select nextval(pg_get_serial_sequence('identity_checks', 'id'))")[0])


def one_number_at_a_time(tx: Transaction, subscriber_id: int) -> None:
    """Numbers given for one subscriber wait for each other until the commit."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('identity:' || %s, 0))", (subscriber_id,))


def one_match_at_a_time(tx: Transaction) -> None:
    """Matches wait for each other until the commit, so that a number gets one owner whatever key
    its index was made under. They are rare and short."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('identity matches', 0))")


def asked_in_step(tx: Transaction, origin: Origin) -> bool:
    row = tx.one(
        "select exists (select from identity_checks"
        " where channel = %s and session = %s and step = %s)",
        (origin.channel, origin.session, origin.step),
    )
    return bool(row[0])


def replace_open(tx: Transaction, subscriber_id: int, document: Document, now: datetime) -> None:
    """Another number is given instead: the open check of this document is over."""
    tx.run(
        "update identity_checks set state = 'replaced', number_ciphertext = null,"
        " number_index = null, due_at = null, ended_at = %s"
        " where subscriber_id = %s and document = %s and state = 'asked'",
        (now, subscriber_id, document),
    )


def add(tx: Transaction, new: NewCheck) -> None:
    tx.run(
        """
        insert into identity_checks (id, subscriber_id, agent_id, document, number_ciphertext,
                                     number_index, channel, session, step, asked_at, due_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            new.id, new.subscriber_id, new.agent_id, new.document, new.number_ciphertext,
            new.number_index, new.origin.channel, new.origin.session, new.origin.step,
            new.asked_at, new.due_at,
        ),
    )  # fmt: skip


def confirmed(tx: Transaction, subscriber_id: int) -> frozenset[Document]:
    """What is confirmed of this subscriber."""
    rows = tx.all(
        "select document from identity_checks where subscriber_id = %s and state = 'matched'",
        (subscriber_id,),
    )
    return frozenset(Document(row[0]) for row in rows)


def look_at(tx: Transaction, check_id: int, again_at: datetime) -> CheckRow | None:
    """The check, due again at `again_at` unless it has ended by then; None when it has ended."""
    row = tx.maybe(
        """
        update identity_checks c set tries = tries + 1, due_at = %s from subscribers s
        where c.id = %s and c.state = 'asked' and s.id = c.subscriber_id
        returning c.id, c.subscriber_id, s.msisdn, s.language, c.agent_id, c.document,
                  c.number_ciphertext, c.tries, c.asked_at
        """,
        (again_at, check_id),
    )
    return _check(row) if row else None


def _check(row: tuple) -> CheckRow:  # type: ignore[type-arg]
    id_, subscriber, msisdn, language, agent, document, number, tries, asked_at = row
    return CheckRow(
        id_, subscriber, Msisdn(msisdn), language, agent, Document(document), number, tries,
        asked_at,
    )  # fmt: skip


def find_open(tx: Transaction, check_id: int) -> CheckRow | None:
    """The check as long as nobody has ended it."""
    row = tx.maybe(
        """
        select c.id, c.subscriber_id, s.msisdn, s.language, c.agent_id, c.document,
               c.number_ciphertext, c.tries, c.asked_at
        from identity_checks c join subscribers s on s.id = c.subscriber_id
        where c.id = %s and c.state = 'asked'
        """,
        (check_id,),
    )
    return _check(row) if row else None


@dataclass(frozen=True, slots=True)
class CheckSeen:
    """A check as staff see it: never its number. `agent` is the number of the agent who saw the
    document, empty where the owner gave it."""

    id: int
    subscriber_id: int
    msisdn: Msisdn
    country: str
    tier: int
    document: Document
    state: str
    code: str
    tries: int
    agent: str
    asked_at: datetime
    ended_at: datetime | None


def seen(tx: Transaction, check_id: int) -> CheckSeen | None:
    row = tx.maybe(
        """
        select c.id, s.id, s.msisdn, s.country, s.tier, c.document, c.state, c.code, c.tries,
               coalesce(a.number, ''), c.asked_at, c.ended_at
        from identity_checks c join subscribers s on s.id = c.subscriber_id
        left join agents a on a.subscriber_id = c.agent_id where c.id = %s
        """,
        (check_id,),
    )
    if row is None:
        return None
    id_, owner, msisdn, country, tier, document, *rest = row
    return CheckSeen(id_, owner, Msisdn(msisdn), country, tier, Document(document), *rest)


def owner_of(tx: Transaction, document: Document, indexes: tuple[bytes, ...]) -> int | None:
    """The subscriber this number is confirmed for."""
    row = tx.maybe(
        "select subscriber_id from identity_checks"
        " where document = %s and number_index = any(%s) and state = 'matched'",
        (document, list(indexes)),
    )
    return int(row[0]) if row else None


def end(tx: Transaction, check_id: int, state: str, code: str, now: datetime) -> bool:
    """From asked to its end; False when it has ended. Only a number that matched is kept."""
    return (
        tx.run(
            """
            update identity_checks set state = %(state)s, code = %(code)s, ended_at = %(now)s,
                due_at = null,
                number_ciphertext = case %(state)s when 'matched' then number_ciphertext end,
                number_index = case %(state)s when 'matched' then number_index end
            where id = %(id)s and state = 'asked'
            """,
            {"state": state, "code": code, "now": now, "id": check_id},
        )
        == 1
    )


def put_off(tx: Transaction, check_id: int, code: str, due_at: datetime) -> None:
    """Not to be known now: look again at `due_at`."""
    tx.run(
        "update identity_checks set code = %s, due_at = %s where id = %s and state = 'asked'",
        (code, due_at, check_id),
    )


def numbers_not_under(
    tx: Transaction, prefix: str, after_id: int, limit: int
) -> list[tuple[int, Document, str]]:
    """Id, document and number of checks whose number isn't encrypted under this key, by id."""
    rows = tx.all(
        "select id, document, number_ciphertext from identity_checks"
        " where id > %s and not starts_with(number_ciphertext, %s) order by id limit %s",
        (after_id, prefix, limit),
    )
    return [(int(id_), Document(document), str(number)) for id_, document, number in rows]


def renew_number(tx: Transaction, check_id: int, old: str, new: str, index: bytes) -> None:
    """Same number, new key; does nothing when the number was forgotten meanwhile."""
    tx.run(
        "update identity_checks set number_ciphertext = %s, number_index = %s"
        " where id = %s and number_ciphertext = %s",
        (new, index, check_id, old),
    )


def take_due(tx: Transaction, now: datetime, again_after: timedelta) -> list[int]:
    """Ids of checks nobody has looked at in time."""
    rows = tx.all(
        """
        update identity_checks set due_at = %s where id in (
            select id from identity_checks where due_at <= %s order by due_at limit 200
            for update skip locked)
        returning id
        """,
        (now + again_after, now),
    )
    return [int(row[0]) for row in rows]
