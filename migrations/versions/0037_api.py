"""The REST API: one-time codes, sign-ins, keys that make a request count once, and its door for
PINs.

A PIN that comes by the API has a count of its own, as one by SMS has: three wrong ones close that
door for a day and never the one of USSD, and of the day's ten guesses it may use three.
"""

from importlib import import_module

from alembic import op

revision = "0037_api"
down_revision = "0036_list_indexes"

TABLES = """
create table sign_in_codes (
    id         bigint generated always as identity primary key,
    msisdn     text not null unique,
    nonce      bytea not null,
    made_at    timestamptz not null,
    expires_at timestamptz not null,
    times      integer not null default 1,
    tries      integer not null default 0,
    used_at    timestamptz
);
comment on column sign_in_codes.nonce is 'the code is made from it under the server''s key';
comment on table sign_in_codes is 'asked for, whether or not anybody has the number';
create index sign_in_codes_by_age on sign_in_codes (made_at);

create table api_sign_ins (
    id            uuid primary key default gen_random_uuid(),
    subscriber_id bigint not null references subscribers (id),
    generation    integer not null default 0,
    made_at       timestamptz not null,
    last_used_at  timestamptz not null,
    expires_at    timestamptz not null,
    address       text not null,
    client        text not null,
    ended_at      timestamptz,
    ended_why     text check (ended_why in ('signed_out', 'revoked', 'reused'))
);
comment on column api_sign_ins.generation is 'how often its refresh token was used';
create index api_sign_ins_open on api_sign_ins (subscriber_id) where ended_at is null;
create index api_sign_ins_by_age on api_sign_ins (expires_at);

create table api_requests (
    caller      text not null,
    key         bytea not null,
    body        bytea not null,
    claim       uuid,
    claimed_at  timestamptz not null,
    tries       integer not null default 0,
    status      smallint,
    answer      jsonb,
    primary key (caller, key)
);
comment on table api_requests is 'what came with an Idempotency-Key, and what was answered';
comment on column api_requests.body is 'a digest under the server''s key, without the PIN';
comment on column api_requests.claim is 'whoever works on it; null: nobody';
create index api_requests_by_age on api_requests (claimed_at);

create table client_references (
    caller    text not null,
    reference text not null,
    session   text not null,
    at        timestamptz not null,
    primary key (caller, reference)
);
create index client_references_by_session on client_references (session);
comment on column client_references.session is 'of the order that the reference was given to';

alter table subscribers
    add column api_failures         integer not null default 0,
    add column pin_by_api_off_until timestamptz,
    add column guesses_by_api       integer not null default 0;
alter table pin_attempts
    drop constraint pin_attempts_door_check,
    add constraint pin_attempts_door_check check (door in ('ussd', 'sms', 'web', 'api')) not valid;
alter table pin_attempts validate constraint pin_attempts_door_check;
"""

