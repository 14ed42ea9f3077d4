"""Subscribers, their PIN and its lock-out ladder, and the audit chain.

An attempt at a PIN is taken by one function before anything is verified: it counts as wrong until
proven right, and the lock it would lead to is in place while it is verified, so that parallel
guesses can't outrun the ladder.
"""

from alembic import op

revision = "0002_subscribers"
down_revision = "0001_ledger"

TABLES = """
create table subscribers (
    id                   bigint generated always as identity primary key,
    msisdn               text not null unique,
    language             text not null,
    country              char(2) not null,
    currency             char(3) not null,
    blocked              boolean not null default false,
    balance_hidden       boolean not null default false,
    demo                 boolean not null default false,
    limits_exempt        boolean not null default false,
    registered_at        timestamptz not null,
    pin_hash             text not null,
    pepper_id            text not null,
    pin_changed_at       timestamptz not null,
    must_change_pin      boolean not null default false,
    start_pin_expires_at timestamptz,
    failures             integer not null default 0,
    locked_until         timestamptz,
    sms_failures         integer not null default 0,
    pin_by_sms_off_until timestamptz,
    guess_day            date,
    guesses              integer not null default 0,
    guesses_by_sms       integer not null default 0
) with (fillfactor = 70);
comment on column subscribers.locked_until is 'infinity: until staff or an agent unlocks';
comment on column subscribers.guesses is 'wrong guesses on guess_day, all doors together';

create table pin_attempts (
    channel       text not null,
    session       text not null,
    step          integer not null,
    subscriber_id bigint not null references subscribers (id),
    door          text not null check (door in ('ussd', 'sms', 'web')),
    at            timestamptz not null,
    verdict       text check (verdict in ('correct', 'wrong', 'refused')),
    tries_left    integer not null,
    locked_until  timestamptz,
    primary key (channel, session, step)
);
create index pin_attempts_in_flight on pin_attempts (subscriber_id) where verdict is null;
comment on column pin_attempts.tries_left is 'what is left if this one is wrong';

create table pending_pins (
    channel    text not null,
    session    text not null,
    msisdn     text not null,
    purpose    text not null check (purpose in ('enrol', 'change')),
    hash       text,
    pepper_id  text,
    done_step  integer,
    created_at timestamptz not null,
    primary key (channel, session)
);
comment on table pending_pins is 'a new PIN between being typed and being repeated, as its hash';

create table audit (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    actor    text not null,
    act      text not null,
    subject  text not null,
    detail   jsonb not null,
    previous bytea not null,
    digest   bytea not null
);
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only' using errcode = 'NX006';
end
$$;
create trigger append_only before update or delete or truncate on audit
    for each statement execute function audit_is_append_only();
"""

