"""Counts of what is stored now, for /metrics; every query runs on a small index."""

from app.db.engine import Transaction


def orders_by_state(tx: Transaction) -> dict[str, int]:
    """Open orders by state, and orders ended within the last hour by theirs."""
    rows = tx.all(
        "select state, count(*) from orders"
        " where state in ('review', 'placed', 'sending', 'pending', 'unknown') group by state"
        " union all select state, count(*) from orders"
        " where ended_at > now() - interval '1 hour' group by state"
    )
    return {str(state): int(count) for state, count in rows}


def oldest_open_seconds(tx: Transaction) -> float:
    """Age of the order that a vendor has kept open longest; those that wait for staff may wait."""
    row = tx.one(
        "select coalesce(extract(epoch from now() - min(placed_at)), 0) from orders"
        " where state in ('placed', 'sending', 'pending', 'unknown')"
    )
    return float(row[0])


def provider_floats(tx: Transaction) -> dict[str, float]:
    """What each provider says it holds for us, in minor units."""
    rows = tx.all("select name, float_minor from provider_states where float_minor is not null")
    return {str(name): float(minor) for name, minor in rows}


def stopped_providers(tx: Transaction) -> dict[str, float]:
    rows = tx.all("select name, (stopped_code is not null)::integer from provider_states")
    return {str(name): float(stopped) for name, stopped in rows}


def retention_rows(tx: Transaction) -> dict[str, float]:
    """What the daily job has removed so far, by table."""
    return {
        str(name): float(rows) for name, rows in tx.all("select name, rows from retention_runs")
    }


def retention_oldest(tx: Transaction) -> dict[str, float]:
    """Age in seconds of the oldest row that it may remove one day, as of its last run."""
    rows = tx.all(
        "select name, extract(epoch from at - oldest) from retention_runs where oldest is not null"
    )
    return {str(name): float(seconds) for name, seconds in rows}


def open_breaks(tx: Transaction) -> int:
    return int(tx.one("select count(*) from breaks where closed_at is null")[0])


def payment_events_waiting(tx: Transaction) -> int:
    """What payment providers told us and nobody has dealt with."""
    return int(tx.one("select count(*) from payment_events where due_at is not null")[0])


def open_charges(tx: Transaction) -> int:
    """Charges we started that aren't paid, refused or over."""
    return int(tx.one("select count(*) from charges where due_at is not null")[0])


def transfers_waiting(tx: Transaction) -> int:
    """Transfers whose recipient hasn't registered."""
    return int(tx.one("select count(*) from transfers where state = 'waiting'")[0])


def identity_checks_waiting(tx: Transaction) -> int:
    """Identity numbers that nobody has answered about."""
    return int(tx.one("select count(*) from identity_checks where due_at is not null")[0])


_LAST_CHECKS = """
    (select 'ledger' as what, at, differences from ledger_checks order by id desc limit 1)
    union all
    (select 'audit', at, differences from audit_checks where what = 'verified'
     order by id desc limit 1)
"""


def check_ages(tx: Transaction) -> dict[str, float]:
    """Seconds since each chain was last recomputed; what never was isn't there."""
    rows = tx.all(f"select what, extract(epoch from now() - at) from ({_LAST_CHECKS}) c")  # noqa: S608 - a constant
    return {str(what): float(age) for what, age in rows}


def check_differences(tx: Transaction) -> dict[str, float]:
    """How many differences each of them found."""
    rows = tx.all(f"select what, differences from ({_LAST_CHECKS}) c")  # noqa: S608 - a constant
    return {str(what): float(found) for what, found in rows}


def sms_waiting(tx: Transaction) -> int:
    return int(tx.one("select count(*) from mt_sms where due_at is not null")[0])


def late_cases(tx: Transaction) -> int:
    """Cases that should have been answered by now."""
    row = tx.one("select count(*) from cases where state = 'open' and answer_by <= now()")
    return int(row[0])


def sms_turned_away(tx: Transaction) -> dict[str, float]:
    """SMS that strangers asked for too often, within the last hours, by guard."""
    rows = tx.all(
        "select guard, sum(turned_away) from sms_asked where hour > now() - interval '24 hours'"
        " group by guard"
    )
    return {str(guard): float(away) for guard, away in rows}


def sms_parts_today(tx: Transaction) -> dict[str, float]:
    """Parts handed to gateways on each country's newest day of the last two."""
    rows = tx.all(
        "select distinct on (country) country, parts from sms_parts"
        " where day >= current_date - 1 order by country, day desc"
    )
    return {str(country): float(parts) for country, parts in rows}


def sms_gateway_weights(tx: Transaction) -> dict[str, float]:
    """Shares of gateways that have ever moved or been stopped; 0 for one that is stopped."""
    rows = tx.all(
        "select name, case when stopped_at is null then weight else 0 end from sms_gateways"
    )
    return {str(name): float(weight) for name, weight in rows}


def smpp_waiting(tx: Transaction) -> int:
    """Short messages that the SMSC hasn't answered for."""
    return int(tx.one("select count(*) from smpp_parts where due_at is not null")[0])


def smpp_oldest_unsent_seconds(tx: Transaction) -> float:
    """Age of the short message that has waited longest."""
    row = tx.one(
        "select coalesce(extract(epoch from now() - min(queued_at)), 0) from smpp_parts"
        " where due_at is not null"
    )
    return float(row[0])


def smpp_links(tx: Transaction) -> dict[str, float]:
    """SMPP links that have been heard of lately: how many are bound and throttled, and the sums of
    their windows and of what is in flight."""
    row = tx.one(
        """
        select count(*) filter (where bound), count(*) filter (where throttled),
            coalesce(sum("window") filter (where bound), 0), coalesce(sum(in_flight), 0)
        from smpp_links where seen_at > now() - interval '20 seconds'
        """
    )
    return dict(zip(("bound", "throttled", "window", "in_flight"), map(float, row), strict=True))
