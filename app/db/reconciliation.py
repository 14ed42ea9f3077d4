"""Matching a provider's statement with our books, in SQL: four temporary tables, then breaks.

`theirs` has a row per payment or sale the provider speaks of, `ours` one per top-up, or per order
sold through the provider; `pairs` is what they say beside what we say, with the kind of break that
makes; `absent` is what only we speak of. Everything that has an open break is looked at too,
whatever its day, so that a break closes itself once the two sides agree.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.db.engine import Transaction
from app.db.statements import WORK_MEMORY
from app.domain.breaks import LINE_KINDS, BreakKind
from app.domain.statements import NEAR_MIDNIGHT, Books

CLOSED_BY = "reconciliation"

_THEIRS = """
create temp table theirs on commit drop as
select external_id, max(reference) as reference,
       coalesce(max(amount_minor) filter (where kind <> 'taken_back'), sum(amount_minor))
           as amount_minor,
       coalesce(sum(amount_minor) filter (where kind = 'taken_back'), 0) as back_minor,
       max(currency) as currency, bool_or(kind <> 'taken_back') as sold,
       bool_or(day = %(day)s) as today
from statement_lines
where provider = %(provider)s and (day = %(day)s
    or external_id in (select b.external_id from breaks b
                       where b.provider = %(provider)s and b.closed_at is null)
    or external_id in (select l.external_id from statement_lines l where l.day = %(day)s
                       and l.provider = %(provider)s and l.kind = 'taken_back'))
group by external_id
"""

_OPEN_BREAKS = """
select b.external_id from breaks b where b.provider = %(provider)s and b.closed_at is null
"""

_OUR_PAYMENTS = f"""
create temp table ours on commit drop as
select t.external_id, '' as reference, t.amount_minor, t.currency, t.at, true as sold,
       t.taken_back_minor as back_minor, false as unsure, t.reference as name
from topups t where t.id in (
    select id from topups where provider = %(provider)s and at between %(begins)s and %(ends)s
    union select p.id from topups p join theirs h on h.external_id = p.external_id
        where p.provider = %(provider)s
    union select p.id from topups p join ({_OPEN_BREAKS}) b on b.external_id = p.external_id
        where p.provider = %(provider)s)
"""  # noqa: S608 - our own text

_OUR_SALES = f"""
create temp table ours on commit drop as
select distinct on (a.order_id)
       coalesce(a.external_id, '') as external_id, a.reference, a.amount_minor, a.currency,
       a.opened_at as at, a.outcome = 'delivered' as sold,
       case when o.state = 'reversed' and o.code = 'vendor_reversal' then a.amount_minor
           else 0 end as back_minor,
       a.state <> 'closed' or a.outcome = 'given_up'
           or o.state in ('placed', 'sending', 'pending', 'unknown') as unsure,
       o.reference as name
from vend_attempts a join orders o on o.id = a.order_id
where a.reference <> '' and a.id in (
    select id from vend_attempts
        where provider = %(provider)s and opened_at between %(begins)s and %(ends)s
    union select v.id from vend_attempts v join theirs h on h.external_id = v.external_id
        where v.provider = %(provider)s
    union select v.id from vend_attempts v join theirs h on h.reference = v.reference
        where v.provider = %(provider)s
    union select v.id from vend_attempts v join ({_OPEN_BREAKS}) b
        on b.external_id in (v.external_id, v.reference) where v.provider = %(provider)s)
order by a.order_id, (a.outcome = 'delivered') desc, a.number desc
"""  # noqa: S608 - our own text

_PAIRS = """
create temp table pairs on commit drop as
select *, case
    when unsure then null
    when not ours_sold and theirs_minor > back_minor then 'missing_here'
    when not ours_sold then null
    when back_minor > ours_back_minor then 'missing_here'
    when sold and (theirs_minor <> ours_minor or currency <> ours_currency) then 'amount_differs'
end as kind
from (
    select t.external_id, t.reference, t.amount_minor as theirs_minor, t.back_minor, t.currency,
           t.sold, t.today, coalesce(e.name, r.name) as name,
           coalesce(e.amount_minor, r.amount_minor) as ours_minor,
           coalesce(e.currency, r.currency) as ours_currency,
           coalesce(e.sold, r.sold, false) as ours_sold,
           coalesce(e.back_minor, r.back_minor, 0) as ours_back_minor,
           coalesce(e.unsure, r.unsure, false) as unsure
    from theirs t
    left join ours e on e.external_id = t.external_id and e.external_id <> ''
    left join ours r on e.name is null and r.reference = t.reference and r.reference <> ''
) beside
"""

_ABSENT = """
create temp table absent on commit drop as
select coalesce(nullif(o.external_id, ''), o.reference) as external_id, o.amount_minor, o.currency,
       o.name, (o.at at time zone %(zone)s)::date = %(day)s as today,
       ((o.at - %(near)s) at time zone %(zone)s)::date = any(%(read)s)
           and ((o.at + %(near)s) at time zone %(zone)s)::date = any(%(read)s) as certain
from ours o
where o.sold and not o.unsure
  and not exists (select from statement_lines l
                  where l.provider = %(provider)s and l.external_id = o.external_id)
  and not exists (select from statement_lines l
                  where l.provider = %(provider)s and l.reference = o.reference
                    and l.reference <> '' and l.day between %(day)s - 1 and %(day)s + 1)
