"""Queries on broadcasts: whom one goes to, counted and queued a piece at a time.

Everybody gets it once: an SMS's key names the broadcast and the number, and how far it has come is
written in the commit that queues.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.db.engine import Transaction
from app.db.number_operators import BEST_FIRST
from app.domain.broadcasts import Audience, BroadcastState, prefixes_of


@dataclass(frozen=True, slots=True)
class NewBroadcast:
    reference: str
    audience: Audience
    texts: Mapping[str, str]
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """`counts` is by the language of the text; `at_subscriber` says how far it has been counted, or
    sent, on the way to `last_subscriber`; `price_minor` is of one part; `queued` how many SMS were
    queued; no batch before `next_at`."""

    id: int
    reference: str
    audience: Audience
    texts: Mapping[str, str]
    state: BroadcastState
    made_by: str
    made_at: datetime
    counts: Mapping[str, int]
    at_subscriber: int
    last_subscriber: int
    price_minor: int | None
    ticket: str | None
    queued: int
    started_at: datetime | None
    ended_at: datetime | None
    ended_why: str
    next_at: datetime | None

    @property
    def recipients(self) -> int:
        return sum(self.counts.values())

    @property
    def way(self) -> int:
        """Percent of the subscribers who have been looked at."""
        return 100 * self.at_subscriber // max(self.last_subscriber, 1)


def moved(row: BroadcastRow, upto: int) -> BroadcastRow:
    """The same, further on."""
    return replace(row, at_subscriber=upto)


_ROW = """
select id, reference, country, operator, language, tier, bought_days, texts, state, made_by,
       made_at, counts, at_subscriber, last_subscriber, price_minor, ticket, queued, started_at,
       ended_at, ended_why, next_at
from broadcasts
"""


def _row(row: Sequence[Any]) -> BroadcastRow:
    id_, reference, country, operator, language, tier, days, texts, state, *rest = row
    audience = Audience(country, operator, language, tier, days)
    return BroadcastRow(id_, reference, audience, texts, BroadcastState(state), *rest)


def add(tx: Transaction, new: NewBroadcast) -> int | None:
    """Its id; None when there is one with this reference. Whoever registers later gets none."""
    row = tx.maybe(
        """
        insert into broadcasts (reference, country, operator, language, tier, bought_days, texts,
                                state, made_by, made_at, last_subscriber, due_at)
        values (%s, %s, %s, %s, %s, %s, %s::jsonb, 'counting', %s, %s,
                (select coalesce(max(id), 0) from subscribers), %s)
        on conflict (reference) do nothing returning id
        """,
        (
            new.reference, new.audience.country, new.audience.operator, new.audience.language,
            new.audience.tier, new.audience.bought_days, json.dumps(dict(new.texts)), new.made_by,
            new.made_at, new.made_at,
        ),
    )  # fmt: skip
    return int(row[0]) if row else None


def find(tx: Transaction, reference: str) -> BroadcastRow | None:
    row = tx.maybe(f"{_ROW} where reference = %s", (reference,))
    return _row(row) if row else None


def lock(tx: Transaction, reference: str) -> BroadcastRow | None:
    """The same, and nobody else changes it until the commit."""
    row = tx.maybe(f"{_ROW} where reference = %s for update", (reference,))
    return _row(row) if row else None


def lock_id(tx: Transaction, broadcast_id: int) -> BroadcastRow | None:
    row = tx.maybe(f"{_ROW} where id = %s for update", (broadcast_id,))
    return _row(row) if row else None


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 20) -> list[int]:
    """Ids of broadcasts whose next piece is due; each comes due again if nothing happens."""
    rows = tx.all(
        """
        update broadcasts set due_at = %s where id in (
            select id from broadcasts where due_at <= %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]


# --- counting ----------------------------------------------------------------------------------


def count_piece(
    tx: Transaction, row: BroadcastRow, upto: int, now: datetime, refusals_since: datetime
) -> dict[str, int]:
    """By the language of the text: how many it would go to, of the subscribers from where it stands
    up to this id."""
    where, params = _audience(row, now, refusals_since)
    rows = tx.all(
        f"""
        select case when %(texts)s::jsonb ? s.language then s.language else 'en' end, count(*)
        from subscribers s where s.id > %(after)s and s.id <= %(upto)s and {where} group by 1
        """,  # noqa: S608 - conditions of ours, values as parameters
        params | {"after": row.at_subscriber, "upto": upto},
    )
    return {str(language): int(count) for language, count in rows}


def note_count(
    tx: Transaction, row: BroadcastRow, counts: Mapping[str, int], upto: int, due_at: datetime
) -> None:
    tx.run(
        "update broadcasts set counts = %s::jsonb, at_subscriber = %s, due_at = %s where id = %s",
        (json.dumps(dict(counts)), upto, due_at, row.id),
    )


def counted(tx: Transaction, row: BroadcastRow, price_minor: int) -> None:
    """It is known whom it goes to and what a part costs; it begins from the first subscriber."""
    tx.run(
        "update broadcasts set state = 'counted', at_subscriber = 0, price_minor = %s,"
        " due_at = null where id = %s",
        (price_minor, row.id),
    )


# --- sending -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queued:
    """`matched` is how many of the piece it goes to, `last` the id of the last of them."""

    matched: int
    last: int | None
    queued: int


