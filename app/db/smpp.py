"""Queries on what goes out by SMPP: parts put, claimed, answered for and reported on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction

RECEIPTS_KEPT = timedelta(days=3)
"""How long a receipt waits for the answer that gives its message's id."""


@dataclass(frozen=True, slots=True)
class NewPart:
    """One short message of an SMS. `sealed`: its octets, encrypted."""

    part: int
    data_coding: int
    esm_class: int
    sealed: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A short message that is ours to send. `claim` tells this claim of it from any other; `again`:
    its sender died or lost the link, and it may have left already."""

    id: int
    claim: int
    reference: str
    part: int
    sender: str
    msisdn: str
    data_coding: int
    esm_class: int
    sealed: str
    again: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a claimed part. `again_at` only when it goes back into the queue; `state` is
    then queued, or sending when it may have left."""

    id: int
    claim: int
    state: str
    code: str = ""
    message_id: str | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What a receipt says of a message."""

    message_id: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class SmsMoved:
    """An SMS some of whose parts moved: `states` and `codes` of all its parts, in order."""

    reference: str
    states: tuple[str, ...]
    codes: tuple[str, ...]


def put(
    tx: Transaction, reference: str, sender: str, msisdn: str, parts: Sequence[NewPart],
    now: datetime,
) -> None:  # fmt: skip
    """Queue the parts of an SMS; a reference that is queued already isn't queued again."""
    tx.insert_many(
        """
        insert into smpp_parts (reference, part, parts, sender, msisdn, data_coding, esm_class,
            sealed, due_at, queued_at)
        values %s on conflict (reference, part) do nothing
        """,
        [
            (reference, one.part, len(parts), sender, msisdn, one.data_coding, one.esm_class,
             one.sealed, now, now)
            for one in parts
        ],
    )  # fmt: skip


def claim(tx: Transaction, now: datetime, until: datetime, limit: int) -> list[PartRow]:
    """Take the parts that are due, the oldest first; nobody else gets them before `until`."""
    rows = tx.all(
        """
        with due as (
            select id, state from smpp_parts where due_at <= %s
            order by due_at limit %s for update skip locked)
        update smpp_parts p set state = 'sending', due_at = %s, tries = p.tries + 1,
            sent_again = p.sent_again + (due.state = 'sending')::integer
        from due where p.id = due.id
        returning p.id, p.tries, p.reference, p.part, p.sender, p.msisdn, p.data_coding,
            p.esm_class, p.sealed, due.state = 'sending'
        """,
        (now, limit, until),
    )
    return sorted((PartRow(*row) for row in rows), key=lambda row: row.id)


def answer(tx: Transaction, answers: Sequence[Answered], now: datetime) -> list[str]:
    """Record what came of claims that still hold; the references of SMS that failed by it."""
    rows = tx.all(
        """
        update smpp_parts p set state = a.state, code = a.code, message_id = a.message_id,
            due_at = a.again_at,
            sealed = case when a.again_at is null then null else p.sealed end,
            answered_at = case when a.again_at is null then %s else null end
        from unnest(%s::bigint[], %s::integer[], %s::text[], %s::text[], %s::text[],
                    %s::timestamptz[]) as a (id, claim, state, code, message_id, again_at)
        where p.id = a.id and p.tries = a.claim and p.state = 'sending'
        returning p.reference, p.state
        """,
        (
            now, [a.id for a in answers], [a.claim for a in answers], [a.state for a in answers],
            [a.code for a in answers], [a.message_id for a in answers],
            [a.again_at for a in answers],
        ),
    )  # fmt: skip
    return sorted({reference for reference, state in rows if state == "failed"})


def report(tx: Transaction, reports: Sequence[Reported]) -> tuple[list[str], list[Reported]]:
    """Move parts forward: the references of SMS that have moved, and the reports of messages that
    nobody knows (yet). Of two messages with one id, the younger is meant."""
    rows = tx.all(
        """
        with told as (
            select * from unnest(%s::text[], %s::text[], %s::text[])
                with ordinality as r (message_id, state, reason, place)),
        meant as (
            select distinct on (t.place) t.message_id, t.state, t.reason, p.id
            from told t join smpp_parts p on p.message_id = t.message_id
                and p.state in ('sent', 'buffered')
            order by t.place, p.id desc),
        final as (
            select distinct on (id) * from meant order by id, (state = 'buffered')),
        moved as (
            update smpp_parts p set state = f.state, code = f.reason
            from final f where p.id = f.id returning p.reference)
        select m.reference, null::text from moved m
        union all select null, message_id from meant
        """,
        (
            [r.message_id for r in reports], [r.state for r in reports],
            [r.reason for r in reports],
        ),
    )  # fmt: skip
    known = {row[1] for row in rows if row[1]}
    moved = sorted({row[0] for row in rows if row[0]})
    return moved, [one for one in reports if one.message_id not in known]


def keep_receipts(tx: Transaction, reports: Sequence[Reported], now: datetime) -> None:
    """Until the answers to their messages are recorded."""
    tx.insert_many(
        "insert into smpp_receipts (message_id, state, reason, heard_at) values %s"
        " on conflict do nothing",
        [(one.message_id, one.state, one.reason, now) for one in reports],
    )


def take_receipts(tx: Transaction, message_ids: Sequence[str]) -> list[Reported]:
    """Those that came before these messages' answers."""
    rows = tx.all(
        "delete from smpp_receipts where message_id = any(%s) returning message_id, state, reason",
        (list(message_ids),),
    )
    return [Reported(*row) for row in rows]


def sms_of(tx: Transaction, references: Sequence[str]) -> list[SmsMoved]:
    """How all parts of these SMS stand."""
    rows = tx.all(
        "select reference, array_agg(state order by part), array_agg(code order by part)"
        " from smpp_parts where reference = any(%s) group by reference",
        (list(references),),
    )
    return [SmsMoved(reference, tuple(states), tuple(codes)) for reference, states, codes in rows]


def forget(tx: Transaction, now: datetime) -> None:
    """Receipts of messages that were never ours, MO parts whose rest never came, old MO SMS."""
    tx.run("delete from smpp_receipts where heard_at < %s", (now - RECEIPTS_KEPT,))
    tx.run("delete from smpp_mo_parts where heard_at < %s", (now - timedelta(days=1),))
    tx.run("delete from smpp_heard where heard_at < %s", (now - timedelta(days=1),))
    tx.run("delete from smpp_links where seen_at < %s", (now - timedelta(days=1),))


def say_link(
    tx: Transaction, name: str, now: datetime, *, bound: bool, window: int, in_flight: int,
    throttled: bool,
) -> None:  # fmt: skip
    """How a process's link stands."""
    tx.run(
        """
        insert into smpp_links (name, bound, "window", in_flight, throttled, seen_at)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (name) do update set bound = excluded.bound, "window" = excluded."window",
            in_flight = excluded.in_flight, throttled = excluded.throttled,
            seen_at = excluded.seen_at
        """,
        (name, bound, window, in_flight, throttled, now),
    )
