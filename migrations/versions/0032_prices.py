"""Prices that people set, commissions as dated rows, and what staff set on routes.

The first tariffs are those that stood in the code until now.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0032_prices"
down_revision = "0031_agent_web"

PRICES = """
alter table product_prices
    add column held   boolean not null default false,
    add column ticket char(6) references approvals (ticket),
    add constraint held_by_two check (not held or ticket is not null);
comment on column product_prices.held is
    'set by two people: the vendors'' lists leave it alone until people let go of it';
create index orders_of_plan on orders (operator, product, placed_at) where product <> 'airtime';
comment on index orders_of_plan is 'how many bought a plan lately';
"""

TARIFFS = """
create table tariffs (
    id         bigint generated always as identity primary key,
    country    char(2) not null,
    act        text not null check (act in ('cash_in', 'cash_out')),
    bands      jsonb not null check (jsonb_array_length(bands) > 0),
    valid_from timestamptz not null,
    first      boolean not null default false,
    ticket     char(6) unique references approvals (ticket),
    added_at   timestamptz not null,
    constraint approved_or_first check (first = (ticket is null))
);
comment on table tariffs is 'what cash at an agent costs and earns; the one that began last holds';
comment on column tariffs.bands is
    'smallest first: [up to, fee, agent''s, parent''s] in minor units of the country''s currency';
comment on column tariffs.first is 'came with the program; any other has a ticket';
create index tariffs_of on tariffs (country, act, valid_from desc, id desc);
create unique index tariffs_first on tariffs (country, act) where first;

create function tariffs_are_append_only() returns trigger
language plpgsql as $$
begin
    raise exception 'tariffs are append-only' using errcode = 'NX006';
end
$$;
create trigger append_only before update or delete or truncate on tariffs
    for each statement execute function tariffs_are_append_only();
"""

ROUTES = """
alter table route_rules
    add column weight integer not null default 100 check (weight between 1 and 1000),
    add column place  smallint check (place between 1 and 99),
    add column reason text not null default '';
comment on column route_rules.provider is 'empty: every provider''s';
comment on column route_rules.weight is 'per cent of what the draw would give it';
comment on column route_rules.place is 'tried in this order, before those that have none';

alter table route_standings add column held_until timestamptz;
comment on column route_standings.held_until is
    'a breaker that staff opened: no good answer closes it';

alter table maintenance add column ended_at timestamptz;
comment on column maintenance.ended_at is 'staff ended or cancelled it';
"""

FIRST = {
    ("NG", "cash_in"): [
        [1_000_00, 0, 5_00, 1_00], [5_000_00, 0, 10_00, 2_00], [20_000_00, 0, 25_00, 5_00],
        [50_000_00, 0, 38_00, 7_00], [100_000_00, 0, 50_00, 9_00],
    ],
    ("NG", "cash_out"): [
        [1_000_00, 20_00, 10_00, 2_00], [5_000_00, 50_00, 30_00, 5_00],
        [20_000_00, 100_00, 60_00, 10_00], [50_000_00, 150_00, 90_00, 15_00],
        [100_000_00, 200_00, 115_00, 20_00],
    ],
    ("KE", "cash_in"): [[1_000_00, 0, 5_00, 1_00], [70_000_00, 0, 18_00, 4_00]],
    ("KE", "cash_out"): [[1_000_00, 15_00, 7_00, 1_00], [70_000_00, 60_00, 30_00, 6_00]],
    ("GH", "cash_in"): [[500_00, 0, 1_00, 20], [5_000_00, 0, 3_50, 50]],
    ("GH", "cash_out"): [[500_00, 3_00, 1_50, 30], [5_000_00, 10_00, 5_00, 1_00]],
    ("UG", "cash_in"): [[30_000, 0, 150, 30], [2_000_000, 0, 500, 100]],
    ("UG", "cash_out"): [[30_000, 450, 220, 30], [2_000_000, 1_800, 900, 180]],
    ("RW", "cash_in"): [[10_000, 0, 50, 10], [700_000, 0, 180, 40]],
    ("RW", "cash_out"): [[10_000, 150, 70, 10], [700_000, 600, 300, 60]],
    ("TZ", "cash_in"): [[20_000_00, 0, 100_00, 20_00], [1_500_000_00, 0, 360_00, 80_00]],
    ("TZ", "cash_out"): [
        [20_000_00, 300_00, 140_00, 20_00], [1_500_000_00, 1_200_00, 600_00, 120_00],
    ],
}  # fmt: skip


def upgrade() -> None:
    op.execute(PRICES)
    op.execute(TARIFFS)
    for (country, act), bands in FIRST.items():
        op.get_bind().execute(
            sa.text(
                "insert into tariffs (country, act, bands, valid_from, first, added_at)"
                " values (:country, :act, cast(:bands as jsonb), '2026-01-01T00:00Z', true, now())"
            ),
            {"country": country, "act": act, "bands": json.dumps(bands)},
        )
    op.execute(ROUTES)


def downgrade() -> None:
    """Refused while people have set a tariff: the code before knows the first ones only."""
    op.execute(
        "do $$ begin if exists (select from tariffs where not first) then"
        " raise exception 'there are tariffs that people have set'; end if; end $$"
    )
    op.execute(
        """
        alter table maintenance drop column ended_at;
        alter table route_standings drop column held_until;
        delete from route_rules where provider = '';
        alter table route_rules drop column weight, drop column place, drop column reason;
        drop table tariffs;
        drop function tariffs_are_append_only();
        drop index orders_of_plan;
        alter table product_prices drop constraint held_by_two, drop column held,
            drop column ticket;
        """
    )