def queue_piece(
    tx: Transaction, row: BroadcastRow, upto: int, most: int, now: datetime,
    refusals_since: datetime,
) -> Queued:  # fmt: skip
    """Queue it to the next subscribers up to this id, `most` at a time."""
    where, params = _audience(row, now, refusals_since)
    matched, last, queued = tx.one(
        f"""
        with piece as (
            select s.id, s.msisdn,
                   case when %(texts)s::jsonb ? s.language then s.language else 'en' end as language
            from subscribers s where s.id > %(after)s and s.id <= %(upto)s and {where}
            order by s.id limit %(most)s),
        queued as (
            insert into mt_sms (dedupe_key, msisdn, kind, language, params, due_at)
            select 'broadcast:' || %(reference)s || ':' || msisdn, msisdn, 'broadcast', language,
                   jsonb_build_object('broadcast', %(reference)s,
                                      'text', %(texts)s::jsonb ->> language),
                   now() + interval '3 seconds'
            from piece on conflict (dedupe_key) do nothing returning id),
        relayed as (insert into outbox (topic, subject_id) select 'notify', id from queued)
        select (select count(*) from piece), (select max(id) from piece),
               (select count(*) from queued)
        """,  # noqa: S608 - conditions of ours, values as parameters
        params
        | {"after": row.at_subscriber, "upto": upto, "most": most, "reference": row.reference},
    )
    return Queued(int(matched), last, int(queued))


def note_sent(
    tx: Transaction, row: BroadcastRow, upto: int, queued: int, next_at: datetime
) -> None:
    """How far it has come; the next batch isn't before `next_at`."""
    tx.run(
        "update broadcasts set at_subscriber = %s, queued = queued + %s, next_at = %s, due_at = %s"
        " where id = %s",
        (upto, queued, next_at, next_at, row.id),
    )


def wait(tx: Transaction, row: BroadcastRow, until: datetime) -> None:
    """Nothing goes before this."""
    tx.run("update broadcasts set next_at = %s, due_at = %s where id = %s", (until, until, row.id))


# --- from state to state -----------------------------------------------------------------------


def asked(tx: Transaction, row: BroadcastRow, ticket: str) -> None:
    """Of a broadcast just locked: a second person decides."""
    tx.run("update broadcasts set state = 'asked', ticket = %s where id = %s", (ticket, row.id))


def start(tx: Transaction, row: BroadcastRow, now: datetime) -> None:
    """Of a broadcast just locked: it goes out."""
    tx.run(
        "update broadcasts set state = 'running', started_at = %s, next_at = %s, due_at = %s"
        " where id = %s",
        (now, now, now, row.id),
    )


def end(tx: Transaction, row: BroadcastRow, state: BroadcastState, why: str, now: datetime) -> None:
    """Of a broadcast just locked: no more of it goes out."""
    tx.run(
        "update broadcasts set state = %s, ended_why = %s, ended_at = %s, due_at = null"
        " where id = %s",
        (state, why, now, row.id),
    )


_LATEST = 5_000


def drop_queued(tx: Transaction, reference: str) -> int:
    """Its SMS that no gateway was given yet aren't sent, as far as they are among the latest; how
    many."""
    return tx.run(
        """
        update mt_sms set state = 'failed', code = 'broadcast_stopped', due_at = null
        where state = 'queued' and id in (
            select id from mt_sms where kind = 'broadcast' and params->>'broadcast' = %s
            order by id desc limit %s)
        """,
        (reference, _LATEST),
    )


# --- to whom -----------------------------------------------------------------------------------


_WANTED_SMS = (
    "not exists (select from sms_refusals r where r.msisdn = s.msisdn"
    " and r.at > %(refusals_since)s)"
)
_BEST_KNOWN = (
    "(select n.operator = %(operator)s from number_operators n where n.msisdn = s.msisdn"  # noqa: S608 - a constant
    f" {BEST_FIRST} limit 1)"
)


def _audience(
    row: BroadcastRow, now: datetime, refusals_since: datetime
) -> tuple[str, dict[str, object]]:
    """Conditions on subscribers `s`, and their values."""
    wanted = row.audience
    params: dict[str, object] = {
        "country": wanted.country, "refusals_since": refusals_since,
        "texts": json.dumps(dict(row.texts)),
    }  # fmt: skip
    conditions = [
        "s.country = %(country)s",
        "not s.blocked",
        "not exists (select from opt_outs o where o.msisdn = s.msisdn)",
        _WANTED_SMS,
    ]
    if wanted.language:
        conditions.append("s.language = %(language)s")
        params["language"] = wanted.language
    if wanted.tier is not None:
        conditions.append("s.tier = %(tier)s")
        params["tier"] = wanted.tier
    if wanted.bought_days is not None:
        conditions.append(
            "exists (select from orders b where b.subscriber_id = s.id and b.state = 'delivered'"
            " and b.placed_at > %(bought_since)s)"
        )
        params["bought_since"] = now - timedelta(days=wanted.bought_days)
    if wanted.operator:
        prefixes = prefixes_of(wanted.operator)
        conditions.append(
            f"coalesce({_BEST_KNOWN}, s.msisdn ^@ any(%(own)s) and not s.msisdn ^@ any(%(others)s))"
        )
        params |= {
            "operator": wanted.operator, "own": list(prefixes.own), "others": list(prefixes.others),
        }  # fmt: skip
    return " and ".join(conditions), params
