"""One subscriber's line of time, newest first: each source of it is read by an index of its own, a
bounded number of rows at a time, from any moment on.

Rows are ordered by (moment, source, id), so that a page goes on exactly where the one before ended,
also where many things have the same moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import Any

from app.db.engine import Transaction
from app.domain.money import Money

_PATIENCE = "set local statement_timeout = '10s'"
LAST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose line of time: the id and the number under which rows are kept; `hop_indexes` are those
    under which hops are."""

    id: int
    msisdn: str
    hop_indexes: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Beyond:
    """Rows of one source after this place, in the order they are read: older, or of the same moment
    with a smaller id; none before `since`."""

    at: datetime
    id: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A row. `what` is its word; `about` names it in an address (a reference, a ticket) or is
    empty; `amount` and `state` are None and empty where there is none; `detail` says more."""

    at: datetime
    id: int
    what: str
    about: str
    amount: Money | None
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class Source:
    """`sql` selects what Seen holds, with minor units and currency apart, up to its `where`, which
    says whose; `at` and `id` are its order."""

    sql: str
    at: str
    id: str


_HOPS = Source(
    """
    select h.at, h.id, h.label, h.channel || ' ' || h.session, null::bigint, '', h.outcome,
           'hop ' || h.hop || ', ' || round(h.milliseconds) || ' ms'
    from ussd_hops h where h.msisdn_index = %(index)s""",
    "h.at", "h.id",
)  # fmt: skip
_HOPS_OF_BEFORE = replace(_HOPS, sql=_HOPS.sql.replace("_index = %(index)s", " = %(msisdn)s"))
"""Those that are still to be encrypted."""
_SMS_OUT = Source(
    """
    select m.queued_at, m.id, m.kind, coalesce(o.reference, ''), null::bigint, '', m.state,
           concat_ws('; ', nullif(m.sent_text, ''), nullif(m.via, ''), nullif(m.code, ''))
    from mt_sms m left join orders o on o.id = m.order_id where m.msisdn = %(msisdn)s""",
    "m.queued_at", "m.id",
)  # fmt: skip
_SMS_IN = Source(
    """
    select r.received_at, r.id, r.redacted, '', null::bigint, '', '',
           concat_ws('; ', r.channel, nullif(r.outcome, ''))
    from mo_sms r where r.msisdn = %(msisdn)s""",
    "r.received_at", "r.id",
)  # fmt: skip
_ORDERS = Source(
    """
    select o.placed_at, o.id, o.operator || ' ' || o.product || ' for ' || o.recipient, o.reference,
           o.price_minor, o.currency, o.state,
           concat_ws('; ', o.channel, nullif(o.provider, ''), nullif(o.code, ''),
               'over after '
               || ceil(extract(epoch from o.ended_at - o.placed_at))::bigint || ' s')
    from orders o where o.subscriber_id = %(id)s""",
    "o.placed_at", "o.id",
)  # fmt: skip
_MONEY = Source(
    """
    select t.at, p.id, t.kind || case a.kind when 'wallet' then '' else ', ' || a.kind end,
           t.reference, p.amount_minor, p.currency, '', ''
    from postings p join ledger_transactions t on t.id = p.transaction_id
    join accounts a on a.id = p.account_id where p.account_id = %(account)s""",
    "t.at", "p.id",
)  # fmt: skip
_TOPUPS = Source(
    """
    select p.at, p.id, p.provider, p.reference, p.amount_minor, p.currency, p.state,
           concat_ws('; ', p.external_id, nullif(p.code, ''))
    from topups p where p.subscriber_id = %(id)s""",
    "p.at", "p.id",
)  # fmt: skip
_CHARGES = Source(
    """
    select c.asked_at, c.id, c.method || ' by ' || c.provider, c.reference, c.amount_minor,
           c.currency, c.state, c.code
    from charges c where c.subscriber_id = %(id)s""",
    "c.asked_at", "c.id",
)  # fmt: skip
_VOUCHERS = Source(
    """
    select v.redeemed_at, v.id, b.reference || '-' || lpad(v.number::text, 5, '0'), v.reference,
           b.face_minor, b.currency, 'redeemed', v.channel
    from vouchers v join voucher_batches b on b.id = v.batch_id where v.subscriber_id = %(id)s""",
    "v.redeemed_at", "v.id",
)  # fmt: skip
_IDENTITY = Source(
    """
    select i.asked_at, i.id, i.document, '', null::bigint, '', i.state, i.code
    from identity_checks i where i.subscriber_id = %(id)s""",
    "i.asked_at", "i.id",
)  # fmt: skip
_CASES = Source(
    """
    select c.opened_at, c.id, c.kind || coalesce(' about ' || nullif(c.subject, ''), ''), c.ticket,
           null::bigint, '', c.state, c.owner
    from cases c where c.subscriber_id = %(id)s""",
    "c.opened_at", "c.id",
)  # fmt: skip
# Entries from before somebody was erased may be about them, who had the number then.
_ACTS = Source(
    """
    select d.at, d.id, d.act, '', null::bigint, '', '',
           concat_ws('; ', d.actor, (select string_agg(key || ': ' || value, '; ' order by key)
               from jsonb_each_text(d.detail)))
    from audit d where d.subject = %(msisdn)s
      and d.at > coalesce((select max(e.erased_at) from subscribers e join subscribers s
          on s.registered_at >= e.erased_at where s.id = %(id)s), '-infinity')""",
    "d.at", "d.id",
)  # fmt: skip
SOURCES: Mapping[str, Source] = MappingProxyType({
    "act": _ACTS, "sms out": _SMS_OUT, "case": _CASES, "identity": _IDENTITY, "money": _MONEY,
    "order": _ORDERS, "top-up": _TOPUPS, "charge": _CHARGES, "voucher": _VOUCHERS,
    "sms in": _SMS_IN, "hop": _HOPS,
})  # fmt: skip
"""Of one moment what follows stands above what it follows from."""

# Times of orders and postings follow their ids but for transactions that ran side by side. So they
# are read by the index of their ids, from the last one that can lie before the moment: no hot table
# carries one more index for this page.
_NEAR = 300
_LAST_BEFORE = """
with recursive halves (low, high) as (
    select 0::bigint, coalesce((select max(x.id) from {rows} x where x.{whose} = %(of)s), 0)
  union all
    select case when early then middle else low end, case when early then high else middle - 1 end
    from (
        select low, high, middle, coalesce((
            select {at} < %(at)s + interval '1 minute' from {timed}
            where x.{whose} = %(of)s and x.id >= middle order by x.id limit 1), false) as early
        from (select low, high, (low + high + 1) / 2 as middle from halves where low < high) h
    ) asked)
