-- Transactions and their postings, for all orders but the first `unposted`. Ids: top-ups first, then two for each order, then what an order
-- that was given up gave back, then float and cash. Digests are over the lines below.
insert into ledger_transactions (id, reference, kind, digest, at)
overriding system value
select id, 'topup:' || reference, 'topup', sha256(convert_to(E'topup\npayment_clearing/paystack/NGN -'
           || amount_minor || E'\nwallet/' || subscriber_id || '/NGN ' || amount_minor, 'UTF8')), at
from topups order by id;
insert into ledger_transactions (id, reference, kind, digest, at)
overriding system value
select :people + 2 * o.id - 1, 'order:' || o.reference || ':hold', 'hold', sha256(convert_to(
           E'hold\nwallet/' || o.subscriber_id || '/NGN -' || o.price_minor || E'\nholds//NGN '
           || o.price_minor, 'UTF8')), o.placed_at
from orders o where o.id > :unposted order by o.id;
insert into ledger_transactions (id, reference, kind, digest, at)
overriding system value
select :people + 2 * o.id, 'order:' || o.reference || ':end', case o.state when 'declined' then 'void'
           else 'post' end, sha256(convert_to(case when o.state = 'declined'
               then E'void\nholds//NGN -' || o.price_minor || E'\nwallet/' || o.subscriber_id
                    || '/NGN ' || o.price_minor
               else E'post\nholds//NGN -' || o.price_minor || E'\nprovider_float/' || o.provider
                    || '/NGN ' || v.cost_minor || case when v.cost_minor < o.price_minor
                        then E'\nrevenue//NGN ' || o.price_minor - v.cost_minor else '' end
               end, 'UTF8')),
       o.ended_at
from orders o join vend_attempts v on v.id = o.id where o.ended_at is not null and o.id > :unposted
order by o.id;
insert into ledger_transactions (id, reference, kind, digest, at)
overriding system value
select :people + 2 * :orders + id, 'order:' || reference || ':reversal', 'reversal',
       sha256(convert_to(E'reversal\nunknown_loss//NGN -' || price_minor || E'\nwallet/'
           || subscriber_id || '/NGN ' || price_minor, 'UTF8')), ended_at
from orders where state = 'reversed' and id > :unposted order by id;
insert into ledger_transactions (id, reference, kind, digest, at)
overriding system value
select :people + 3 * :orders + id, 'float:' || reference, 'float', sha256(convert_to(
           E'float\nfunding//NGN -' || amount_minor || E'\nagent_float/' || taker_id || '/NGN '
           || amount_minor, 'UTF8')), asked_at
from float_moves order by id;
insert into ledger_transactions (id, reference, kind, digest, at)
overriding system value
select 2 * :people + 3 * :orders + id, 'cashin:' || reference, 'cash_in', sha256(convert_to(
           E'cash_in\nagent_float/' || agent_id || '/NGN -' || amount_minor || E'\nwallet/'
           || customer_id || '/NGN ' || amount_minor || E'\ncommission_cost//NGN -' || earned_minor
           || E'\ncommission/' || agent_id || '/NGN ' || earned_minor, 'UTF8')), at
from cash_ins order by id;
create temporary table leg_accounts on commit drop as
select kind, owner, id from accounts where currency = 'NGN' and id <= :first;
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select p.id, leg.account, leg.minor, 'NGN', null
from topups p, leg_accounts c, lateral (values (c.id, -p.amount_minor),
    (:first + p.subscriber_id, p.amount_minor)) as leg (account, minor)
where c.kind = 'payment_clearing' and c.owner = 'paystack';
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select :people + 2 * o.id - 1 + leg.part, leg.account, leg.minor, 'NGN', null
from orders o
left join vend_attempts v on v.id = o.id
left join leg_accounts f on f.kind = 'provider_float' and f.owner = o.provider
cross join (select id from leg_accounts where kind = 'holds') h
cross join (select id from leg_accounts where kind = 'revenue') e
cross join lateral (values (0, :first + o.subscriber_id, -o.price_minor), (0, h.id, o.price_minor),
    (1, h.id, -o.price_minor),
    (1, case o.state when 'declined' then :first + o.subscriber_id else f.id end,
        case o.state when 'declined' then o.price_minor else v.cost_minor end),
    (1, e.id, case o.state when 'declined' then 0 else o.price_minor - v.cost_minor end)
    ) as leg (part, account, minor)
where o.id > :unposted and (leg.part = 0 or o.ended_at is not null and leg.minor <> 0);
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select :people + 2 * :orders + o.id, leg.account, leg.minor, 'NGN', null
from orders o, leg_accounts l, lateral (values (l.id, -o.price_minor),
    (:first + o.subscriber_id, o.price_minor)) as leg (account, minor)
where o.state = 'reversed' and o.id > :unposted and l.kind = 'unknown_loss';
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select :people + 3 * :orders + f.id, leg.account, leg.minor, 'NGN', null
from float_moves f, leg_accounts l, lateral (values (l.id, -f.amount_minor),
    (:first + :people + f.taker_id / 500, f.amount_minor)) as leg (account, minor)
where l.kind = 'funding';
insert into postings (transaction_id, account_id, amount_minor, currency, xid)
select 2 * :people + 3 * :orders + c.id, leg.account, leg.minor, 'NGN', null
from cash_ins c, leg_accounts l, lateral (values
    (:first + :people + c.agent_id / 500, -c.amount_minor),
    (:first + c.customer_id, c.amount_minor), (l.id, -c.earned_minor),
    (:first + :people + :people / 500 + c.agent_id / 500, c.earned_minor)) as leg (account, minor)
where l.kind = 'commission_cost';
insert into folds default values;
insert into posting_marks (posting_id, transaction_id, fold_id)
select id, transaction_id, (select max(id) from folds) from postings where account_id <= :first;
create temporary table sums on commit drop as
select account_id, sum(amount_minor) as minor from postings group by 1;
insert into balances (account_id, posted_minor, guarded)
select a.id, coalesce(s.minor, 0), true from accounts a left join sums s on s.account_id = a.id
where a.id > :first;
update balances b set posted_minor = s.minor from sums s
where s.account_id = b.account_id and b.account_id <= :first;