TAKE = """
create function take_pin_attempt(
    p_channel text, p_session text, p_step integer, p_subscriber bigint, p_door text,
    p_now timestamptz, p_day date, p_midnight timestamptz
) returns table (
    taken boolean, verdict text, tries_left integer, locked_until timestamptz,
    staff_lock boolean, hash text, pepper_id text
) language plpgsql as $$
declare
    s subscribers%rowtype;
    a pin_attempts%rowtype;
    v_rungs integer[] := array[3, 5, 7];
    v_until timestamptz;
    v_left integer;
begin
    -- Copies of one hop, and guesses in parallel, come in one after another from here.
    perform from subscribers u where u.id = p_subscriber for update;
    select * into a from pin_attempts p
    where p.channel = p_channel and p.session = p_session and p.step = p_step;
    if found then
        return query select false, a.verdict, a.tries_left,
            case when isfinite(a.locked_until) then a.locked_until end,
            coalesce(a.locked_until = 'infinity', false), null::text, null::text;
        return;
    end if;

    update subscribers u set
        failures = u.failures + (p_door <> 'sms')::integer,
        sms_failures = u.sms_failures + (p_door = 'sms')::integer,
        guess_day = p_day,
        guesses = case when u.guess_day = p_day then u.guesses else 0 end + 1,
        guesses_by_sms = case when u.guess_day = p_day then u.guesses_by_sms else 0 end
                         + (p_door = 'sms')::integer,
        locked_until = case when p_door = 'sms' then u.locked_until else
            case u.failures + 1 when 3 then p_now + interval '15 minutes'
                                when 5 then p_now + interval '24 hours'
                                else case when u.failures + 1 >= 7 then 'infinity'::timestamptz end
            end end,
        pin_by_sms_off_until = case when p_door = 'sms' and u.sms_failures + 1 >= 3
            then p_now + interval '24 hours' else u.pin_by_sms_off_until end
    where u.id = p_subscriber
      and not u.blocked
      and (u.locked_until is null or u.locked_until <= p_now)
      and (u.guess_day is distinct from p_day or u.guesses < 10)
      and (p_door <> 'sms' or (
            (u.pin_by_sms_off_until is null or u.pin_by_sms_off_until <= p_now)
            and (u.guess_day is distinct from p_day or u.guesses_by_sms < 3)))
      and (u.start_pin_expires_at is null or u.start_pin_expires_at > p_now)
    returning u.* into s;

    if not found then
        select * into s from subscribers u where u.id = p_subscriber;
        if not s.blocked and exists (
            select from pin_attempts p where p.subscriber_id = p_subscriber and p.verdict is null
                and p.at > p_now - interval '5 seconds' and p.at <= p_now + interval '5 seconds'
        ) then
            return query select false, 'busy', 0, null::timestamptz, false, null::text, null::text;
            return;
        end if;
        v_until := case
            when s.start_pin_expires_at <= p_now then 'infinity'::timestamptz
            when s.locked_until > p_now then s.locked_until
            when p_door = 'sms' and s.pin_by_sms_off_until > p_now then s.pin_by_sms_off_until
            else p_midnight end;
        return query select false, 'refused', 0, case when isfinite(v_until) then v_until end,
            v_until = 'infinity', null::text, null::text;
        return;
    end if;

    if p_door = 'sms' then
        v_left := least(3 - s.sms_failures, 3 - s.guesses_by_sms, 10 - s.guesses);
        v_until := s.pin_by_sms_off_until;
        if v_until is null and v_left <= 0 then v_until := p_midnight; end if;
    else
        select least(min(rung) - s.failures, 10 - s.guesses) into v_left
        from unnest(v_rungs) rung where rung > s.failures;
        v_left := case when s.failures = any (v_rungs) then 0 else coalesce(v_left, 0) end;
        v_until := s.locked_until;
        if v_until is null and s.guesses >= 10 then
            v_left := 0;
            v_until := p_midnight;
        end if;
    end if;
    insert into pin_attempts as p
        (channel, session, step, subscriber_id, door, at, tries_left, locked_until)
    values (p_channel, p_session, p_step, p_subscriber, p_door, p_now, greatest(v_left, 0),
            case when v_left <= 0 then v_until end);
    return query select true, null::text, greatest(v_left, 0),
        case when v_left <= 0 and isfinite(v_until) then v_until end,
        coalesce(v_left <= 0 and v_until = 'infinity', false), s.pin_hash, s.pepper_id;
end
$$;

create function clear_pin_attempts(
    p_subscriber bigint, p_channel text, p_session text, p_step integer
) returns void language plpgsql as $$
declare
    v_door text;
begin
    update pin_attempts a set verdict = 'correct'
    where a.channel = p_channel and a.session = p_session and a.step = p_step
      and a.subscriber_id = p_subscriber and a.verdict is null
    returning a.door into v_door;
    if not found then return; end if;
    if v_door = 'sms' then
        update subscribers set sms_failures = 0, pin_by_sms_off_until = null,
            guesses = greatest(guesses - 1, 0), guesses_by_sms = greatest(guesses_by_sms - 1, 0)
        where id = p_subscriber;
    else
        update subscribers set failures = 0, locked_until = null,
            guesses = greatest(guesses - 1, 0)
        where id = p_subscriber;
    end if;
end
$$;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(TAKE)
    op.execute("revoke update, delete on audit from nexustop_app")


def downgrade() -> None:
    op.execute(
        "drop function clear_pin_attempts(bigint, text, text, integer);"
        "drop function take_pin_attempt(text, text, integer, bigint, text, timestamptz, date,"
        " timestamptz);"
        "drop table audit, pending_pins, pin_attempts, subscribers;"
        "drop function audit_is_append_only();"
    )