ATTEMPTS = """
create or replace function take_pin_attempt(
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
    v_sms boolean := p_door = 'sms';
    v_api boolean := p_door = 'api';
    v_ladder boolean := p_door not in ('sms', 'api');
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
        failures = u.failures + v_ladder::integer,
        sms_failures = u.sms_failures + v_sms::integer,
        api_failures = u.api_failures + v_api::integer,
        guess_day = p_day,
        guesses = case when u.guess_day = p_day then u.guesses else 0 end + 1,
        guesses_by_sms = case when u.guess_day = p_day then u.guesses_by_sms else 0 end
                         + v_sms::integer,
        guesses_by_api = case when u.guess_day = p_day then u.guesses_by_api else 0 end
                         + v_api::integer,
        locked_until = case when not v_ladder then u.locked_until else
            case u.failures + 1 when 3 then p_now + interval '15 minutes'
                                when 5 then p_now + interval '24 hours'
                                else case when u.failures + 1 >= 7 then 'infinity'::timestamptz end
            end end,
        pin_by_sms_off_until = case when v_sms and u.sms_failures + 1 >= 3
            then p_now + interval '24 hours' else u.pin_by_sms_off_until end,
        pin_by_api_off_until = case when v_api and u.api_failures + 1 >= 3
            then p_now + interval '24 hours' else u.pin_by_api_off_until end
    where u.id = p_subscriber
      and not u.blocked
      and (u.locked_until is null or u.locked_until <= p_now)
      and (u.guess_day is distinct from p_day or u.guesses < 10)
      and (not v_sms or (
            (u.pin_by_sms_off_until is null or u.pin_by_sms_off_until <= p_now)
            and (u.guess_day is distinct from p_day or u.guesses_by_sms < 3)))
      and (not v_api or (
            (u.pin_by_api_off_until is null or u.pin_by_api_off_until <= p_now)
            and (u.guess_day is distinct from p_day or u.guesses_by_api < 3)))
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
            when v_sms and s.pin_by_sms_off_until > p_now then s.pin_by_sms_off_until
            when v_api and s.pin_by_api_off_until > p_now then s.pin_by_api_off_until
            else p_midnight end;
        return query select false, 'refused', 0, case when isfinite(v_until) then v_until end,
            v_until = 'infinity', null::text, null::text;
        return;
    end if;

    if v_ladder then
        select least(min(rung) - s.failures, 10 - s.guesses) into v_left
        from unnest(v_rungs) rung where rung > s.failures;
        v_left := case when s.failures = any (v_rungs) then 0 else coalesce(v_left, 0) end;
        v_until := s.locked_until;
        if v_until is null and s.guesses >= 10 then
            v_left := 0;
            v_until := p_midnight;
        end if;
    else
        v_left := case when v_sms
            then least(3 - s.sms_failures, 3 - s.guesses_by_sms, 10 - s.guesses)
            else least(3 - s.api_failures, 3 - s.guesses_by_api, 10 - s.guesses) end;
        v_until := case when v_sms then s.pin_by_sms_off_until else s.pin_by_api_off_until end;
        if v_until is null and v_left <= 0 then v_until := p_midnight; end if;
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

create or replace function clear_pin_attempts(
    p_subscriber bigint, p_channel text, p_session text, p_step integer
) returns void language plpgsql as $$
declare
    v_door text;
begin
    -- A PIN that comes again with the same Idempotency-Key is another attempt of the same step.
    with cleared as (
        update pin_attempts a set verdict = 'correct'
        where a.channel = p_channel and a.session = p_session
          and (a.step = p_step or a.door = 'api')
          and a.subscriber_id = p_subscriber and a.verdict is null
        returning a.door)
    select min(door) into v_door from cleared;
    if v_door is null then return; end if;
    if v_door = 'sms' then
        update subscribers set sms_failures = 0, pin_by_sms_off_until = null,
            guesses = greatest(guesses - 1, 0), guesses_by_sms = greatest(guesses_by_sms - 1, 0)
        where id = p_subscriber;
    elsif v_door = 'api' then
        update subscribers set api_failures = 0, pin_by_api_off_until = null,
            guesses = greatest(guesses - 1, 0), guesses_by_api = greatest(guesses_by_api - 1, 0)
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
    op.execute(ATTEMPTS)


def downgrade() -> None:
    """Attempts by the API are forgotten: the older program knows no such door."""
    before = import_module("migrations.versions.0002_subscribers").TAKE
    op.execute(before.replace("create function", "create or replace function"))
    op.execute(
        """
        delete from pin_attempts where door = 'api';
        alter table pin_attempts
            drop constraint pin_attempts_door_check,
            add constraint pin_attempts_door_check check (door in ('ussd', 'sms', 'web'));
        alter table subscribers
            drop column api_failures, drop column pin_by_api_off_until, drop column guesses_by_api;
        drop table client_references, api_requests, api_sign_ins, sign_in_codes;
        """
    )