"""

_OPEN = """
with differ as (
    select external_id, kind, jsonb_build_object(
        'theirs_minor', theirs_minor - back_minor,
        'ours_minor', case when ours_sold then ours_minor - ours_back_minor else 0 end,
        'currency', currency, 'ours_currency', ours_currency,
        'reference', nullif(reference, ''),
        'line', case when back_minor > 0 then 'taken_back' end, %(thing)s, name) as detail
    from (select * from pairs p where today and kind is not null and not exists (
         select from breaks b where b.provider = %(provider)s and b.external_id = p.external_id
           and (b.closed_by not in ('', %(closer)s) or b.closed_at is null and b.kind = p.kind))
     order by external_id limit %(at_most)s) first_of_theirs
    union all
    select external_id, 'missing_there', jsonb_build_object(
        'theirs_minor', 0, 'ours_minor', amount_minor, 'currency', currency, %(thing)s, name)
    from (select * from absent a where certain and not exists (
         select from breaks b where b.provider = %(provider)s and b.external_id = a.external_id
           and (b.closed_by not in ('', %(closer)s)
                or b.closed_at is null and b.kind = 'missing_there'))
     order by external_id limit %(at_most)s) first_of_ours
)
insert into breaks as b (kind, provider, external_id, detail, opened_at)
select distinct on (external_id) kind, %(provider)s, external_id,
    jsonb_strip_nulls(detail || jsonb_build_object(
        'sales', %(sales)s, 'day', %(day)s::date, 'asked', %(heard)s::jsonb -> external_id)),
    %(now)s
from differ
on conflict (provider, external_id) where external_id is not null
do update set kind = excluded.kind, detail = excluded.detail, resolution = '',
    opened_at = case when b.closed_at is null then b.opened_at else excluded.opened_at end,
    closed_at = null, closed_by = ''
    where b.closed_at is null or b.closed_by = %(closer)s
returning opened_at = %(now)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a day's statement and our books say, in minor units by currency. `waiting`: ours that
    may be in a neighbouring day's statement, which wasn't read yet; `unsure`: orders whose outcome
    is still to come. `kinds`: what differs, by
    kind of break; `opened` of them are new."""

    lines: int
    duplicates: int
    matched: int
    unsure: int
    waiting: int
    kinds: Mapping[str, int]
    opened: int
    closed: int
    theirs: Mapping[str, tuple[int, int]]
    ours: Mapping[str, int]


def conclude(
    tx: Transaction, provider: str, day: date, run_id: int, books: Books,
    heard: Mapping[str, str], breaks_at_most: int, now: datetime,
) -> Found:  # fmt: skip
    """Match, open breaks and close those that are over. `heard`: what the provider's API said of
    single payments, by external id, kept with their breaks."""
    tx.run("set local statement_timeout = 0")
    tx.run(f"set local work_mem = '{WORK_MEMORY}'")
    tx.run("select pg_advisory_xact_lock(hashtext('reconcile ' || %s))", (provider,))
    begins, ends = books.window(day)
    given = {
        "provider": provider, "day": day, "begins": begins, "ends": ends, "zone": books.zone,
        "sales": books.sales, "thing": "order" if books.sales else "topup",
        "near": NEAR_MIDNIGHT, "read": _days_read(tx, provider),
    }  # fmt: skip
    for sql in (_THEIRS, _OUR_SALES if books.sales else _OUR_PAYMENTS):
        tx.run(sql, given)
    tx.run("analyze theirs; analyze ours")
    tx.run(_PAIRS, given)
    tx.run(_ABSENT, given)
    opening = {
        **given, "heard": json.dumps(heard), "at_most": breaks_at_most, "now": now,
        "closer": CLOSED_BY,
    }  # fmt: skip
    opened = sum(1 for (new,) in tx.all(_OPEN, opening) if new)
    return _counted(tx, run_id, given, opened, _close(tx, provider, day, run_id, now))


def _days_read(tx: Transaction, provider: str) -> list[date]:
    rows = tx.all(
        "select distinct day from reconciliations where provider = %s and state = 'read'",
        (provider,),
    )
    return [row[0] for row in rows]


def _close(tx: Transaction, provider: str, day: date, run_id: int, now: datetime) -> int:
    return tx.run(
        "update breaks b set closed_at = %s, closed_by = %s, resolution = %s"
        " where b.provider = %s and b.closed_at is null and b.kind = any(%s)"
        " and not exists (select from pairs p"
        "                 where p.external_id = b.external_id and p.kind is not null)"
        " and not exists (select from absent a where a.external_id = b.external_id)",
        (
            now, CLOSED_BY, f"matched by run {run_id} of {day}", provider,
            [str(kind) for kind in LINE_KINDS],
        ),
    )  # fmt: skip


def _counted(
    tx: Transaction, run_id: int, given: Mapping[str, object], opened: int, closed: int
) -> Found:
    lines, duplicates = tx.one(
        "select lines, duplicates from reconciliations where id = %s", (run_id,)
    )
    matched, unsure = tx.one(
        "select count(*) filter (where not unsure and kind is null),"
        " count(*) filter (where unsure) from pairs where today"
    )
    waiting, absent = tx.one(
        "select count(*) filter (where today and not certain), count(*) filter (where certain)"
        " from absent"
    )
    kinds = dict(
        tx.all("select kind, count(*) from pairs where today and kind is not null group by kind")
    )
    if absent:
        kinds[BreakKind.MISSING_THERE.value] = absent
    return Found(
        lines, duplicates, matched, unsure, waiting, kinds, opened, closed,
        {
            currency: (int(amount), int(fee))
            for currency, amount, fee in tx.all(
                "select currency, sum(amount_minor), sum(fee_minor) from statement_lines"
                " where provider = %(provider)s and day = %(day)s and kind <> 'taken_back'"
                " group by currency", given
            )
        },
        {
            currency: int(amount)
            for currency, amount in tx.all(
                "select currency, sum(amount_minor) from ours where sold"
                " and (at at time zone %(zone)s)::date = %(day)s group by currency", given
            )
        },
    )  # fmt: skip
