"""Queries on acts that need two people: one asks, another approves or declines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """`detail` is what the act needs to be done; `outcome` what came of it."""

    ticket: str
    act: str
    detail: dict[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    outcome: str


_SELECT = (
    "select ticket, act, detail, reason, asked_by, asked_at, state, decided_by, decided_at,"
    " outcome"
    " from approvals"
)


def ask(
    tx: Transaction, ticket: str, act: str, detail: Mapping[str, object], reason: str, actor: str,
    now: datetime, key: str | None = None,
) -> None:  # fmt: skip
    tx.run(
        "insert into approvals (ticket, act, detail, reason, asked_by, asked_at, key)"
        " values (%s, %s, %s::jsonb, %s, %s, %s, %s)",
        (ticket, act, json.dumps(detail), reason, actor, now, key),
    )


def of_key(tx: Transaction, key: str) -> ApprovalRow | None:
    """What was asked with this form; whoever sends it at the same time waits for the first."""
    tx.run("select pg_advisory_xact_lock(hashtext(%s))", (f"form {key}",))
    row = tx.maybe(f"{_SELECT} where key = %s", (key,))
    return ApprovalRow(*row) if row else None


def find(tx: Transaction, ticket: str) -> ApprovalRow | None:
    row = tx.maybe(f"{_SELECT} where ticket = %s", (ticket,))
    return ApprovalRow(*row) if row else None


def waiting(tx: Transaction, most: int | None = None) -> list[ApprovalRow]:
    """What was asked and nobody has decided, oldest first."""
    rows = tx.all(f"{_SELECT} where state = 'asked' order by asked_at, id limit %s", (most,))
    return [ApprovalRow(*row) for row in rows]


def about_break(tx: Transaction, break_ids: Sequence[int]) -> list[ApprovalRow]:
    """What was asked about these breaks, oldest first."""
    rows = tx.all(
        f"{_SELECT} where act = 'resolve_break' and detail->>'break' = any(%s) order by id",
        ([str(one) for one in break_ids],),
    )
    return [ApprovalRow(*row) for row in rows]


def about_order(tx: Transaction, reference: str) -> list[ApprovalRow]:
    """Who asked that this held order be released, oldest first."""
    rows = tx.all(
        f"{_SELECT} where act = 'release' and detail->>'order' = %s order by id", (reference,)
    )
    return [ApprovalRow(*row) for row in rows]


def about_transaction(tx: Transaction, reference: str) -> list[ApprovalRow]:
    """What was asked about this ledger transaction, oldest first."""
    rows = tx.all(
        f"{_SELECT} where act in ('adjust', 'reverse')"
        " and coalesce(detail->>'about', detail->>'reference') = %s order by id",
        (reference,),
    )
    return [ApprovalRow(*row) for row in rows]


def about_person(tx: Transaction, name: str) -> list[ApprovalRow]:
    """What was asked about somebody and nobody has decided, oldest first."""
    rows = tx.all(
        f"{_SELECT} where state = 'asked' and detail->>'person' = %s order by id limit 20", (name,)
    )
    return [ApprovalRow(*row) for row in rows]


def float_for(tx: Transaction, msisdn: str) -> list[ApprovalRow]:
    """Float for this agent that was asked for and nobody has decided, oldest first."""
    rows = tx.all(
        f"{_SELECT} where state = 'asked' and act = 'put_float' and detail->>'msisdn' = %s"
        " order by id limit 20",
        (msisdn,),
    )
    return [ApprovalRow(*row) for row in rows]


def api_selling_of(tx: Transaction, msisdn: str) -> list[ApprovalRow]:
    """Requests to let this agent sell by API that nobody has decided, oldest first."""
    rows = tx.all(
        f"{_SELECT} where state = 'asked' and act = 'api_selling' and detail->>'msisdn' = %s"
        " order by id limit 20",
        (msisdn,),
    )
    return [ApprovalRow(*row) for row in rows]


def of_tickets(tx: Transaction, tickets: Sequence[str]) -> list[ApprovalRow]:
    """These, oldest first."""
    rows = tx.all(f"{_SELECT} where ticket = any(%s::char(6)[]) order by id", (list(tickets),))
    return [ApprovalRow(*row) for row in rows]


def decide(tx: Transaction, ticket: str, state: str, actor: str, now: datetime) -> bool:
    """Compare-and-set: False when it was decided before, or was asked by the same person."""
    return (
        tx.run(
            "update approvals set state = %s, decided_by = %s, decided_at = %s"
            " where ticket = %s and state = 'asked' and asked_by <> %s",
            (state, actor, now, ticket, actor),
        )
        == 1
    )


def note_outcome(tx: Transaction, ticket: str, outcome: str) -> None:
    tx.run("update approvals set outcome = %s where ticket = %s", (outcome, ticket))
