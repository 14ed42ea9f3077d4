"""A database as it is after a long time: subscribers, their orders, and every posting of them.

Written in bulk, as `nexustop ledger verify` wants it: digests, balances, folds and
receipts are those that the program would have left.
"""

import sys
import time

import psycopg2

from app.services.fold_ledger import fold_ledger
from app.services.seal_ledger import seal_ledger
from tests.bench.servers import Ground

PER_SUBSCRIBER, PER_ORDER = 2, 5
"""Postings: money in; an order's hold, and its delivery with a margin."""

_STEPS = (
    ("subscribers", """
insert into subscribers (msisdn, language, country, currency, registered_at, pin_hash, pepper_id,
                         pin_changed_at, limits_exempt)
select '+23481' || lpad(i::text, 8, '0'), 'en', 'NG', 'NGN', now(), '-', 'p1', now(), true
from generate_series(1, {people}) i;
insert into accounts (kind, owner, currency, guarded)
select 'wallet', id::text, 'NGN', true from subscribers where msisdn like '+23481%' order by id;
insert into balances (account_id, guarded)
select id, true from accounts a where not exists (select from balances where account_id = a.id)
"""),
    ("orders", """
insert into orders (reference, subscriber_id, channel, session, step, operator, recipient,
                    amount_minor, price_minor, currency, state, placed_at, deadline, provider,
                    external_id, ended_at)
select translate(lpad(to_hex(i), 6, '0'), '0123456789abcdef', 'GHJKLMNPQRSTUVWX'),
       s.first + (i * 7919::bigint) % {people}, 'past', i::text, 1, 'mtn-ng', '+2348030000001',
       10000, 10000, 'NGN', 'delivered', m.at, m.at, 'vtpass', 'x' || i, m.at + interval '1 second'
from (select min(id) as first from subscribers where msisdn like '+23481%') s,
     generate_series(1, {orders}) i,
     lateral (select now() - interval '90 days' * (1 - i::float / {orders}) as at) m;
insert into mt_sms (dedupe_key, msisdn, kind, language, params, order_id, state, queued_at, sent_at)
select 'past:' || id, '+2348030000001', 'delivered', 'en', '{{}}', id, 'delivered', ended_at,
       ended_at from orders where channel = 'past'
"""),
    ("transactions", """
insert into ledger_transactions (reference, kind, digest, at)
select 'past:' || s.id, 'funding', sha256(convert_to(format(
           E'funding\\nfunding//NGN -%s\\nwallet/%s/NGN %s', {money}, s.id, {money}), 'UTF8')),
       now() - interval '91 days'
from subscribers s where msisdn like '+23481%' order by s.id;
insert into ledger_transactions (reference, kind, digest, at)
select format('order:%s:%s', o.reference, e.part), e.kind, sha256(convert_to(case e.kind
           when 'hold' then format(E'hold\\nwallet/%s/NGN -10000\\nholds//NGN 10000',
                                   o.subscriber_id)
           else E'post\\nholds//NGN -10000\\nprovider_float/vtpass/NGN 9700\\nrevenue//NGN 300' end,
           'UTF8')), e.at
from orders o, lateral (values (1, 'hold', 'hold', o.placed_at), (2, 'end', 'post', o.ended_at))
    as e (place, part, kind, at)
where o.channel = 'past' order by o.id, e.place
"""),
    ("postings", """
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select t.id, leg.account, leg.minor, 'NGN', null
from ledger_transactions t
join accounts w on w.kind = 'wallet' and w.currency = 'NGN' and w.owner = substr(t.reference, 6),
lateral (values (1, account_id('funding', '', 'NGN'), -{money}), (2, w.id, {money}))
    as leg (place, account, minor)
where t.reference like 'past:%' order by t.id, leg.place;
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select t.id, leg.account, leg.minor, 'NGN', null
from orders o
join accounts w on w.kind = 'wallet' and w.currency = 'NGN' and w.owner = o.subscriber_id::text
cross join lateral (values ('hold', 1, w.id, -10000), ('hold', 2, {holds}, 10000),
                ('end', 1, {holds}, -10000), ('end', 2, {float}, 9700), ('end', 3, {revenue}, 300))
    as leg (part, place, account, minor)
join ledger_transactions t on t.reference = 'order:' || o.reference || ':' || leg.part
where o.channel = 'past' order by t.id, leg.place
"""),
    ("marks and balances", """
insert into folds default values;
insert into posting_marks (posting_id, transaction_id, fold_id)
select p.id, p.transaction_id, (select max(id) from folds)
from postings p join accounts a on a.id = p.account_id
where not a.guarded and p.xid is null order by p.transaction_id, p.id;
update balances b set posted_minor = b.posted_minor + s.minor
from (select account_id, sum(amount_minor) as minor from postings where xid is null group by 1) s
where s.account_id = b.account_id
"""),
)  # fmt: skip


def populate(on: Ground, people: int, postings: int) -> None:
    """So many subscribers, each with money, and orders until there are so many postings."""
    words = {
        "people": people,
        "orders": max((postings - PER_SUBSCRIBER * people) // PER_ORDER, people // 10),
        "money": 100_000_000,
        "holds": on.one("select account_id('holds', '', 'NGN')"),
        "float": on.one("select account_id('provider_float', 'vtpass', 'NGN')"),
        "revenue": on.one("select account_id('revenue', '', 'NGN')"),
    }
    connection = psycopg2.connect(on.layout.owner_url.replace("nexustop_owner@", "postgres@"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        # No triggers and no foreign keys looked at: what is written is right, and verified below.
        cursor.execute("set session_replication_role = replica")
        cursor.execute("set maintenance_work_mem = '256MB'; set work_mem = '256MB'; set jit = off")
        for name, sql in _STEPS:
            began = time.monotonic()
            for statement in sql.format(**words).split(";\n"):
                cursor.execute(statement)
            cursor.execute("analyze")
            _say(f"{name}: {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        cursor.execute("vacuum analyze")
        _say(f"vacuum: {time.monotonic() - began:.0f} s")
    connection.close()
    db = on.parts.db
    began = time.monotonic()
    sealed = (fold_ledger(db), seal_ledger(db))[1]
    _say(f"{sealed:,} transactions sealed: {time.monotonic() - began:.0f} s")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
