-- Subscribers of the last year, each with a wallet; every five hundredth is an agent.
insert into subscribers (id, msisdn, language, country, currency, blocked, registered_at, pin_hash,
                         pepper_id, pin_changed_at)
overriding system value
select i, '+23481' || lpad(i::text, 8, '0'), (array['en', 'en', 'en', 'pcm', 'ha', 'yo', 'ig'])[1 + i % 7],
       'NG', 'NGN', i % 1000 = 7, r.at, '-', 'p1', r.at
from generate_series(1, :people) i,
     lateral (select now() - interval '1 day' * (400 - 300 * i::float8 / :people) as at) r;
insert into agents (subscriber_id, number, name, parent_id, low_float_minor, opened_at)
select id, (2000 + id / 500)::text, 'Agent ' || id / 500, case when id / 500 % 5 > 0
           then id - id / 500 % 5 * 500 end, 500000, registered_at
from subscribers where id % 500 = 0
    and (id / 500 % 5 = 0 or id - id / 500 % 5 * 500 > 0);
insert into accounts (id, kind, owner, currency, guarded, opened_at)
overriding system value
select :first + id, 'wallet', id::text, 'NGN', true, registered_at from subscribers
union all
select :first + :people + e.place * (:people / 500) + a.subscriber_id / 500, e.kind, a.subscriber_id::text,
       'NGN', true, a.opened_at
from agents a, (values (0, 'agent_float'), (1, 'commission')) as e (place, kind);