select max(low) from halves
"""
_NEWEST = """ and {id} <= %(last)s and {id} >= (select coalesce(min(y.id), 0) from (
    select x.id from {rows} x where x.{whose} = %(of)s and x.id <= %(last)s
    order by x.id desc limit %(near)s) y)"""


@dataclass(frozen=True, slots=True)
class _ById:
    """A source read by its ids: its table, whose column, its time and what to join for that."""

    rows: str
    whose: str
    timed: str
    at: str


_BY_ID: Mapping[str, _ById] = {
    "order": _ById("orders", "subscriber_id", "orders x", "x.placed_at"),
    "money": _ById(
        "postings", "account_id",
        "postings x join ledger_transactions u on u.id = x.transaction_id", "u.at",
    ),
}  # fmt: skip


def read(tx: Transaction, name: str, owner: Owner, beyond: Beyond, most: int) -> list[Seen]:
    """Up to `most` rows of one source, newest first."""
    if name == "order":
        return _near(tx, name, owner.id, beyond, most)
    if name == "money":
        return _newest(
            (_near(tx, name, account, beyond, most) for account in _accounts(tx, owner)), most
        )
    if name == "hop":
        return _hops(tx, owner, beyond, most)
    whose = {"id": owner.id, "msisdn": owner.msisdn}
    return _rows(tx, SOURCES[name], "", whose, beyond, most)


def patient(tx: Transaction) -> None:
    """What follows in this transaction may take as long as a page may."""
    tx.run(_PATIENCE)


def _hops(tx: Transaction, owner: Owner, beyond: Beyond, most: int) -> list[Seen]:
    by_index = (
        _rows(tx, SOURCES["hop"], "", {"index": index}, beyond, most) for index in owner.hop_indexes
    )
    of_before = _rows(tx, _HOPS_OF_BEFORE, "", {"msisdn": owner.msisdn}, beyond, most)
    return _newest(chain(by_index, [of_before]), most)


def _newest(lists: Iterable[list[Seen]], most: int) -> list[Seen]:
    rows = chain.from_iterable(lists)
    return sorted(rows, key=lambda one: (one.at, one.id), reverse=True)[:most]


def _accounts(tx: Transaction, owner: Owner) -> list[int]:
    """What is theirs: wallet, and as an agent float and commission; what they owe."""
    rows = tx.all(
        "select id from accounts where owner = %s"
        " and kind in ('wallet', 'agent_float', 'commission', 'debt')",
        (str(owner.id),),
    )
    return [int(row[0]) for row in rows]


def _near(tx: Transaction, name: str, of: int, beyond: Beyond, most: int) -> list[Seen]:
    by, source = _BY_ID[name], SOURCES[name]
    find = _LAST_BEFORE.format(rows=by.rows, whose=by.whose, timed=by.timed, at=by.at)
    last = int(tx.one(find, {"of": of, "at": beyond.at})[0])
    newest = _NEWEST.format(id=source.id, rows=by.rows, whose=by.whose)
    params = {"id": of, "account": of, "of": of, "last": last, "near": most + _NEAR}
    return _rows(tx, source, newest, params, beyond, most)


def _rows(
    tx: Transaction, source: Source, more: str, params: Mapping[str, Any], beyond: Beyond,
    most: int,
) -> list[Seen]:  # fmt: skip
    since = "" if beyond.since is None else f" and {source.at} >= %(since)s"
    rows = tx.all(
        f"{source.sql}{more} and ({source.at}, {source.id}) < (%(before)s, %(before_id)s){since}"
        f" order by {source.at} desc, {source.id} desc limit %(most)s",
        {
            **params, "before": beyond.at, "before_id": beyond.id, "since": beyond.since,
            "most": most,
        },
    )  # fmt: skip
    return [_seen(row) for row in rows]


def _seen(row: Sequence[Any]) -> Seen:
    at, id_, what, about, minor, currency, state, detail = row
    amount = None if minor is None else Money(minor, currency)
    return Seen(at, int(id_), what, about, amount, state, detail)
