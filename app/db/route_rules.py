"""Queries on what staff set about routes: rules, maintenance, answers of vendors."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.routing import FULL_WEIGHT


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What staff have set for an operator's airtime or data at a provider (empty: at every one).
    `weight`: per cent of what the draw would give it; `place`: its turn, before those that have
    none."""

    operator: str
    kind: str
    provider: str
    closed: bool = False
    weight: int = FULL_WEIGHT
    place: int | None = None
    reason: str = ""
    set_by: str = ""
    set_at: datetime | None = None


_RULE = "select operator, kind, provider, closed, weight, place, reason, set_by, set_at"


def rule(tx: Transaction, operator: str, kind: str, provider: str) -> RuleRow:
    """What is set; the usual where nothing is. Nobody else changes it until the commit."""
    lock = f"rule:{operator}:{kind}:{provider}"
    tx.run("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (lock,))
    row = tx.maybe(
        f"{_RULE} from route_rules where operator = %s and kind = %s and provider = %s",
        (operator, kind, provider),
    )
    return RuleRow(*row) if row else RuleRow(operator, kind, provider)


def rules_of(tx: Transaction, operator: str) -> list[RuleRow]:
    """Every rule of an operator."""
    rows = tx.all(
        f"{_RULE} from route_rules where operator = %s order by kind, provider", (operator,)
    )
    return [RuleRow(*row) for row in rows]


def closed_everywhere(tx: Transaction) -> list[RuleRow]:
    """Operators of which nothing of a kind is sold, at any provider."""
    rows = tx.all(
        f"{_RULE} from route_rules where provider = '' and closed order by operator, kind"
    )
    return [RuleRow(*row) for row in rows]


def set_rule(tx: Transaction, new: RuleRow) -> None:
    tx.run(
        """
        insert into route_rules (operator, kind, provider, closed, weight, place, reason, set_by,
            set_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (operator, kind, provider) do update
            set closed = excluded.closed, weight = excluded.weight, place = excluded.place,
                reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at
        """,
        (
            new.operator, new.kind, new.provider, new.closed, new.weight, new.place, new.reason,
            new.set_by, new.set_at,
        ),
    )  # fmt: skip


# --- maintenance -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MaintenanceRow:
    """`operator` is empty where all of the provider's is meant."""

    id: int
    provider: str
    operator: str
    from_at: datetime
    until_at: datetime
    reason: str
    set_by: str


_MAINTENANCE = "select id, provider, operator, from_at, until_at, reason, set_by from maintenance"


def add_maintenance(
    tx: Transaction, provider: str, operator: str, from_at: datetime, until_at: datetime,
    reason: str, actor: str,
) -> bool:  # fmt: skip
    """`operator` empty: all of the provider's. False when this very window is there already."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('maintenance', 0))")
    return (
        tx.run(
            "insert into maintenance (provider, operator, from_at, until_at, reason, set_by)"
            " select %(provider)s, %(operator)s, %(from)s, %(until)s, %(reason)s, %(by)s"
            " where not exists (select from maintenance where provider = %(provider)s"
            "  and operator = %(operator)s and from_at = %(from)s and until_at = %(until)s"
            "  and ended_at is null)",
            {
                "provider": provider, "operator": operator, "from": from_at, "until": until_at,
                "reason": reason, "by": actor,
            },
        )
        == 1
    )  # fmt: skip


def maintenance_ahead(tx: Transaction, now: datetime, most: int = 100) -> list[MaintenanceRow]:
    """Windows that are open or to come, the first one first."""
    rows = tx.all(
        f"{_MAINTENANCE} where until_at > %s and ended_at is null order by from_at, id limit %s",
        (now, most),
    )
    return [MaintenanceRow(*row) for row in rows]


def end_maintenance(tx: Transaction, maintenance_id: int, now: datetime) -> MaintenanceRow | None:
    """It is over, or doesn't begin; None when it was over before."""
    row = tx.maybe(
        "update maintenance set ended_at = %s"
        " where id = %s and ended_at is null and until_at > %s"
        " returning id, provider, operator, from_at, until_at, reason, set_by",
        (now, maintenance_id, now),
    )
    return MaintenanceRow(*row) if row else None


# --- answers of vendors ----------------------------------------------------------------------


def answered(tx: Transaction, provider: str, item: str, actor: str, now: datetime) -> bool:
    """An open question to the vendor has its answer; False when it had."""
    return (
        tx.run(
            "insert into provider_answers (provider, item, by, at) values (%s, %s, %s, %s)"
            " on conflict do nothing",
            (provider, item, actor, now),
        )
        == 1
    )


def answered_items(tx: Transaction, provider: str) -> frozenset[str]:
    rows = tx.all("select item from provider_answers where provider = %s", (provider,))
    return frozenset(str(row[0]) for row in rows)
