-- What staff look after: complaints about every 250th order, breaks of what nobody could say.
insert into cases (id, ticket, subscriber_id, subject, order_id, kind, state, owner, opened_at,
                   answer_by, ended_at)
overriding system value
select id / 250, translate(to_hex(11534336 + id / 250), '0123456789abcdef', '23456789ABCDEFGH'),
       subscriber_id, reference, id,
       (array['not_received', 'wrong_number', 'wrong_amount', 'other'])[1 + id / 250 % 4],
       case when id > :orders * 0.98 then 'open' when id / 250 % 3 = 0 then 'refused'
            else 'solved' end,
       case when id > :orders * 0.99 then '' else 'support@nexustop.example' end,
       placed_at + interval '10 minutes', placed_at + interval '3 days',
       case when id <= :orders * 0.98 then placed_at + interval '5 hours' end
from orders where id % 250 = 0 order by id;
insert into case_steps (case_id, at, actor, step, detail)
select c.id, s.at, s.actor, s.step, s.detail from cases c, lateral (values
    (c.opened_at, 'subscriber', 'opened', ''),
    (c.ended_at, 'support@nexustop.example', c.state, 'We looked into it with the vendor.'))
    as s (at, actor, step, detail)
where s.at is not null order by c.id, s.at;
insert into breaks (kind, order_id, detail, opened_at, closed_at, owner, resolution, closed_by)
select case state when 'unknown' then 'unknown_order' else 'unknown_outcome' end, id, '{}',
       coalesce(ended_at, placed_at + interval '1 hour'),
       case when state = 'reversed' and id < :orders * 0.97 then ended_at + interval '1 day' end,
       case when state = 'reversed' then 'finance@nexustop.example' else '' end,
       case when state = 'reversed' and id < :orders * 0.97 then 'accepted: the vendor credited it'
            else '' end,
       case when state = 'reversed' and id < :orders * 0.97 then 'finance@nexustop.example' else ''
            end
from orders where state in ('unknown', 'reversed') order by id;
